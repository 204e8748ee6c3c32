//! What could be drawn for a shot: every keyword asked of the illustrator, and the shot's subject
//! behind them.

use std::{collections::BTreeMap, sync::Arc};

use cutline_core::format::Format;

use super::Input;
use crate::{
    context::StageContext,
    providers::{Illustration, Illustrations, wordnet::WordNet},
    stages::{
        queries::drawable::{names_a_thing, same},
        shots::Role,
        verbs,
    },
    tasks,
};

/// An illustration scoring less shows something else.
const FIT_MIN: f32 = 0.5;
/// The same for a word that names no thing ("crucial"): a picture that is merely near it in meaning
/// is a riddle, one whose own words say it ("happy") is not.
const FIT_MIN_NO_THING: f32 = 0.62;
/// The same in other languages, where nobody says which words are names of things.
const FIT_MIN_FOREIGN: f32 = 0.65;
/// A foreign word is taken for an English one from this score on, unless it is a name: "dice" and
/// "van" are verbs in Spanish, and what is near their English meaning is far from theirs.
const FIT_MIN_BORROWED: f32 = 0.8;
/// Pictures asked for per keyword.
const PER_KEYWORD: usize = 6;
/// Keywords looked at per shot.
const KEYWORDS_MAX: usize = 12;
/// Weight of an item's title: what is written over the picture is what the picture shows, before
/// any word of the reason that follows it.
const TITLE_WEIGHT: f32 = 1.0;
/// Letters of a word by which a title is found in what is said, at least.
const TITLE_WORD_CHARS_MIN: usize = 3;
/// Weight of what the shot is about where no word of it is spoken.
const SUBJECT_WEIGHT: f32 = 0.55;
/// Weight of what the whole video is about.
const TOPIC_WEIGHT: f32 = 0.3;

/// The protagonist of a story, in the poses the set has, by words that call for them.
const POSES: [(&str, &[&str]); 7] = [
    ("person climbing", &["climb", "climbs", "climbed", "climbing", "cliff"]),
    (
        "person running",
        &[
            "run", "runs", "ran", "running", "fled", "flees", "escape", "escapes", "chase",
            "chases", "chased", "hurried", "hurries", "rush", "rushes", "rushed", "quickly",
        ],
    ),
    ("person in bed", &["sleep", "sleeps", "slept", "woke", "wakes", "dream", "bed"]),
    ("person kneeling", &["knelt", "kneels", "prayed", "prays", "begged", "begs"]),
    ("person rowing boat", &["rowed", "rows", "rowing", "boat"]),
    (
        "person walking",
        &["walk", "walks", "walked", "walking", "went", "goes", "came", "path", "stairs", "steps"],
    ),
    (
        "person standing",
        &[
            "stood", "stands", "standing", "waited", "waits", "watched", "watches", "alone",
            "stared", "stares", "looks", "looked", "hears", "heard", "listens", "listened",
        ],
    ),
];
/// Poses that say more than “somebody is there”: only where the words call for them.
const ACTED_ONLY: [&str; 5] =
    ["person climbing", "person running", "person in bed", "person rowing boat", "person kneeling"];
/// Fit of a pose that the words call for, and of one that they do not.
pub(super) const ACTED_FIT: f32 = 0.9;
const POSED_FIT: f32 = 0.75;
/// Where one of these is told, nobody is shown on their feet.
const GONE: [&str; 7] = ["dies", "died", "dead", "death", "killed", "corpse", "grave"];
/// What the world of a story draws itself, behind its figures: a drawing of it would be a second
/// one, of another size.
const SCENERY: [&str; 8] = ["sea", "ocean", "horizon", "fog", "mist", "mar", "horizonte", "niebla"];
/// The same where the story is about a lighthouse, whose keeper is the protagonist.
const LIGHTHOUSE: [&str; 6] = ["lighthouse", "tower", "faro", "torre", "lens", "keeper"];
/// What stands for a word and would stand in a landscape as a thing: a noise is no loudspeaker on
/// the rocks, and steps are no footprints in the sky.
const SIGNS: [&str; 12] = [
    "speaker-low-volume",
    "speaker-medium-volume",
    "speaker-high-volume",
    "loudspeaker",
    "footprints",
    "bullet-train",
    "high-speed-train",
    "fog",
    "foggy",
    "red-question-mark",
    "red-exclamation-mark",
    "check-mark-button",
];
/// Animals with paws: their feet and bodies are not a person's.
const PAWED: [&str; 12] = [
    "cat", "dog", "poodle", "lion", "tiger", "leopard", "wolf", "fox", "bear", "panda", "rabbit",
    "raccoon",
];
const HUMAN: [&str; 4] = ["foot", "leg", "raised-hand", "person-standing"];
/// The protagonist's keyword: no shot has so many.
pub(super) const PROTAGONIST: usize = usize::MAX;

