//! Stage 3, `shots`: eight to twelve shots over the beats.

use cutline_core::format::Format;
use serde::{Deserialize, Serialize};

use super::{arc::BeatKind, intent::Tone};
use crate::context::{StageContext, StageError};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
}

/// The shot list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotList {
    /// In order.
    pub shots: Vec<Shot>,
}

/// One shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shot {
    /// Position, from 0.
    pub id: u32,
    /// Index into the arc's beats.
    pub beat: u32,
    /// What it is for in the format.
    pub role: Role,
    /// What it has to say, for the writer.
    pub purpose: String,
    /// What is seen, before the script sharpens it.
    pub subject: String,
    /// How it might move.
    pub motion: MotionHint,
    /// How many words may stand on screen besides captions.
    pub text_density: TextDensity,
    /// Index into the intent's speakers for conversations; `None` is the narrator.
    pub speaker: Option<u32>,
    /// Spoken length to aim for.
    pub budget_ms: u32,
}

/// A shot's part in its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// First words.
    Hook,
    /// Anything between.
    Body,
    /// Item `n` of `of` as shown.
    Item {
        /// Number shown.
        n: u32,
        /// How many.
        of: u32,
    },
    /// Last words.
    Close,
}

/// A wish about movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum MotionHint {
    Still,
    Gentle,
    Lively,
    Dramatic,
}

/// Amount of on-screen text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum TextDensity {
    None,
    Low,
    High,
}

/// Fewest and most shots of a video.
const SHOTS: std::ops::RangeInclusive<usize> = 8..=12;

/// Cuts the arc into shots.
///
/// # Errors
/// None today; the signature is every stage's.
pub async fn run(input: &Input, _context: &StageContext) -> Result<ShotList, StageError> {
    Ok(plan(input))
}

/// The shot list: how many, which beat and role each has, how long it may speak.
#[must_use]
pub fn plan(input: &Input) -> ShotList {
    let intent = &input.intent;
    let beats = &input.arc.beats;
    let roles = roles(input);
    let last = roles.len().saturating_sub(1);
    let total_ms = (intent.duration_s * 1000.0) as u32;
    let hook_ms = (beats.first().map_or(0.1, |beat| beat.share) * total_ms as f32) as u32;
    let each_ms = (total_ms - hook_ms) / last.max(1) as u32;
    let mut seen_of_beat = vec![0_usize; beats.len()];
    let shots = roles.iter().enumerate().map(|(at, (beat, role))| {
        let nth = seen_of_beat[*beat];
        seen_of_beat[*beat] += 1;
        let kind = beats[*beat].kind;
        let budget_ms = match at {
            0 => hook_ms,
            _ if at == last => total_ms - hook_ms - each_ms * (last as u32 - 1),
            _ => each_ms,
        };
        Shot {
            id: at as u32,
            beat: *beat as u32,
            role: *role,
            purpose: purpose(*role, nth, &beats[*beat].purpose),
            subject: subject(intent, at),
            motion: motion(intent.tone, kind),
            text_density: density(intent.format, *role),
            speaker: speaker(intent, at),
            budget_ms,
        }
    });
    ShotList { shots: shots.collect() }
}

/// Beat index and role of every shot.
fn roles(input: &Input) -> Vec<(usize, Role)> {
    let intent = &input.intent;
    let beats = &input.arc.beats;
    let closing = beats.len() - 1;
    if matches!(intent.format, Format::Listicle | Format::HowTo) {
        return listed(intent.format, intent.count, closing);
    }
    let natural = match intent.format {
        Format::FakeText => intent.duration_s / 2.8,
        Format::Quote => intent.duration_s / 3.0,
        _ => intent.duration_s / 3.9,
    };
    let count = (natural.round() as usize).clamp(*SHOTS.start(), *SHOTS.end());
    let count = if intent.format == Format::FakeText { count.max(10) } else { count };
    let mut roles = vec![(0, Role::Hook)];
    let mut share = 0.0;
    let rest: f32 = beats.iter().skip(1).map(|beat| beat.share).sum();
    for (at, beat) in beats.iter().enumerate().skip(1) {
        share += beat.share;
        let until = 1 + ((count - 1) as f32 * share / rest).round() as usize;
        let until = until.max(roles.len() + 1).min(count - (closing - at));
        while roles.len() < until {
            roles.push((at, Role::Body));
        }
    }
    if let Some(last) = roles.last_mut() {
        last.1 = Role::Close;
    }
    roles
}

