//! Sorts what an S3 store answers. Codes come first, because stores disagree about statuses: "full"
//! is 403 on Ceph and 507 on MinIO.

use std::error::Error;

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
};

use crate::objects::{ErrorKind, ObjectKey, ObjectsError};

const CONFLICT: &str = "ConditionalRequestConflict";
const BAD_RANGE: &str = "InvalidRange";

/// An error about one object.
pub(super) fn object<E>(
    doing: &str,
    key: &ObjectKey,
    error: SdkError<E, HttpResponse>,
) -> ObjectsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (kind, cause) = sort(&error);
    match kind {
        ErrorKind::NotFound => ObjectsError::NotFound(key.clone()),
        ErrorKind::AlreadyThere => ObjectsError::AlreadyThere(key.clone()),
        kind => ObjectsError::Store { what: format!("{doing} {key}"), kind, cause },
    }
}

/// An error about the bucket.
pub(super) fn store<E>(doing: &str, error: SdkError<E, HttpResponse>) -> ObjectsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (kind, cause) = sort(&error);
    ObjectsError::Store { what: doing.to_owned(), kind, cause }
}

/// A request that cannot even be sent.
pub(super) fn refused(doing: &str, error: &dyn Error) -> ObjectsError {
    ObjectsError::Store {
        what: doing.to_owned(),
        kind: ErrorKind::Refused,
        cause: error.to_string(),
    }
}

/// An answer that broke off.
pub(super) fn cut_off(key: &ObjectKey, error: &dyn Error) -> ObjectsError {
    ObjectsError::Store {
        what: format!("reading {key}"),
        kind: ErrorKind::Transient,
        cause: chain(error),
    }
}

/// One failure among many deletions.
pub(super) fn in_answer(doing: &str, error: &aws_sdk_s3::types::Error) -> ObjectsError {
    let code = error.code().unwrap_or_default();
    ObjectsError::Store {
        what: format!("{doing} {}", error.key().unwrap_or_default()),
        kind: kind_of(code, 200),
        cause: format!("{code}: {}", error.message().unwrap_or_default()),
    }
}

/// Whether another conditional write to the same key is under way.
pub(super) fn is_conflict(error: &ObjectsError) -> bool {
    matches!(error, ObjectsError::Store { cause, .. } if cause.starts_with(CONFLICT))
}

/// Whether the range begins behind the object's end.
pub(super) fn is_bad_range(error: &ObjectsError) -> bool {
    matches!(error, ObjectsError::Store { cause, .. } if cause.starts_with(BAD_RANGE))
}

/// The error code of an answer, if the store gave one.
pub(super) fn code<E>(error: &SdkError<E, HttpResponse>) -> Option<&str>
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::ServiceError(answer) => answer.err().code(),
        _ => None,
    }
}

fn sort<E>(error: &SdkError<E, HttpResponse>) -> (ErrorKind, String)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            let meta = answer.err().meta();
            // Answers to HEAD have no body, and so no code.
            let code = meta.code().map_or_else(|| format!("status {status}"), str::to_owned);
            let message = meta.message().unwrap_or_default();
            let request =
                meta.request_id().map_or_else(String::new, |id| format!(", request {id}"));
            (kind_of(&code, status), format!("{code}: {message} (status {status}{request})"))
        }
        SdkError::TimeoutError(_) => (ErrorKind::Transient, "no answer in time".to_owned()),
        SdkError::ConstructionFailure(_) => (ErrorKind::Refused, chain(error)),
        // Not reached, or an answer that made no sense.
        other => (ErrorKind::Transient, chain(other)),
    }
}

fn kind_of(code: &str, status: u16) -> ErrorKind {
    match code {
        "NoSuchKey" | "NotFound" => ErrorKind::NotFound,
        "NoSuchBucket" | "NoSuchUpload" => ErrorKind::Refused,
        "PreconditionFailed" => ErrorKind::AlreadyThere,
        "QuotaExceeded"
        | "InsufficientStorage"
        | "InsufficientCapacity"
        | "XMinioStorageFull"
        | "XMinioAdminBucketQuotaExceeded"
        | "StorageFull" => ErrorKind::Full,
        "AccessDenied"
        | "AllAccessDisabled"
        | "AccountProblem"
        | "Unauthorized"
        | "InvalidAccessKeyId"
        | "InvalidToken"
        | "ExpiredToken"
        | "NotSignedUp"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch" => ErrorKind::Denied,
        CONFLICT | "OperationAborted" | "SlowDown" | "RequestTimeout" | "InternalError"
        | "ServiceUnavailable" => ErrorKind::Transient,
        _ => match status {
            404 => ErrorKind::NotFound,
            412 => ErrorKind::AlreadyThere,
            507 => ErrorKind::Full,
            401 | 403 => ErrorKind::Denied,
            408 | 429 | 500..=599 => ErrorKind::Transient,
            _ => ErrorKind::Refused,
        },
    }
}

/// The messages of an error and of what caused it, each once.
fn chain(error: &dyn Error) -> String {
    let mut messages = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if messages.last().is_none_or(|last| !last.contains(&message)) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_that_disagree_about_statuses_are_understood_by_their_codes() {
        assert_eq!(kind_of("QuotaExceeded", 403), ErrorKind::Full, "Ceph");
        assert_eq!(kind_of("XMinioStorageFull", 507), ErrorKind::Full, "MinIO");
        assert_eq!(kind_of("SignatureDoesNotMatch", 403), ErrorKind::Denied);
        assert_eq!(kind_of("status 403", 403), ErrorKind::Denied, "a HEAD");
        assert_eq!(kind_of("status 404", 404), ErrorKind::NotFound, "a HEAD");
        assert_eq!(kind_of("PreconditionFailed", 412), ErrorKind::AlreadyThere);
        assert_eq!(kind_of("NoSuchBucket", 404), ErrorKind::Refused);
        assert_eq!(kind_of("SlowDown", 503), ErrorKind::Transient);
        assert_eq!(kind_of("EntityTooSmall", 400), ErrorKind::Refused);
    }
}