/// An illustration that would fit a shot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub id: String,
    pub name: String,
    /// Which of the shot's keywords it shows.
    pub keyword: usize,
    /// 0–1: how well it fits the keyword.
    pub fit: f32,
    /// 0–1: fit and the keyword's weight together.
    pub score: f32,
    /// First byte of the word that names it.
    pub span_start: Option<usize>,
    /// Whether it shows what the whole video is about.
    pub subject: bool,
}

/// Something to look for.
struct Wanted {
    phrase: String,
    weight: f32,
    span_start: Option<usize>,
    /// Written as names are: with a capital inside a sentence.
    name: bool,
    /// What the whole video is about.
    subject: bool,
}

/// Candidates of the shot at `at`, best first; empty when there is no set or the search fails.
pub(super) async fn of_shot(input: &Input, at: usize, context: &StageContext) -> Vec<Candidate> {
    let Some(set) = context.providers.illustrations.as_ref().map(Arc::clone) else {
        return Vec::new();
    };
    let wanted = wanted(input, at);
    let told = (input.intent.format == Format::AiStory).then(|| {
        input.script.shots.get(at).map_or_else(String::new, |shot| shot.narration.to_lowercase())
    });
    let language = input.intent.language.clone();
    let cancel = context.cancel.clone();
    let lexicon = context.providers.lexicon.clone();
    let search = tasks::blocking(move || {
        let mut found = Vec::new();
        for (keyword, one) in wanted.iter().enumerate() {
            if cancel.is_cancelled() {
                return Vec::new();
            }
            let pictures = find(&*set, one, &language, lexicon.as_deref()).into_iter();
            found.extend(pictures.map(|picture| candidate(picture, keyword, one)));
        }
        if let Some(told) = told {
            found.retain(|one| !SIGNS.contains(&one.id.as_str()));
            found.extend(protagonist(&*set, &told, at));
        }
        if found.iter().any(|one| one.subject && PAWED.iter().any(|kind| is_kind(&one.id, kind))) {
            found.retain(|one| !HUMAN.contains(&one.id.as_str()));
        }
        ranked(found)
    });
    search.await.unwrap_or_else(|error| {
        tracing::warn!(%error, shot = at, "no picture was found; the shot is set in type");
        Vec::new()
    })
}

/// Whether a picture is of an animal: "cat", "cat-face", "black-cat".
fn is_kind(id: &str, kind: &str) -> bool {
    id.split('-').any(|word| word == kind)
}

/// The protagonist in every pose: the one that is told first, and on every other shot before
/// things.
fn protagonist(set: &dyn Illustrations, told: &str, at: usize) -> Vec<Candidate> {
    let words: Vec<&str> = told.split(|c: char| !c.is_alphanumeric()).collect();
    let mut poses = Vec::new();
    if words.iter().any(|word| GONE.contains(word)) {
        return poses;
    }
    for (phrase, cues) in POSES {
        let acted = words.iter().any(|word| cues.contains(word));
        if !acted && ACTED_ONLY.contains(&phrase) {
            continue;
        }
        let Some(picture) = set.find(phrase, "en", 1).into_iter().next() else { continue };
        let score = match (acted, at.is_multiple_of(2)) {
            (true, _) => 0.9,
            (false, true) => 0.75,
            (false, false) => 0.4,
        };
        if picture.score >= FIT_MIN {
            let (id, name) = (picture.id, picture.name);
            poses.push(Candidate {
                id,
                name,
                keyword: PROTAGONIST,
                fit: if acted { ACTED_FIT } else { POSED_FIT },
                score,
                span_start: None,
                subject: true,
            });
        }
    }
    poses
}

/// How well a picture fits a phrase at least.
fn least(phrase: &str, language: &str, lexicon: Option<&WordNet>) -> f32 {
    match (language == "en", names_a_thing(phrase, language, lexicon)) {
        (false, _) => FIT_MIN_FOREIGN,
        (true, true) => FIT_MIN,
        (true, false) => FIT_MIN_NO_THING,
    }
}

/// Asks in the video's language, then in English, of which borrowed words and names are made.
fn find(
    set: &dyn Illustrations,
    wanted: &Wanted,
    language: &str,
    lexicon: Option<&WordNet>,
) -> Vec<Illustration> {
    let least = least(&wanted.phrase, language, lexicon);
    let search = |language: &str, least: f32| -> Vec<Illustration> {
        let found = set.find(&wanted.phrase, language, PER_KEYWORD).into_iter();
        found.filter(|picture| picture.score >= least).collect()
    };
    let found = search(language, least);
    if !found.is_empty() || language == "en" || !wanted.phrase.is_ascii() {
        return found;
    }
    search("en", if wanted.name { least } else { FIT_MIN_BORROWED })
}

/// Whether the word at `start` has a capital that no sentence begins with. German gives one to
/// every noun.
fn is_name(line: &str, start: usize, language: &str) -> bool {
    let (Some(before), Some(word)) = (line.get(..start), line.get(start..)) else { return false };
    let inside = before.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == ',');
    language != "de" && inside && word.starts_with(char::is_uppercase)
}

