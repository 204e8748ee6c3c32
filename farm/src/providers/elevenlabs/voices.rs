//! Who may speak: the premade voices that every account has, and the languages of the models.

use crate::{config::cloud::ElevenVoice, providers::VoiceInfo};

/// Premade voices (elevenlabs.io, voice library): id, gender, tones they suit.
const PREMADE: [(&str, &str, &[&str]); 10] = [
    // Sarah, George, Brian, Lily, Jessica, Charlie, Callum, Laura, Liam, Matilda
    ("EXAVITQu4vr4xnSDxMaL", "female", &["warm", "curious"]),
    ("JBFqnCBsd6RMkjVDRZzb", "male", &["warm", "serious", "calm"]),
    ("nPczCjzI2devNBz1zQrb", "male", &["calm", "serious"]),
    ("pFZP5JQG7iQjIQuC4Bku", "female", &["calm", "serious", "dark"]),
    ("cgSgspJ2msm6clMCkdW9", "female", &["playful", "bright", "energetic"]),
    ("IKne3meq5aSn9XLyUdCD", "male", &["curious", "bright", "energetic"]),
    ("N2lVS1w4EtoT3dr4eOWO", "male", &["dark"]),
    ("FGY2WhTYpPnrIDTdsKH5", "female", &["energetic", "playful", "bright"]),
    ("TX3LPaxmHKxFdv7VOQHJ", "male", &["energetic", "playful"]),
    ("XrExE9yKIg1WjnnlVkGX", "female", &["curious", "serious", "warm"]),
];
/// Languages of Multilingual v2 (elevenlabs.io/docs, models).
const MULTILINGUAL: [&str; 29] = [
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fil", "fr", "hi", "hr", "id", "it",
    "ja", "ko", "ms", "nl", "pl", "pt", "ro", "ru", "sk", "sv", "ta", "tr", "uk", "zh",
];
/// What the 2.5 models speak besides.
const MORE: [&str; 3] = ["hu", "no", "vi"];

/// Whether a model speaks a language.
pub(super) fn speaks(model: &str, language: &str) -> bool {
    match model {
        _ if MULTILINGUAL.contains(&language) => true,
        model if model.contains("v2_5") || model.contains("v3") => MORE.contains(&language),
        _ => false,
    }
}

/// The account's own voices where some are set, else the premade ones.
pub(super) fn all(own: &[ElevenVoice]) -> Vec<VoiceInfo> {
    if !own.is_empty() {
        let voice = |voice: &ElevenVoice| VoiceInfo {
            name: voice.id.clone(),
            gender: voice.gender.clone(),
            tones: voice.tones.clone(),
        };
        return own.iter().map(voice).collect();
    }
    let voice = |(id, gender, tones): &(&str, &str, &[&str])| VoiceInfo {
        name: (*id).to_owned(),
        gender: (*gender).to_owned(),
        tones: tones.iter().map(|&tone| tone.to_owned()).collect(),
    };
    PREMADE.iter().map(voice).collect()
}
