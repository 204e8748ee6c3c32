//! What Google answers: operations, and how it says no.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use crate::providers::http::Fault;

/// Words by which Google tells a refusal of content from a defect of the request: both are 400
/// `INVALID_ARGUMENT`.
pub(super) fn is_policy(message: &str) -> bool {
    let message = message.to_lowercase();
    ["violat", "responsible ai", "usage guidelines", "safety", "sensitive word", "prohibited"]
        .iter()
        .any(|words| message.contains(words))
}

/// Reads a refusal (`google.rpc.Status`): a wrong key is 400 with a reason, an empty account 429
/// like a rate, with a quota by the day, or 400 where there is no billing.
pub(super) fn judge(status: u16, _headers: &HeaderMap, body: &Value) -> Option<Fault> {
    let error = body.get("error")?;
    let details = error.get("details").and_then(Value::as_array);
    let details = || details.into_iter().flatten();
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    let kind = error.get("status").and_then(Value::as_str).unwrap_or_default();
    if details().any(|one| one["reason"] == "API_KEY_INVALID") {
        return Some(Fault::Key);
    }
    match status {
        400 if kind == "FAILED_PRECONDITION" => Some(Fault::Money),
        400 if is_policy(message) => Some(Fault::Moderated),
        429 => {
            let of_day = |one: &Value| {
                let all = one["violations"].as_array().into_iter().flatten();
                all.filter_map(|one| one["quotaId"].as_str()).any(|id| id.contains("PerDay"))
            };
            if details().any(of_day) {
                return Some(Fault::Money);
            }
            let asked = details().find_map(|one| one["retryDelay"].as_str());
            let seconds = asked.and_then(|text| text.trim_end_matches('s').parse::<f64>().ok());
            let wait = seconds.filter(|s| (0.0..86_400.0).contains(s)).map(Duration::from_secs_f64);
            Some(Fault::Busy(wait))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
pub(super) struct Operation {
    pub(super) name: String,
    #[serde(default)]
    pub(super) done: bool,
    pub(super) error: Option<OperationError>,
    pub(super) response: Option<OperationResponse>,
}

#[derive(Deserialize)]
pub(super) struct OperationError {
    #[serde(default)]
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationResponse {
    pub(super) generate_video_response: Option<Generated>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Generated {
    #[serde(default)]
    pub(super) generated_samples: Vec<Sample>,
    #[serde(default)]
    pub(super) rai_media_filtered_count: u32,
}

#[derive(Deserialize)]
pub(super) struct Sample {
    pub(super) video: Video,
}

#[derive(Deserialize)]
pub(super) struct Video {
    pub(super) uri: String,
}

/// Whether an operation's name can be a path of the API and nothing else.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    name.len() <= 300 && name.contains("operations/") && name.split('/').all(plain)
}
