//! Colours by tone and subject: a home palette, one step away where a beat changes. Pure. What suits
//! what is data ([`subjects`]); the seed chooses among it.

mod subjects;
#[cfg(test)]
mod tests;

use cutline_compositor::story::PaletteName::{self, *};
use cutline_core::format::Format;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use self::subjects::Suited;
use super::Input;
use crate::stages::{
    arc::BeatKind,
    intent::{Intent, Tone},
};

/// The palettes as a ring: neighbours are one step apart in hue and lightness.
const RING: &[PaletteName] =
    &[Night, Sea, Ice, Slate, Paper, Meadow, Forest, Gold, Sunrise, Ember, Candy, Neon];

/// One palette a shot.
pub(super) fn plan(input: &Input) -> Vec<PaletteName> {
    let mut rng = ChaCha8Rng::seed_from_u64(input.intent.seed ^ 0x00c0_1012);
    let home = home(&input.intent);
    let home = RING.iter().position(|name| *name == home).unwrap_or(0);
    let forward = rng.random_bool(0.5);
    let step = |from: usize, by: usize| {
        let ring = RING.len();
        if forward { (from + by) % ring } else { (from + ring - by) % ring }
    };
    // Phones and paper keep one background; elsewhere the turn leaves home and the end returns.
    let still = matches!(input.intent.format, Format::FakeText | Format::StickAnimation);
    let shots = input.shots.shots.iter();
    shots
        .map(|shot| match input.arc.beats[shot.beat as usize].kind {
            _ if still => RING[home],
            BeatKind::Turn => RING[step(home, 1)],
            BeatKind::Develop if matches!(input.intent.tone, Tone::Energetic | Tone::Playful) => {
                RING[step(home, usize::from(shot.id % 2 == 1))]
            }
            _ => RING[home],
        })
        .collect()
}

/// The palette a video begins and ends in: one of those that suit it, the first of them the most
/// often, so that two videos about alike things need not look alike.
fn home(intent: &Intent) -> PaletteName {
    let mut suited = suited(intent).to_vec();
    if intent.format == Format::Quote {
        // Words alone on a bright ground are a page, not a mood.
        suited.retain(|name| !name.colours().is_light());
    }
    let mut rng = ChaCha8Rng::seed_from_u64(intent.seed ^ 0x0050_17ed);
    // Of three palettes the first has three parts of six, the second two, the third one.
    let parts = suited.len() * (suited.len() + 1) / 2;
    let mut drawn = rng.random_range(0..parts.max(1));
    for (at, name) in suited.iter().enumerate() {
        let share = suited.len() - at;
        if drawn < share {
            return *name;
        }
        drawn -= share;
    }
    Night
}

fn suited(intent: &Intent) -> Suited {
    match (intent.tone, intent.format) {
        (Tone::Dark, _) => return &[Night],
        (_, Format::StickAnimation) => return &[Paper],
        (_, Format::FakeText) => return &[Ice],
        _ => {}
    }
    let named = intent.keywords.iter().find_map(|word| subjects::suited(word));
    named.unwrap_or_else(|| of_tone(intent.tone))
}

/// What suits a tone where the subject has no colour of its own.
const fn of_tone(tone: Tone) -> Suited {
    match tone {
        Tone::Dark => &[Night],
        Tone::Calm => &[Night, Sea, Forest],
        Tone::Curious => &[Sea, Slate, Forest],
        Tone::Playful => &[Candy, Sunrise, Meadow],
        Tone::Energetic => &[Sunrise, Neon, Candy],
        Tone::Serious => &[Slate, Night, Gold],
        Tone::Warm => &[Ember, Sunrise, Gold],
    }
}
