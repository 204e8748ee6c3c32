//! How a video should sound: tone, goal, complexity, audience, length. Rules; pure.

use cutline_core::format::Format;

use super::{Complexity, Goal, Tone};

/// Beginnings of words, in several languages, that set a tone against the format's own.
const TONES: &[(Tone, &[&str])] = &[
    (
        Tone::Dark,
        &[
            "horror",
            "scary",
            "creepy",
            "haunted",
            "ghost",
            "murder",
            "nightmare",
            "terror",
            "miedo",
            "fantasma",
            "grusel",
            "gespenst",
            "peur",
            "fantôme",
            "paura",
            "orrore",
            "medo",
            "恐怖",
            "鬼",
            "怪談",
            "怖い",
            "डरावनी",
            "vampire",
            "zombie",
            "sinister",
            "eerie",
        ],
    ),
    (
        Tone::Playful,
        &[
            "funny",
            "hilarious",
            "silly",
            "joke",
            "prank",
            "cartoon",
            "divertid",
            "gracios",
            "drôle",
            "lustig",
            "witzig",
            "divertente",
            "engraçad",
            "搞笑",
            "有趣",
            "面白い",
            "kids",
            "children",
        ],
    ),
    (
        Tone::Calm,
        &[
            "calm",
            "relax",
            "meditat",
            "peace",
            "patience",
            "sleep",
            "breathe",
            "bedtime",
            "paciencia",
            "geduld",
            "pazienza",
            "paciência",
            "耐心",
            "冥想",
            "静",
            "mindful",
            "slow",
        ],
    ),
    (
        Tone::Serious,
        &[
            "war",
            "wars",
            "crisis",
            "death",
            "cancer",
            "disaster",
            "genocide",
            "slavery",
            "inflation",
            "depression",
            "suicide",
            "addiction",
            "guerra",
            "krieg",
            "guerre",
            "crise",
            "战争",
            "危机",
            "pandemic",
            "collapse",
            "holocaust",
            "debt",
        ],
    ),
    (
        Tone::Warm,
        &[
            "love",
            "mother",
            "father",
            "family",
            "kindness",
            "friend",
            "grandma",
            "grandmother",
            "grateful",
            "gratitude",
            "amor",
            "madre",
            "liebe",
            "familie",
            "amour",
            "famiglia",
            "família",
            "爱",
            "妈妈",
            "家",
            "hope",
        ],
    ),
    (
        Tone::Energetic,
        &[
            "motivat",
            "workout",
            "fitness",
            "success",
            "productiv",
            "launch",
            "hustle",
            "challenge",
            "éxito",
            "erfolg",
            "succès",
            "successo",
            "sucesso",
            "成功",
            "rich",
            "win",
        ],
    ),
];

/// The tone of a sentence in a format.
pub(super) fn tone(sentence: &str, format: Format) -> Tone {
    let lower = sentence.to_lowercase();
    let hits = |cue: &str| {
        lower.match_indices(cue).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let after = lower[at + cue.len()..].chars().next();
            let starts = !cue.is_ascii() || before.is_none_or(|c| !c.is_alphanumeric());
            // Short cues must be whole words ("war" is not in "warm").
            starts
                && (cue.len() > 4 || !cue.is_ascii() || after.is_none_or(|c| !c.is_alphanumeric()))
        })
    };
    let named = TONES.iter().find(|(_, cues)| cues.iter().any(|cue| hits(cue)));
    match (named, format) {
        (Some((Tone::Serious | Tone::Calm, _)), Format::FakeText) => Tone::Playful,
        (Some((tone, _)), _) => *tone,
        (None, Format::FakeText | Format::StickAnimation) => Tone::Playful,
        (None, Format::Quote) => Tone::Calm,
        (None, Format::AiStory) => Tone::Warm,
        (None, Format::Listicle | Format::ProductTeaser | Format::HowTo) => Tone::Energetic,
        (None, _) => Tone::Curious,
    }
}

/// What the format is for.
pub(super) fn goal(format: Format) -> Goal {
    match format {
        Format::AiStory | Format::FakeText => Goal::Entertain,
        Format::Quote => Goal::Inspire,
        Format::ProductTeaser => Goal::Persuade,
        Format::HowTo | Format::Listicle => Goal::Teach,
        _ => Goal::Explain,
    }
}

/// How hard the words may be, and for whom they are.
pub(super) fn level(sentence: &str) -> (Complexity, String) {
    let lower = sentence.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&[
        "for kids",
        "for children",
        "to a child",
        "five year old",
        "eli5",
        "niños",
        "kinder",
        "enfants",
        "bambini",
        "crianças",
        "孩子",
    ]) {
        return (Complexity::Simple, "children".into());
    }
    if has(&["beginner", "for dummies", "basics", "principiantes", "anfänger", "débutants"]) {
        return (Complexity::Simple, "beginners".into());
    }
    if has(&[
        "in depth",
        "in detail",
        "for engineers",
        "for experts",
        "advanced",
        "quantum",
        "theorem",
        "thermodynamic",
        "cryptograph",
    ]) {
        return (Complexity::Advanced, "people who know the basics".into());
    }
    (Complexity::Medium, "curious people".into())
}

/// Length in seconds where the sentence names none: long enough to say something, short enough to
/// be watched to the end.
pub(super) fn duration_s(format: Format, count: Option<u32>) -> f32 {
    match (format, count) {
        (Format::Listicle, Some(count)) if count >= 7 => 42.0,
        (Format::Listicle | Format::HowTo | Format::AiStory, _) => 34.0,
        (Format::Quote, _) => 24.0,
        (Format::FakeText, _) => 28.0,
        _ => 32.0,
    }
}
