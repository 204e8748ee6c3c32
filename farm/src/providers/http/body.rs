//! What came back: its kind, its bytes within bounds, the code of a refusal.

use bytes::{Bytes, BytesMut};
use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::Value;

use super::{Accept, Fault};

/// A vendor's error code, wherever vendors put it: `error.code`, `error.type`, `error.status`,
/// `detail.status`, `detail[0].type`, `error_type`, `code`.
pub(super) fn code(body: &Value) -> Option<String> {
    let pointers = [
        "/error/code",
        "/error/type",
        "/error/status",
        "/detail/status",
        "/detail/code",
        "/detail/0/type",
        "/error_type",
        "/code",
    ];
    pointers.iter().find_map(|pointer| match body.pointer(pointer)? {
        Value::String(code) if !code.is_empty() => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    })
}

/// Whether the answer is of the kind that was asked for.
pub(super) fn fits(accept: Accept, headers: &HeaderMap) -> bool {
    let stated =
        headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match accept {
        Accept::Json => kind == "application/json" || kind.ends_with("+json"),
        Accept::Bytes(types) => types
            .iter()
            .any(|wanted| kind == *wanted || (wanted.ends_with('/') && kind.starts_with(wanted))),
    }
}

/// The body, within bounds.
pub(super) async fn read(mut response: Response, bytes_max: usize) -> Result<Bytes, Fault> {
    if response.content_length().is_some_and(|length| length > bytes_max as u64) {
        return Err(Fault::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Fault::Broken)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
