//! Stage 9, `queries`: per shot, what to look for and what to draw.

pub(super) mod drawable;
mod moving;
mod palette;

use std::collections::BTreeMap;

use cutline_compositor::story::PaletteName;
use serde::{Deserialize, Serialize};

use super::intent::Tone;
use crate::{
    context::{StageContext, StageError},
    providers::wordnet::WordNet,
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 6;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
}

/// One query a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queries {
    /// Same order as the shots.
    pub shots: Vec<ShotQuery>,
}

/// What a shot should show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotQuery {
    /// The shot's id.
    pub shot: u32,
    /// For a photo library.
    pub query: String,
    /// For a picture generator.
    pub prompt: String,
    /// What must be recognisable.
    pub subject: String,
    /// Things to draw, most telling first; the first that can be drawn becomes the hero.
    pub keywords: Vec<Keyword>,
    /// Colours.
    pub palette: PaletteName,
    /// The word of its line that asks for a moving picture; none where a still one will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<String>,
}

/// A drawable word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyword {
    /// The word or phrase ("heart").
    pub phrase: String,
    /// 0–1.
    pub weight: f32,
    /// First byte of the word in the shot's narration that names it, if it is spoken.
    pub span_start: Option<usize>,
}

/// Most keywords a shot carries.
const KEYWORDS_MAX: usize = 6;

/// Decides what every shot shows.
///
/// # Errors
/// None today; the signature is every stage's.
pub async fn run(input: &Input, context: &StageContext) -> Result<Queries, StageError> {
    Ok(plan(input, context.providers.lexicon.as_deref()))
}

/// What every shot shows: the narration's own drawable words first, the subject as an anchor that
/// gives way where it was the hero just before.
#[must_use]
pub fn plan(input: &Input, lexicon: Option<&WordNet>) -> Queries {
    let intent = &input.intent;
    let palettes = palette::plan(input);
    let looks = palettes.into_iter().zip(moving::plan(input));
    let mut led: BTreeMap<String, u32> = BTreeMap::new();
    let mut last = String::new();
    let mut shots = Vec::new();
    let scripted = input.shots.shots.iter().zip(&input.script.shots);
    for ((shot, script), (palette, moving)) in scripted.zip(looks) {
        let said = drawable::words(&script.narration, &intent.language, lexicon);
        let mut keywords = weigh(input, &said, &led, &last);
        anchor(input, shot.id, &script.narration, &mut keywords, &last);
        keywords
            .sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.span_start.cmp(&b.span_start)));
        keywords.truncate(KEYWORDS_MAX);
        let subject =
            keywords.first().map_or_else(|| intent.subject.clone(), |first| first.phrase.clone());
        *led.entry(subject.clone()).or_default() += 1;
        last.clone_from(&subject);
        let things: Vec<&str> = keywords.iter().take(3).map(|k| k.phrase.as_str()).collect();
        shots.push(ShotQuery {
            shot: shot.id,
            query: query(&intent.subject, &subject),
            prompt: format!(
                "{}, {}, {} mood, vertical composition, no text",
                things.join(" with "),
                shot.motion_words(),
                mood(intent.tone)
            ),
            subject,
            keywords,
            palette,
            moving,
        });
    }
    Queries { shots }
}

/// Weighs spoken words: what has led before leads less, so that heroes vary from shot to shot.
fn weigh(
    input: &Input,
    said: &[drawable::Spoken],
    led: &BTreeMap<String, u32>,
    last: &str,
) -> Vec<Keyword> {
    let mut keywords: Vec<Keyword> = Vec::new();
    for (order, word) in said.iter().enumerate() {
        if keywords.iter().any(|known| known.phrase == word.phrase) {
            continue;
        }
        let topical = input.intent.keywords.iter().any(|key| key.contains(&word.phrase));
        let often = led.get(&word.phrase).copied().unwrap_or(0) as f32;
        let again = f32::from(u8::from(word.phrase == last));
        let weight = word.weight + f32::from(u8::from(topical)) * 0.12
            - order as f32 * 0.02
            - often * 0.12
            - again * 0.25;
        keywords.push(Keyword {
            phrase: word.phrase.clone(),
            weight: weight.clamp(0.05, 1.0),
            span_start: Some(word.start),
        });
    }
    keywords
}

/// Keeps shots on topic: the subject is always among the things to draw, first where a shot names
/// nothing else, and in the first and last shot.
fn anchor(input: &Input, shot: u32, narration: &str, keywords: &mut Vec<Keyword>, last: &str) {
    let intent = &input.intent;
    let speaker = input.shots.shots[shot as usize].speaker;
    let talker = speaker.and_then(|at| intent.speakers.get(at as usize));
    let subject = talker.map_or(&intent.subject, |talker| &talker.kind);
    let edge = shot == 0 || shot as usize + 1 == input.shots.shots.len();
    let weight = match (edge, last == subject) {
        (true, _) => 0.9,
        (false, true) => 0.35,
        (false, false) => 0.55,
    };
    let lower = narration.to_lowercase();
    let span = lower.find(&subject.to_lowercase()).filter(|_| lower.len() == narration.len());
    let same = |known: &Keyword| drawable::same(&known.phrase, subject);
    if let Some(known) = keywords.iter_mut().find(|known| same(known)) {
        known.weight = known.weight.max(weight);
    } else {
        keywords.push(Keyword { phrase: subject.clone(), weight, span_start: span });
    }
    // Further content words of the sentence are relatives where the narration names too few.
    for (at, word) in intent.keywords.iter().enumerate() {
        if keywords.len() >= 4 {
            break;
        }
        if !keywords.iter().any(|known| drawable::same(&known.phrase, word)) {
            let weight = 0.3 - at as f32 * 0.03;
            keywords.push(Keyword {
                phrase: word.clone(),
                weight: weight.max(0.05),
                span_start: None,
            });
        }
    }
}

