//! What a button carries: all that is needed to do what it says, so that it works after any restart
//! and for ever. At most 100 characters (docs: "Custom ID").

use cutline_core::{card::Action, job::JobRef};
use serde_json::Value;

/// Says which way of writing this is: an old button of another way is recognised as such.
const VERSION: &str = "c1";

/// A pressed button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// One of a card's.
    Action {
        /// What it does.
        action: Action,
        /// To which job.
        job: Option<JobRef>,
        /// From which page of the history.
        page: u32,
    },
    /// An operator means it.
    Confirm {
        /// Of the question.
        question: String,
    },
    /// An operator does not mean it.
    Decline,
}

/// A button's custom id.
pub(super) fn written(pressed: &Pressed) -> String {
    match pressed {
        Pressed::Action { action, job, page } => {
            let job = job.as_ref().map_or("", JobRef::as_str);
            format!("{VERSION}:{}:{job}:{page}", name(*action))
        }
        Pressed::Confirm { question } => format!("{VERSION}:yes:{question}"),
        Pressed::Decline => format!("{VERSION}:no"),
    }
}

/// What a custom id says; `None` for one that we never wrote.
pub(super) fn read(id: &str) -> Option<Pressed> {
    let mut parts = id.split(':');
    if parts.next()? != VERSION {
        return None;
    }
    match parts.next()? {
        "yes" => {
            let question = parts.next().filter(|id| !id.is_empty())?.to_owned();
            Some(Pressed::Confirm { question })
        }
        "no" => Some(Pressed::Decline),
        action => {
            let action = serde_json::from_value(Value::from(action)).ok()?;
            let job =
                parts.next().filter(|job| !job.is_empty()).map(str::parse).transpose().ok()?;
            let page = parts.next()?.parse().ok()?;
            Some(Pressed::Action { action, job, page })
        }
    }
}

fn name(action: Action) -> String {
    // An action is a word in JSON.
    serde_json::to_value(action)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_what_it_does_for_ever() {
        let again = Pressed::Action {
            action: Action::Again,
            job: Some("K7Q2M9".parse().unwrap()),
            page: 0,
        };
        // Buttons of this spelling are on messages already: it must not change.
        assert_eq!(written(&again), "c1:again:K7Q2M9:0");
        let older = Pressed::Action { action: Action::Older, job: None, page: 3 };
        let confirm = Pressed::Confirm { question: "0".repeat(32) };
        for pressed in [again, older, confirm, Pressed::Decline] {
            let id = written(&pressed);
            assert!(id.len() <= 100);
            assert_eq!(read(&id), Some(pressed));
        }
    }

    #[test]
    fn what_we_never_wrote_is_no_button_of_ours() {
        for id in ["", "c1", "c1:again", "c0:again::0", "c1:fly::0", "c1:again:x:0", "c1:yes:"] {
            assert_eq!(read(id), None, "{id}");
        }
    }
}