/// Hook, items (a countdown for lists, upwards for steps), close: as many shots an item as eight
/// shots need, one more before the first where that is not enough.
fn listed(format: Format, count: Option<u32>, closing: usize) -> Vec<(usize, Role)> {
    let items = count.unwrap_or(if format == Format::HowTo { 4 } else { 5 }).clamp(2, 10);
    let each = match items {
        2 => 3,
        3 | 4 => 2,
        _ => 1,
    };
    let mut roles = vec![(0, Role::Hook)];
    if items == 5 {
        roles.push((1, Role::Body));
    }
    for at in 0..items {
        let n = if format == Format::Listicle { items - at } else { at + 1 };
        roles.extend((0..each).map(|_| (1, Role::Item { n, of: items })));
    }
    roles.push((closing, Role::Close));
    roles
}

fn purpose(role: Role, nth: usize, beat: &str) -> String {
    match role {
        Role::Item { n, of } => format!("item {n} of {of}"),
        _ if nth == 0 => beat.to_owned(),
        _ => format!("{beat}, next thought"),
    }
}

/// Every third shot looks at the subject itself, the others at its surroundings.
fn subject(intent: &super::intent::Intent, at: usize) -> String {
    let others: Vec<&String> =
        intent.keywords.iter().filter(|word| !intent.subject.contains(word.as_str())).collect();
    match others.get(at / 3 % others.len().max(1)) {
        Some(word) if at % 3 == 1 => (*word).clone(),
        _ => intent.subject.clone(),
    }
}

fn motion(tone: Tone, kind: BeatKind) -> MotionHint {
    match (tone, kind) {
        (Tone::Dark, BeatKind::Turn) | (_, BeatKind::Hook) => MotionHint::Dramatic,
        (Tone::Calm | Tone::Warm, _) | (Tone::Dark, _) => MotionHint::Gentle,
        (Tone::Energetic | Tone::Playful, _) | (_, BeatKind::Turn) => MotionHint::Lively,
        (Tone::Serious, BeatKind::Payoff) => MotionHint::Still,
        _ => MotionHint::Gentle,
    }
}

fn density(format: Format, role: Role) -> TextDensity {
    match (format, role) {
        (Format::FakeText, _) => TextDensity::None,
        (Format::Quote, _) | (_, Role::Item { .. }) => TextDensity::High,
        (_, Role::Hook) => TextDensity::Low,
        _ => TextDensity::None,
    }
}

/// Sides of a chat take turns; the other side (not the phone's owner) opens.
fn speaker(intent: &super::intent::Intent, at: usize) -> Option<u32> {
    if intent.format != Format::FakeText || intent.speakers.is_empty() {
        return None;
    }
    let opener = intent.speakers.iter().position(|talker| !talker.own_phone).unwrap_or(0);
    Some(((opener + at) % intent.speakers.len()) as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::intent::sample, *};

    fn shots_of(format: Format, duration_s: f32, count: Option<u32>) -> ShotList {
        let intent = super::super::intent::Intent { count, ..sample(format, duration_s) };
        let arc = super::super::arc::plan(&intent);
        plan(&Input { intent, arc })
    }

    proptest! {
        #[test]
        fn every_list_has_eight_to_twelve_shots_and_fills_the_duration(
            format in prop::sample::select(Format::ALL.to_vec()),
            duration_s in 15.0_f32..90.0,
            count in prop::option::of(2_u32..=10),
        ) {
            let list = shots_of(format, duration_s, count).shots;
            prop_assert!(SHOTS.contains(&list.len()), "{}", list.len());
            let sum: u32 = list.iter().map(|shot| shot.budget_ms).sum();
            prop_assert_eq!(sum, (duration_s * 1000.0) as u32);
            prop_assert_eq!(list[0].role, Role::Hook);
            prop_assert_eq!(list[list.len() - 1].role, Role::Close);
            prop_assert!(list.windows(2).all(|pair| pair[0].beat <= pair[1].beat));
            prop_assert!(list.iter().all(|shot| shot.budget_ms > 900));
        }
    }

    #[test]
    fn five_items_count_down_once_each() {
        let items: Vec<u32> = shots_of(Format::Listicle, 34.0, Some(5))
            .shots
            .iter()
            .filter_map(|shot| match shot.role {
                Role::Item { n, .. } => Some(n),
                _ => None,
            })
            .collect();
        assert_eq!(items, [5, 4, 3, 2, 1]);
    }

    #[test]
    fn messages_alternate_and_the_other_side_opens() {
        let mut intent = sample(Format::FakeText, 28.0);
        intent.speakers = ["Cat", "Owner"]
            .iter()
            .enumerate()
            .map(|(at, name)| super::super::intent::Talker {
                name: (*name).into(),
                kind: name.to_lowercase(),
                own_phone: at == 1,
            })
            .collect();
        let arc = super::super::arc::plan(&intent);
        let shots = plan(&Input { intent, arc }).shots;
        let speakers: Vec<_> = shots.iter().map(|shot| shot.speaker).collect();
        assert_eq!(speakers[..3], [Some(0), Some(1), Some(0)]);
        assert!(shots.len() >= 8);
    }
}
