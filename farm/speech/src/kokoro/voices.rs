//! The voices in use, and what each suits. Best first within a language.

/// A voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// File name without its ending.
    pub name: &'static str,
    /// Primary language subtag.
    pub language: &'static str,
    /// "female" or "male".
    pub gender: &'static str,
    /// Tones it suits, best first.
    pub tones: &'static [&'static str],
}

const fn voice(
    name: &'static str,
    language: &'static str,
    gender: &'static str,
    tones: &'static [&'static str],
) -> Voice {
    Voice { name, language, gender, tones }
}

/// Every voice the director may choose.
pub const VOICES: &[Voice] = &[
    voice("af_heart", "en", "female", &["warm", "curious", "calm"]),
    voice("am_michael", "en", "male", &["serious", "curious", "warm"]),
    voice("bf_emma", "en", "female", &["calm", "serious", "warm"]),
    voice("bm_george", "en", "male", &["dark", "serious", "calm"]),
    voice("af_bella", "en", "female", &["energetic", "bright", "playful"]),
    voice("am_puck", "en", "male", &["playful", "energetic", "bright"]),
    voice("am_fenrir", "en", "male", &["energetic", "dark", "curious"]),
    voice("af_nicole", "en", "female", &["dark", "calm"]),
    voice("bm_fable", "en", "male", &["warm", "playful", "curious"]),
    voice("af_kore", "en", "female", &["serious", "curious"]),
    voice("am_onyx", "en", "male", &["dark", "calm"]),
    voice("ef_dora", "es", "female", &["warm", "curious", "playful", "calm"]),
    voice("em_alex", "es", "male", &["serious", "dark", "energetic"]),
    voice("ff_siwis", "fr", "female", &["warm", "calm"]),
    voice("hf_alpha", "hi", "female", &["warm", "curious"]),
    voice("hm_omega", "hi", "male", &["serious", "dark"]),
    voice("hf_beta", "hi", "female", &["calm"]),
    voice("if_sara", "it", "female", &["warm", "curious"]),
    voice("im_nicola", "it", "male", &["serious", "dark"]),
    voice("pf_dora", "pt", "female", &["warm", "curious"]),
    voice("pm_alex", "pt", "male", &["serious", "dark"]),
    voice("zf_xiaobei", "zh", "female", &["warm", "curious", "playful"]),
    voice("zm_yunyang", "zh", "male", &["serious", "curious", "calm"]),
    voice("zf_xiaoxiao", "zh", "female", &["calm", "energetic"]),
    voice("zm_yunjian", "zh", "male", &["dark", "energetic"]),
];
