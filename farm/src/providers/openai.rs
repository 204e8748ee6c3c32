//! OpenAI, and what answers like it (OpenRouter, vLLM, llama.cpp's server …): the parts that its
//! services have in common.

pub mod chat;
pub mod images;
pub mod moderation;
pub mod speech;
mod stream;

use std::{sync::Arc, time::Duration};

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::http::{Auth, Fault, Limits, Vendor, VendorSpec, Wire};
use crate::config::cloud::Account;

/// Billing codes, all sent with 429 (developers.openai.com/docs/guides/error-codes): waiting does
/// not mend them.
const NO_MONEY: [&str; 8] = [
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_credits",
];
/// Refusals of content.
const MODERATED: [&str; 5] = [
    "content_policy_violation",
    "moderation_blocked",
    "content_filter",
    "safety_violation",
    "invalid_prompt",
];

/// Reads a refusal: `{"error": {"code", "type", "message", "metadata"}}`.
#[must_use]
pub fn judge(status: u16, _headers: &HeaderMap, body: &Value) -> Option<Fault> {
    let error = body.get("error")?;
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let words = [word("code"), word("type")];
    if words.iter().any(|word| NO_MONEY.contains(word)) {
        return Some(Fault::Money);
    }
    if words.iter().any(|word| MODERATED.contains(word)) {
        return Some(Fault::Moderated);
    }
    // OpenRouter: too much under way for the credit that is left; it says when to come back
    // (openrouter.ai/docs, errors, handling 402).
    let source = error.pointer("/metadata/limit_source").and_then(Value::as_str);
    if status == 402 && source == Some("openrouter_in_flight_budget") {
        return Some(Fault::Busy(None));
    }
    // OpenRouter: 403 with what was flagged (openrouter.ai/docs, errors).
    let flagged = error.pointer("/metadata/reasons").is_some();
    (status == 403 && flagged).then_some(Fault::Moderated)
}

/// How OpenAI-like services are treated: generous on time, since they think; a key's own rate is
/// unknown, so the concurrency is what holds back.
const LIMITS: Limits = Limits {
    at_once: 8,
    per_minute: Some(240),
    answer_max: Duration::from_secs(60),
    patience: Duration::from_secs(90),
    tries_max: 3,
    backoff_min: Duration::from_millis(500),
    body_bytes_max: 48 << 20,
};

/// OpenAI under an account.
#[must_use]
pub fn vendor(wire: &Wire, account: &Account) -> Option<Arc<Vendor>> {
    service("openai", Vec::new(), wire, account)
}

/// OpenRouter under an account. The title names the application in its own statistics.
#[must_use]
pub fn openrouter(wire: &Wire, account: &Account) -> Option<Arc<Vendor>> {
    service("openrouter", vec![("x-title", "Cutline")], wire, account)
}

/// A service of this kind. A server of one's own may do without a key.
fn service(
    name: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    wire: &Wire,
    account: &Account,
) -> Option<Arc<Vendor>> {
    let auth = match &account.key {
        Some(key) => Some(Auth::new("authorization", "Bearer ", key)?),
        None => None,
    };
    let base = account.url.clone();
    let spec = VendorSpec { name, base, auth, headers, hosts: &[], limits: LIMITS, judge };
    Some(Vendor::new(wire, spec))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_account_is_told_from_a_busy_service() {
        let judged = |status, body| judge(status, &HeaderMap::new(), &body);
        for code in NO_MONEY {
            assert_eq!(judged(429, json!({"error": {"code": code}})), Some(Fault::Money));
        }
        let typed = json!({"error": {"type": "insufficient_quota", "code": null}});
        assert_eq!(judged(429, typed), Some(Fault::Money));
        let busy = json!({"error": {"code": "rate_limit_exceeded", "type": "requests"}});
        assert_eq!(judged(429, busy), None);
    }

    #[test]
    fn refused_content_is_told_from_a_refused_key() {
        let judged = |status, body| judge(status, &HeaderMap::new(), &body);
        let flagged = json!({"error": {"code": 403, "metadata": {"reasons": ["violence"]}}});
        assert_eq!(judged(403, flagged), Some(Fault::Moderated));
        assert_eq!(judged(403, json!({"error": {"code": 403, "message": "no"}})), None);
        let image =
            json!({"error": {"code": "moderation_blocked", "type": "image_generation_user_error"}});
        assert_eq!(judged(400, image), Some(Fault::Moderated));
    }
}