fn candidate(picture: Illustration, keyword: usize, wanted: &Wanted) -> Candidate {
    Candidate {
        score: picture.score * (0.5 + 0.5 * wanted.weight.clamp(0.0, 1.0)),
        id: picture.id,
        name: picture.name,
        keyword,
        fit: picture.score,
        span_start: wanted.span_start,
        subject: wanted.subject,
    }
}

/// The shot's keywords, then what stands behind them.
fn wanted(input: &Input, at: usize) -> Vec<Wanted> {
    let query = &input.queries.shots[at];
    let line = input.script.shots.get(at).map_or("", |shot| shot.narration.as_str());
    let name = |start: usize| is_name(line, start, &input.intent.language);
    let mut wanted: Vec<Wanted> = query
        .keywords
        .iter()
        .take(KEYWORDS_MAX)
        .filter(|keyword| !acted(input, &keyword.phrase, keyword.span_start, line))
        .map(|keyword| Wanted {
            phrase: keyword.phrase.clone(),
            weight: keyword.weight,
            span_start: keyword.span_start,
            name: keyword.span_start.is_some_and(name),
            subject: same(&keyword.phrase, &input.intent.subject),
        })
        .collect();
    wanted.extend(title(input, at, line));
    let mut behind = |phrase: &str, weight: f32| {
        let known = wanted.iter().any(|one| one.phrase.eq_ignore_ascii_case(phrase))
            || acted(input, phrase, None, line);
        if !known && !phrase.trim().is_empty() {
            wanted.push(Wanted {
                phrase: phrase.to_owned(),
                weight,
                span_start: None,
                name: false,
                subject: same(phrase, &input.intent.subject),
            });
        }
    };
    behind(&query.subject, SUBJECT_WEIGHT);
    behind(&input.intent.subject, TOPIC_WEIGHT);
    for keyword in input.intent.keywords.iter().take(2) {
        behind(keyword, TOPIC_WEIGHT - 0.1);
    }
    if input.intent.format == Format::AiStory {
        let sentence = input.intent.sentence.to_lowercase();
        let lit = ["lighthouse", "faro"].iter().any(|word| sentence.contains(word));
        wanted.retain(|one| {
            let phrase = one.phrase.to_lowercase();
            let keeper = lit && LIGHTHOUSE.iter().any(|part| phrase.contains(part));
            !keeper && !SCENERY.contains(&phrase.as_str())
        });
    }
    wanted
}

/// The title of an item, where the shot at `at` has one; it is named where its first word is said.
fn title(input: &Input, at: usize, line: &str) -> Option<Wanted> {
    let Some(Role::Item { .. }) = input.shots.shots.get(at).map(|shot| shot.role) else {
        return None;
    };
    let phrase = input.script.shots.get(at)?.on_screen.clone()?;
    let titled: Vec<String> = words(&phrase).map(|(_, word)| word.to_lowercase()).collect();
    let said = |word: &str| {
        word.chars().count() >= TITLE_WORD_CHARS_MIN && titled.contains(&word.to_lowercase())
    };
    let span_start = words(line).find(|(_, word)| said(word)).map(|(start, _)| start);
    Some(Wanted { phrase, weight: TITLE_WEIGHT, span_start, name: false, subject: false })
}

/// Words with their first bytes.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    use unicode_segmentation::UnicodeSegmentation as _;
    text.unicode_word_indices()
}

/// Whether the stick figure does what the phrase says: drawn as well, it would be shown twice, and
/// mostly as something else (a parachute for "falls"). What the video is about is always drawn, and
/// so are things of several words ("running shoe").
fn acted(input: &Input, phrase: &str, span_start: Option<usize>, line: &str) -> bool {
    let phrase = phrase.trim();
    let thing = phrase.contains(char::is_whitespace) || same(phrase, &input.intent.subject);
    if input.intent.format != Format::StickAnimation || thing {
        return false;
    }
    let spoken = span_start.and_then(|start| line.get(start..)).and_then(|rest| {
        rest.split(|c: char| !c.is_alphanumeric()).next().filter(|word| !word.is_empty())
    });
    [Some(phrase), spoken].into_iter().flatten().any(|word| verbs::acted(word).is_some())
}

/// Fitting ones, each picture once, best first.
fn ranked(found: Vec<Candidate>) -> Vec<Candidate> {
    let mut by_id: BTreeMap<String, Candidate> = BTreeMap::new();
    for candidate in found.into_iter().filter(|candidate| candidate.fit >= FIT_MIN) {
        match by_id.get_mut(&candidate.id) {
            Some(known) if known.score >= candidate.score => {}
            Some(known) => *known = candidate,
            None => {
                by_id.insert(candidate.id.clone(), candidate);
            }
        }
    }
    let mut ranked: Vec<Candidate> = by_id.into_values().collect();
    ranked.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.keyword.cmp(&b.keyword)).then(a.id.cmp(&b.id))
    });
    ranked
}

#[cfg(test)]
mod tests;