fn query(anchor: &str, subject: &str) -> String {
    if drawable::same(anchor, subject) { anchor.to_owned() } else { format!("{subject} {anchor}") }
}

fn mood(tone: Tone) -> &'static str {
    match tone {
        Tone::Curious => "curious",
        Tone::Playful => "playful",
        Tone::Dark => "dark, eerie",
        Tone::Calm => "calm",
        Tone::Energetic => "energetic",
        Tone::Serious => "sober",
        Tone::Warm => "warm",
    }
}

impl super::shots::Shot {
    /// How it moves, in words for a picture generator.
    fn motion_words(&self) -> &'static str {
        match self.motion {
            super::shots::MotionHint::Still => "still, centred",
            super::shots::MotionHint::Gentle => "soft light",
            super::shots::MotionHint::Lively => "dynamic angle",
            super::shots::MotionHint::Dramatic => "dramatic light, close up",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        providers::wordnet::DEFAULT_FOLDER,
        stages::script::{self, ShotScript},
    };

    fn queries_of(sentence: &str, lines: &[&str]) -> Queries {
        let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
        let from = script::tests::input_of(sentence, 5, Some(&lexicon));
        let shots = from.shots.shots.iter().enumerate().map(|(at, shot)| ShotScript {
            shot: shot.id,
            narration: lines[at % lines.len()].into(),
            speaker: None,
            on_screen: None,
            facts: Vec::new(),
        });
        let script = script::Script {
            title: String::new(),
            shots: shots.collect(),
            verified: true,
            writer: "test".into(),
            notices: vec![],
            language: None,
            reel: None,
        };
        let input = Input { intent: from.intent, arc: from.arc, shots: from.shots, script };
        plan(&input, Some(&lexicon))
    }

    #[test]
    fn what_is_said_is_shown_and_enters_on_its_word() {
        let lines = [
            "Octopuses have three hearts.",
            "Two of them pump blood to the gills.",
            "The third one feeds the rest of the body.",
        ];
        let queries = queries_of("Why octopuses have three hearts", &lines);
        let gills = &queries.shots[1];
        let phrases: Vec<_> = gills.keywords.iter().map(|k| k.phrase.as_str()).collect();
        assert!(phrases.contains(&"blood") && phrases.contains(&"gill"), "{phrases:?}");
        for (at, shot) in queries.shots.iter().enumerate() {
            for word in &shot.keywords {
                assert!((0.0..=1.0).contains(&word.weight));
                if let Some(start) = word.span_start {
                    let line = lines[at % 3];
                    assert!(line.is_char_boundary(start) && start < line.len(), "{word:?}");
                }
            }
            assert!(shot.keywords.iter().any(|k| k.phrase.starts_with("octopus")), "{shot:?}");
        }
        assert_eq!(queries.shots[0].subject, "octopus");
        let heroes: std::collections::BTreeSet<_> =
            queries.shots.iter().take(3).map(|shot| shot.subject.clone()).collect();
        assert!(heroes.len() >= 2, "{heroes:?}");
    }

    #[test]
    fn compounds_and_lemmas_are_found() {
        let queries = queries_of(
            "A horror story about a lighthouse keeper",
            &["The light house stood on black rocks while wolves howled at the full moon."],
        );
        let phrases: Vec<_> = queries.shots[1].keywords.iter().map(|k| k.phrase.clone()).collect();
        assert!(phrases.iter().any(|p| p == "lighthouse"), "{phrases:?}");
        assert!(phrases.iter().any(|p| p == "wolf"), "{phrases:?}");
        assert!(phrases.iter().any(|p| p == "full moon"), "{phrases:?}");
    }

    #[test]
    fn palettes_stay_or_move_one_step_inside_a_beat() {
        let queries = queries_of("A quote about patience", &["Rivers do not shout."]);
        assert!(!queries.shots.is_empty());
        let names: std::collections::BTreeSet<_> =
            queries.shots.iter().map(|shot| format!("{:?}", shot.palette)).collect();
        assert!(names.len() <= 4, "{names:?}");
    }

    #[test]
    fn a_thing_is_told_from_a_quality_and_an_action() {
        let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
        let thing = |word| drawable::names_a_thing(word, "en", Some(&lexicon));
        assert!(["heart", "Octopuses", "lighthouse", "full moon"].into_iter().all(thing));
        assert!(!["crucial", "survive", "softly", "way"].into_iter().any(thing));
        assert!(drawable::names_a_thing("caen", "es", Some(&lexicon)), "nobody knows");
    }
}
