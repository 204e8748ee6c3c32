//! Stage 2, `arc`: three to five beats, the first a hook.

use cutline_core::format::Format;
use serde::{Deserialize, Serialize};

use crate::context::{StageContext, StageError};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
}

/// The narrative arc.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arc {
    /// Three to five.
    pub beats: Vec<Beat>,
}

/// One beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// Its part in the story.
    pub kind: BeatKind,
    /// What it has to achieve, one sentence for the writer.
    pub purpose: String,
    /// Share of the duration; all sum to 1.
    pub share: f32,
}

/// Parts of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum BeatKind {
    Hook,
    Setup,
    Develop,
    Turn,
    Payoff,
}

/// Longest the hook may be planned, in seconds: it has to land inside three.
const HOOK_S_MAX: f32 = 3.0;

/// Decides the arc.
///
/// # Errors
/// None today; the signature is every stage's.
pub async fn run(input: &Input, _context: &StageContext) -> Result<Arc, StageError> {
    Ok(plan(&input.intent))
}

/// The arc of a format, shares scaled so that the hook lands in time.
#[must_use]
pub fn plan(intent: &super::intent::Intent) -> Arc {
    let beats = beats(intent.format);
    let hook = (HOOK_S_MAX / intent.duration_s).min(0.14);
    let rest: f32 = beats.iter().skip(1).map(|(_, share, _)| share).sum();
    let beats = beats
        .iter()
        .enumerate()
        .map(|(at, (kind, share, purpose))| Beat {
            kind: *kind,
            purpose: purpose.replace("{subject}", &intent.subject),
            share: if at == 0 { hook } else { share / rest * (1.0 - hook) },
        })
        .collect();
    Arc { beats }
}

/// Beat, share of what the hook leaves, purpose.
fn beats(format: Format) -> &'static [(BeatKind, f32, &'static str)] {
    use BeatKind::{Develop, Hook, Payoff, Setup, Turn};
    match format {
        Format::AiStory => &[
            (Hook, 0.0, "open inside the story with something wrong or wonderful"),
            (Setup, 0.25, "show who {subject} is and what is ordinary for them"),
            (Develop, 0.35, "let the trouble grow, one event after another"),
            (Turn, 0.25, "reveal what changes everything"),
            (Payoff, 0.15, "end on an image that stays"),
        ],
        Format::FakeText => &[
            (Hook, 0.0, "open the chat with a demand or a complaint"),
            (Setup, 0.30, "the other side objects"),
            (Develop, 0.45, "the argument escalates and gets absurd"),
            (Payoff, 0.25, "a punch line"),
        ],
        Format::Listicle | Format::HowTo => &[
            (Hook, 0.0, "promise what the viewer gets"),
            (Develop, 0.75, "one item after another, each with its reason"),
            (Payoff, 0.15, "say what to do first"),
        ],
        Format::Quote => &[
            (Hook, 0.0, "name {subject} in a few surprising words"),
            (Setup, 0.30, "say what people take it for"),
            (Turn, 0.40, "say what it really is"),
            (Payoff, 0.30, "land the thought"),
        ],
        Format::Timeline => &[
            (Hook, 0.0, "say what {subject} is to us today"),
            (Setup, 0.25, "the beginning"),
            (Develop, 0.50, "how it spread and changed"),
            (Payoff, 0.25, "back to today"),
        ],
        Format::MythBuster => &[
            (Hook, 0.0, "state the claim as people tell it"),
            (Setup, 0.25, "why people believe it"),
            (Turn, 0.45, "what is really true"),
            (Payoff, 0.30, "what to remember instead"),
        ],
        Format::Comparison => &[
            (Hook, 0.0, "set the two against each other"),
            (Setup, 0.30, "the first one"),
            (Develop, 0.40, "the second one, point by point"),
            (Payoff, 0.30, "when to choose which"),
        ],
        Format::ProductTeaser => &[
            (Hook, 0.0, "name the wish"),
            (Setup, 0.25, "the trouble without {subject}"),
            (Develop, 0.45, "what it does"),
            (Payoff, 0.30, "invite"),
        ],
        Format::Educational | Format::StickAnimation => &[
            (Hook, 0.0, "say the surprising thing about {subject}"),
            (Setup, 0.25, "say what it is and why one wonders"),
            (Develop, 0.40, "explain the cause, step by step"),
            (Turn, 0.20, "the consequence nobody expects"),
            (Payoff, 0.15, "the answer in one line"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one_and_the_hook_lands() {
        for format in Format::ALL {
            for duration_s in [15.0, 30.0, 60.0, 90.0] {
                let intent = super::super::intent::sample(format, duration_s);
                let arc = plan(&intent);
                let sum: f32 = arc.beats.iter().map(|beat| beat.share).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{format:?}: {sum}");
                assert!((3..=5).contains(&arc.beats.len()));
                assert_eq!(arc.beats[0].kind, BeatKind::Hook);
                assert!(arc.beats[0].share * duration_s <= HOOK_S_MAX + 1e-3);
            }
        }
    }
}
