//! Who speaks: a voice for the narrator, or two clearly different ones for a conversation. Pure.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{
    providers::VoiceInfo,
    stages::intent::{Intent, Tone},
};

/// How many of the best-suited voices the seed may choose from.
const CHOICES_MAX: usize = 3;
/// Keeps the draw apart from other stages' draws from the same seed.
const STREAM: u64 = 5;

/// The narrator's voice and one for each speaker; `None` when the engine has no voice at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cast {
    narrator: String,
    speakers: Vec<String>,
}

impl Cast {
    /// Chooses from an engine's voices by tone and seed.
    pub(super) fn choose(voices: &[VoiceInfo], intent: &Intent) -> Option<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(intent.seed);
        rng.set_stream(STREAM);
        let mut ranked: Vec<(usize, &VoiceInfo)> =
            voices.iter().map(|voice| (suits(voice, intent.tone), voice)).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let fitting = ranked.iter().filter(|(rank, _)| *rank < usize::MAX).count();
        let choices = fitting.clamp(1, CHOICES_MAX).min(ranked.len());
        if choices == 0 {
            return None;
        }
        let narrator = ranked[rng.random_range(0..choices)].1;
        let mut speakers: Vec<&VoiceInfo> = Vec::new();
        for index in 0..intent.speakers.len() {
            let other = speakers.last().map(|voice| voice.gender.as_str());
            let unused = |voice: &&VoiceInfo| !speakers.iter().any(|used| used.name == voice.name);
            let next = if index == 0 {
                Some(narrator)
            } else {
                let fresh = || ranked.iter().map(|(_, voice)| *voice).filter(unused);
                fresh()
                    .find(|voice| Some(voice.gender.as_str()) != other)
                    .or_else(|| fresh().next())
            };
            speakers.push(next.unwrap_or(narrator));
        }
        Some(Self {
            narrator: narrator.name.clone(),
            speakers: speakers.into_iter().map(|voice| voice.name.clone()).collect(),
        })
    }

    /// The voice of a line.
    pub(super) fn voice(&self, speaker: Option<u32>) -> &str {
        speaker
            .and_then(|index| self.speakers.get(usize::try_from(index).ok()?))
            .unwrap_or(&self.narrator)
    }
}

/// Position of the tone among those a voice suits; `usize::MAX` when it does not.
fn suits(voice: &VoiceInfo, tone: Tone) -> usize {
    let wanted: &[&str] = match tone {
        Tone::Curious => &["curious", "bright"],
        Tone::Playful => &["playful", "bright"],
        Tone::Dark => &["dark"],
        Tone::Calm => &["calm"],
        Tone::Energetic => &["energetic", "bright"],
        Tone::Serious => &["serious"],
        Tone::Warm => &["warm"],
    };
    voice.tones.iter().position(|tone| wanted.contains(&tone.as_str())).unwrap_or(usize::MAX)
}

/// Speed that goes with a tone; 1 is natural.
pub(super) fn pace(tone: Tone) -> f32 {
    match tone {
        Tone::Energetic => 1.06,
        Tone::Playful => 1.03,
        Tone::Curious | Tone::Warm | Tone::Serious => 1.0,
        Tone::Calm => 0.95,
        Tone::Dark => 0.94,
    }
}
