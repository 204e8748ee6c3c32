//! From how a try went to how the job ends: one classifier (invariant 9).

use cutline_core::{
    job::failure::{code_of, said},
    store::Ending,
    words::Tongue,
};

use super::{leash::Stop, pipeline::Failure};
use crate::context::{Handling, StageError};

/// What becomes of the job; `None` where nothing may be written any more.
#[must_use]
pub fn of_failure(failure: &Failure, stopped: Option<Stop>) -> Option<Ending> {
    match stopped {
        Some(Stop::Stale | Stop::HandedBack) => return None,
        Some(Stop::Cancelled) => return Some(Ending::Cancelled),
        Some(Stop::TooLong) => {
            return Some(failed("TOO_LONG", failure.to_string(), true));
        }
        None => {}
    }
    let detail = chain(failure);
    Some(match &failure.source {
        // Their own mistake, in words that say more than a code does.
        StageError::User(error) => Ending::Failed {
            code: code_of(&error.field).unwrap_or(&error.code).to_owned(),
            message: error.message.clone(),
            detail,
            retry: false,
        },
        // Nobody asked for it: something in the pipeline gave up by itself.
        StageError::Cancelled => failed("UNEXPECTED", detail, true),
        StageError::Io { .. } => failed("MACHINE", detail, true),
        StageError::Provider { .. }
            if failure.stage == "render" && detail.contains("quality gate") =>
        {
            failed("QUALITY_GATE", detail, false)
        }
        StageError::Provider { handling, .. } => {
            // The runner tried a `Retry` again already; another machine or another minute may help.
            // `Fallback` here means that the chain of stand-ins ran out.
            let retry = matches!(handling, Handling::Retry);
            failed("PROVIDER", detail, retry)
        }
        StageError::Invariant(_) => failed("DEFECT", detail, false),
    })
}

/// A fault of ours, in the words that the code stands for.
fn failed(code: &str, detail: String, retry: bool) -> Ending {
    let message = said(Tongue::English, code).unwrap_or_default();
    Ending::Failed { code: code.to_owned(), message, detail, retry }
}

/// An error with all its causes, on one line of at most 2000 bytes.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    let mut end = text.len().min(2_000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use cutline_core::error::UserError;

    use super::*;

    fn ending(source: StageError, stopped: Option<Stop>) -> Option<Ending> {
        of_failure(&Failure::new("voice", source), stopped)
    }

    fn io() -> StageError {
        let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
        StageError::Io { what: "writing a clip".into(), source }
    }

    #[test]
    fn a_person_hears_their_own_mistake_in_its_own_words_and_it_is_not_tried_again() {
        let error = UserError::validation("images[0]", "The picture is broken.");
        let Some(Ending::Failed { code, message, retry, .. }) = ending(error.into(), None) else {
            panic!("a failure")
        };
        assert_eq!((code.as_str(), retry), ("PICTURE", false));
        assert_eq!(message, "The picture is broken.");
    }

    #[test]
    fn what_may_pass_is_tried_again_and_operators_see_the_cause() {
        let Some(Ending::Failed { message, detail, retry, .. }) = ending(io(), None) else {
            panic!("a failure")
        };
        assert!(retry && detail.contains("writing a clip"), "{detail}");
        assert!(!message.contains("clip") && message.contains("Nothing was charged"));
        let defect = StageError::Invariant("shots do not add up".into());
        assert!(matches!(ending(defect, None), Some(Ending::Failed { retry: false, .. })));
    }

    #[test]
    fn a_stop_decides_whatever_error_it_provoked() {
        assert_eq!(ending(io(), Some(Stop::Cancelled)), Some(Ending::Cancelled));
        assert_eq!(ending(StageError::Cancelled, Some(Stop::Stale)), None);
        assert_eq!(ending(StageError::Cancelled, Some(Stop::HandedBack)), None);
        let long = ending(StageError::Cancelled, Some(Stop::TooLong));
        assert!(matches!(long, Some(Ending::Failed { code, .. }) if code == "TOO_LONG"));
    }
}
