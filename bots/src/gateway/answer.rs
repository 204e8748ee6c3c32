//! What is answered when there is no video to show: a page that says so kindly, and why.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::page;

/// Why there is nothing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// No such link ever was.
    Unknown,
    /// The video's time has passed.
    Expired,
    /// The database or the object store does not answer.
    Away,
    /// The link is good, but its file is gone.
    Missing,
    /// A path that means nothing.
    NoSuchPage,
    /// Something other than looking was tried.
    WrongMethod,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, heading, text) = match self {
            Self::Unknown => (
                StatusCode::NOT_FOUND,
                "There is no video here",
                "The link may have lost a letter on its way. Ask for it again where you found it.",
            ),
            Self::Expired => (
                StatusCode::GONE,
                "This video has had its time",
                "Videos are kept for as long as their plan says, and this one's days are over. \
                 Whoever made it can make it again from the same sentence.",
            ),
            Self::Away => (
                StatusCode::SERVICE_UNAVAILABLE,
                "One moment, please",
                "We cannot reach our videos just now. Your link is fine: try again in a minute.",
            ),
            Self::Missing => (
                StatusCode::NOT_FOUND,
                "This file is missing",
                "The link is right, but the file behind it is not there. We have taken note.",
            ),
            Self::NoSuchPage => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "This address shows videos to those who have a link to one.",
            ),
            Self::WrongMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This can only be looked at",
                "The address takes GET and HEAD.",
            ),
        };
        let mut response = (status, Html(page::notice(heading, text))).into_response();
        let headers = response.headers_mut();
        let mut say = |name, value| headers.insert(name, HeaderValue::from_static(value));
        match self {
            Self::Away => say(header::RETRY_AFTER, "60"),
            Self::WrongMethod => say(header::ALLOW, "GET, HEAD"),
            // It will not come back; a link that is unknown may be about to exist.
            Self::Expired => say(header::CACHE_CONTROL, "public, max-age=300"),
            _ => None,
        };
        response
    }
}
