//! The headers that every answer carries (spec §6), errors included.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::page;

/// The headers, made once.
pub(super) struct Security(Vec<(HeaderName, HeaderValue)>);

impl Security {
    /// `media_origin`: where the page's video may come from besides here.
    pub(super) fn new(media_origin: Option<&str>) -> Self {
        let policy = format!(
            "default-src 'none'; img-src 'self'; media-src 'self'{}{}; style-src 'sha256-{}'; \
             frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; \
             upgrade-insecure-requests",
            if media_origin.is_some() { " " } else { "" },
            media_origin.unwrap_or_default(),
            page::style_sha256(),
        );
        let fixed = [
            (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains; preload"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
            // A link is a secret that people share; search engines are not people.
            (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        ];
        let mut all: Vec<_> = fixed
            .into_iter()
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect();
        // An origin that is no header value would be a defect of the URL parser.
        let policy = HeaderValue::from_str(&policy)
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
        all.push((header::CONTENT_SECURITY_POLICY, policy));
        Self(all)
    }
}

/// Adds them.
pub(super) async fn add(
    State(security): State<Arc<Security>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &security.0 {
        headers.insert(name, value.clone());
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
