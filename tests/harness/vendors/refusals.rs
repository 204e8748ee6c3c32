//! How each vendor says no. Every refusal quotes the key and the request.

use serde_json::{Value, json};

use super::{Asked, Kind, Reply, State, Trouble};

/// As much of a request is quoted.
const QUOTED_CHARS_MAX: usize = 20_000;

impl State {
    /// A trouble in this vendor's words; `None` for troubles of the line.
    pub(crate) fn troubled(&self, trouble: Trouble, asked: &Asked) -> Option<Reply> {
        let (status, code) = match (self.kind, trouble) {
            (Kind::Veo, Trouble::Key) => (400, "API_KEY_INVALID"),
            (Kind::Veo, Trouble::Money) => (429, "GenerateRequestsPerDayPerProjectPerModel"),
            (Kind::Veo, Trouble::Moderated) => (400, "usage guidelines"),
            (Kind::HeyGen, Trouble::Money) => (402, "insufficient_credit"),
            (Kind::HeyGen, Trouble::Moderated) => (400, "content_policy_violation"),
            (_, Trouble::Key) => (401, "invalid_api_key"),
            (Kind::OpenAi, Trouble::Money) => (429, "credit_balance_exhausted"),
            (Kind::OpenRouter, Trouble::Money) => (402, "402"),
            (Kind::ElevenLabs, Trouble::Money) => (401, "quota_exceeded"),
            (Kind::Fal, Trouble::Money) => (403, "locked"),
            (Kind::Unsplash, Trouble::Money) => (403, "rate"),
            (_, Trouble::Money) => (402, "payment_required"),
            (Kind::ElevenLabs, Trouble::Busy(_)) => (429, "too_many_concurrent_requests"),
            (_, Trouble::Busy(_)) => (429, "rate_limit_exceeded"),
            (_, Trouble::Gone) => (404, "not_found"),
            (_, Trouble::Down) => (503, "server_is_overloaded"),
            (_, Trouble::Gateway) => (504, "gateway_timeout"),
            (Kind::OpenRouter, Trouble::Moderated) => (403, "flagged"),
            (Kind::OpenAi, Trouble::Moderated) => (400, "moderation_blocked"),
            (Kind::ElevenLabs, Trouble::Moderated) => (400, "content_against_policy"),
            (Kind::Fal, Trouble::Moderated) => (422, "content_policy_violation"),
            (_, Trouble::Moderated) => (451, "unavailable"),
            _ => return None,
        };
        let reply = self.refusal(status, code, asked);
        Some(match trouble {
            Trouble::Busy(Some(seconds)) => reply.header("retry-after", &seconds.to_string()),
            Trouble::Money if self.kind == Kind::Unsplash => {
                reply.header("x-ratelimit-remaining", "0")
            }
            _ => reply,
        })
    }

    /// An error in this vendor's shape, quoting more than it should.
    pub(crate) fn refusal(&self, status: u16, code: &str, asked: &Asked) -> Reply {
        let quoted = quoted(asked);
        let body = match self.kind {
            Kind::OpenAi => json!({"error": {
                "message": quoted, "type": "invalid_request_error", "param": null, "code": code,
            }}),
            Kind::OpenRouter if code == "flagged" => json!({"error": {
                "code": status, "message": quoted,
                "metadata": {"reasons": ["violence"], "flagged_input": quoted},
            }}),
            Kind::OpenRouter => json!({"error": {"code": status, "message": quoted}}),
            Kind::ElevenLabs => json!({"detail": {"status": code, "message": quoted}}),
            Kind::Fal if code == "locked" => {
                json!({"detail": "User is locked. Reason: Exhausted balance."})
            }
            Kind::Fal if status == 422 => {
                json!({"detail": [{"loc": ["body", "prompt"], "msg": quoted, "type": code}]})
            }
            Kind::Fal => json!({"detail": quoted, "error_type": code}),
            Kind::Unsplash => json!({"errors": [quoted]}),
            Kind::Pexels => json!({"status": status, "code": quoted}),
            Kind::HeyGen if code == "401028" => json!({"code": 401_028, "message": quoted}),
            Kind::HeyGen => heygen(code, &quoted),
            Kind::Veo => veo(status, code, &quoted),
            Kind::Wikipedia => json!({"error": {"code": code, "info": quoted}}),
        };
        Reply::json(status, &body)
    }

    /// The answer to a request that is not as it should be, for this reason.
    pub(crate) fn invalid(&self, why: &str, asked: &Asked) -> Reply {
        let message = format!("{why} {}", quoted(asked));
        match self.kind {
            Kind::HeyGen => Reply::json(400, &heygen("invalid_parameter", &message)),
            Kind::Veo => Reply::json(
                400,
                &json!({"error": {
                    "code": 400, "message": message, "status": "INVALID_ARGUMENT",
                }}),
            ),
            _ => self.refusal(400, why, asked),
        }
    }
}

/// What a request was, and with which key.
fn quoted(asked: &Asked) -> String {
    let text: String = asked.text().chars().take(QUOTED_CHARS_MAX).collect();
    format!("{} {} {text}", asked.key(), asked.path)
}

/// developers.heygen.com/docs/error-codes.
fn heygen(code: &str, message: &str) -> Value {
    let doc_url = format!("https://developers.heygen.com/docs/error-codes#{code}");
    json!({"error": {"code": code, "message": message, "param": null, "doc_url": doc_url}})
}

/// `google.rpc.Status`: what it is about stands in the details, if anywhere.
fn veo(status: u16, code: &str, quoted: &str) -> Value {
    let (word, detail) = match status {
        429 if code.contains("PerDay") => {
            ("RESOURCE_EXHAUSTED", json!({"violations": [{"quotaId": code}]}))
        }
        429 => ("RESOURCE_EXHAUSTED", json!({"violations": [{"quotaId": "RequestsPerMinute"}]})),
        503 => ("UNAVAILABLE", json!({})),
        404 => ("NOT_FOUND", json!({})),
        403 => ("PERMISSION_DENIED", json!({})),
        _ => ("INVALID_ARGUMENT", json!({"reason": code})),
    };
    let message = match code {
        "usage guidelines" => format!("The prompt violates our usage guidelines: {quoted}"),
        _ => quoted.to_owned(),
    };
    json!({"error": {"code": status, "message": message, "status": word, "details": [detail]}})
}
