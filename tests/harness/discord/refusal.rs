//! Refusals in Discord's shape: a status, a JSON error code, and for malformed forms the place of
//! each mistake (docs: "Opcodes and Status Codes", "Error Messages").

use serde_json::{Map, Value, json};

/// Why a request is not granted.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: &'static str,
    pub(super) errors: Option<Value>,
}

const fn refusal(status: u16, code: i64, message: &'static str) -> Refusal {
    Refusal { status, code, message, errors: None }
}

pub(super) const NOT_FOUND: Refusal = refusal(404, 0, "404: Not Found");
pub(super) const UNAUTHORIZED: Refusal = refusal(401, 0, "401: Unauthorized");
pub(super) const UNKNOWN_CHANNEL: Refusal = refusal(404, 10003, "Unknown Channel");
pub(super) const UNKNOWN_MESSAGE: Refusal = refusal(404, 10008, "Unknown Message");
pub(super) const UNKNOWN_USER: Refusal = refusal(404, 10013, "Unknown User");
pub(super) const UNKNOWN_WEBHOOK: Refusal = refusal(404, 10015, "Unknown Webhook");
pub(super) const UNKNOWN_INTERACTION: Refusal = refusal(404, 10062, "Unknown interaction");
pub(super) const TOO_LARGE: Refusal = refusal(413, 40005, "Request entity too large");
pub(super) const ACKNOWLEDGED: Refusal =
    refusal(400, 40060, "Interaction has already been acknowledged.");
pub(super) const FOLLOWUPS: Refusal = refusal(
    400,
    40094,
    "Maximum number of follow up messages for this interaction has been reached",
);
pub(super) const MISSING_ACCESS: Refusal = refusal(403, 50001, "Missing Access");
pub(super) const NOT_THE_AUTHOR: Refusal =
    refusal(403, 50005, "Cannot edit a message authored by another user");
pub(super) const EMPTY_MESSAGE: Refusal = refusal(400, 50006, "Cannot send an empty message");
pub(super) const CANNOT_SEND: Refusal = refusal(403, 50007, "Cannot send messages to this user");
pub(super) const MISSING_PERMISSIONS: Refusal = refusal(403, 50013, "Missing Permissions");
pub(super) const INVALID_TOKEN: Refusal = refusal(401, 50027, "Invalid Webhook Token");
pub(super) const NOT_JSON: Refusal = refusal(400, 50109, "The request body contains invalid JSON.");
pub(super) const NO_HISTORY: Refusal =
    refusal(400, 160002, "Cannot reply without permission to read message history");

impl Refusal {
    pub(super) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// Mistakes in a form, each with its place (`embeds.0.title`).
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<(String, &'static str, String)>);

impl Mistakes {
    pub(super) fn add(&mut self, place: &str, code: &'static str, message: impl Into<String>) {
        self.0.push((place.to_owned(), code, message.into()));
    }

    /// `INVALID_FORM_BODY` with the places nested, where there are mistakes.
    pub(super) fn refusal(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut errors = Value::Object(Map::new());
        for (place, code, message) in self.0 {
            let mut at = &mut errors;
            for step in place.split('.').filter(|step| !step.is_empty()) {
                at = &mut at[step];
            }
            if !at["_errors"].is_array() {
                at["_errors"] = json!([]);
            }
            if let Some(list) = at["_errors"].as_array_mut() {
                list.push(json!({"code": code, "message": message}));
            }
        }
        Err(Refusal {
            status: 400,
            code: 50035,
            message: "Invalid Form Body",
            errors: Some(errors),
        })
    }
}
