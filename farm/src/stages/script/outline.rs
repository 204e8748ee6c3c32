//! The rule-based outline: written frames filled with the sentence's own words and with facts. It
//! invents nothing, needs no model and no network, and is deterministic for a seed.

use std::collections::BTreeSet;

use cutline_core::format::Format;
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::{
    Input, facts,
    frames::{Frames, Telling},
};
use crate::{
    language::spoken::spoken_ms,
    providers::wordnet::WordNet,
    stages::{arc::BeatKind, intent, intent::Tone, shots::Role},
};

/// A shot's words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub text: String,
    pub on_screen: Option<String>,
    pub facts: Vec<u32>,
}

/// Writes a line for every shot.
pub(super) fn write(input: &Input, lexicon: Option<&WordNet>) -> Vec<Line> {
    let intent = &input.intent;
    let frames = Frames::of(&intent.language);
    let mut rng = ChaCha8Rng::seed_from_u64(intent.seed ^ 0x0175_11ae);
    let names = sections(intent.format, intent.tone);
    let tellings = frames.tellings(&names);
    let Some(telling) = tellings.get(rng.random_range(0..tellings.len().max(1))) else {
        return input.shots.shots.iter().map(|_| plain(&intent.sentence)).collect();
    };
    let mut filler = Filler {
        values: values(input, &frames, lexicon),
        facts: facts::clauses(input),
        claim: claim(input, lexicon),
        used: BTreeSet::new(),
    };
    let mut lines = match intent.format {
        Format::Listicle | Format::HowTo => items(input, telling, &frames, &mut filler, &mut rng),
        Format::FakeText if !telling.lines("spare").is_empty() => chat(input, telling, &mut filler),
        _ => beats(input, telling, &mut filler, &mut rng),
    };
    fit(input, telling, &mut lines, &mut filler);
    lines
}

/// Section names to try, most fitting first.
fn sections(format: Format, tone: Tone) -> Vec<&'static str> {
    match (format, tone) {
        (Format::AiStory, Tone::Dark) => vec!["ai_story:dark", "ai_story", "educational"],
        (Format::AiStory, _) => vec!["ai_story", "educational"],
        (Format::FakeText, _) => vec!["fake_text", "educational"],
        (Format::StickAnimation, _) => vec!["stick_animation", "educational"],
        (Format::Listicle, _) => vec!["listicle", "educational"],
        (Format::HowTo, _) => vec!["how_to", "listicle", "educational"],
        (Format::Quote, _) => vec!["quote", "educational"],
        (Format::Timeline, _) => vec!["timeline", "educational"],
        (Format::MythBuster, _) => vec!["myth_buster", "educational"],
        (Format::Comparison, _) => vec!["comparison", "educational"],
        (Format::ProductTeaser, _) => vec!["product_teaser", "educational"],
        (Format::Educational, _) => vec!["educational"],
    }
}

fn beat_name(kind: BeatKind) -> &'static str {
    match kind {
        BeatKind::Hook => "hook",
        BeatKind::Setup => "setup",
        BeatKind::Develop => "develop",
        BeatKind::Turn => "turn",
        BeatKind::Payoff => "payoff",
    }
}

/// Fills placeholders and keeps count of what was said.
struct Filler {
    values: Vec<(&'static str, String)>,
    facts: Vec<(u32, String)>,
    /// What the sentence's own statement rests on: itself, and the facts that carry it.
    claim: Vec<u32>,
    used: BTreeSet<String>,
}

impl Filler {
    /// The frame with every placeholder filled, or `None` where a value is missing or the line was
    /// said before.
    fn fill(&mut self, frame: &str) -> Option<Line> {
        let mut text = frame.to_owned();
        for (name, value) in &self.values {
            text = text.replace(name, value);
        }
        let mut rests_on = Vec::new();
        if text.contains("{fact}") {
            let (index, fact) = self.facts.first()?.clone();
            text = text.replace("{fact}", &fact);
            rests_on.push(index);
        }
        if frame.contains("{Statement}") || frame.contains("{statement}") {
            rests_on.extend(&self.claim);
        }
        if text.contains('{') || self.used.contains(&text) {
            return None;
        }
        if frame.contains("{fact}") {
            self.facts.remove(0);
        }
        self.used.insert(text.clone());
        Some(Line { text, on_screen: None, facts: rests_on })
    }
}

/// Lines for formats told beat by beat: as many of a beat's frames as it has shots, in the file's
/// order, those with facts first to be kept.
fn beats(input: &Input, telling: &Telling, filler: &mut Filler, rng: &mut ChaCha8Rng) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, beat) in input.arc.beats.iter().enumerate() {
        let wanted = input.shots.shots.iter().filter(|shot| shot.beat as usize == at).count();
        let mut frames: Vec<&String> = telling.lines(beat_name(beat.kind)).iter().collect();
        if beat.kind == BeatKind::Hook {
            let first = rng.random_range(0..frames.len().max(1));
            frames.rotate_left(first);
        }
        let last = (beat.kind == BeatKind::Payoff).then(|| frames.pop()).flatten();
        let mut told: Vec<Line> = Vec::new();
        let spare = usize::from(last.is_some());
        for frame in frames {
            if told.len() + spare < wanted {
                told.extend(filler.fill(frame));
            }
        }
        told.extend(last.and_then(|frame| filler.fill(frame)));
        let mut any: Vec<&String> = telling.lines("any").iter().collect();
        any.shuffle(rng);
        for frame in any {
            if told.len() < wanted {
                let at = told.len().saturating_sub(spare);
                if let Some(line) = filler.fill(frame) {
                    told.insert(at, line);
                }
            }
        }
        while told.len() < wanted {
            told.push(plain(&input.intent.subject));
        }
        told.truncate(wanted);
        lines.extend(told);
    }
    if let Some(hook) = lines.first_mut().filter(|_| input.intent.format != Format::FakeText) {
        hook.on_screen = super::titles::headline(&hook.text, &input.intent.language);
    }
    lines
}

/// Lines for a chat, whose sides take turns: one line too many or too few in the middle, and each
/// would say what the other means. The two spare ones go together, the last ones singly.
fn chat(input: &Input, telling: &Telling, filler: &mut Filler) -> Vec<Line> {
    let wanted = input.shots.shots.len();
    let said = ["hook", "setup", "spare", "payoff"];
    let all: usize = said.iter().map(|beat| telling.lines(beat).len()).sum();
    let spared = all >= wanted + telling.lines("spare").len();
    let beats = said.into_iter().filter(|beat| !(spared && *beat == "spare"));
    let frames = beats.flat_map(|beat| telling.lines(beat));
    let mut lines: Vec<Line> = frames
        .map(|frame| filler.fill(frame).unwrap_or_else(|| plain(&input.intent.subject)))
        .collect();
    lines.resize_with(wanted, || plain(&input.intent.subject));
    lines
}

/// Lines for lists and steps: the written items in an order the seed chooses, each with its title.
fn items(
    input: &Input,
    telling: &Telling,
    frames: &Frames,
    filler: &mut Filler,
    rng: &mut ChaCha8Rng,
) -> Vec<Line> {
    let mut pool: Vec<&String> = telling.lines("item").iter().collect();
    if input.intent.format == Format::Listicle {
        pool.shuffle(rng);
    }
    let label = if input.intent.format == Format::Listicle { "listicle" } else { "how_to" };
    let mut hooks: Vec<&String> = telling.lines("hook").iter().collect();
    hooks.shuffle(rng);
    let first_of_beat = |filler: &mut Filler, beat: &str| {
        telling.lines(beat).iter().find_map(|frame| filler.fill(frame))
    };
    let mut lines: Vec<Line> = Vec::new();
    let mut shown: Option<u32> = None;
    let mut parts: Vec<String> = Vec::new();
    let shots = &input.shots.shots;
    for (at, shot) in shots.iter().enumerate() {
        let line = match shot.role {
            Role::Hook => hooks.iter().find_map(|frame| filler.fill(frame)),
            Role::Body => first_of_beat(filler, "setup"),
            Role::Close => first_of_beat(filler, "payoff"),
            Role::Item { n, .. } if shown != Some(n) => {
                shown = Some(n);
                let item = pool.pop().map_or("", String::as_str);
                let (said, title) = item.rsplit_once('|').unwrap_or((item, item));
                parts = said.split("--").map(|part| part.trim().to_owned()).collect();
                parts.reverse();
                let single = !matches!(
                    shots.get(at + 1).map(|next| next.role),
                    Some(Role::Item { n: next, .. }) if next == n
                );
                let mut text = frames.word(label).replace("{n}", &frames.number(n));
                while let Some(part) = parts.pop() {
                    text = format!("{text} {part}");
                    if !single {
                        break;
                    }
                }
                let on_screen = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
                Some(Line { text, on_screen, facts: Vec::new() })
            }
            Role::Item { .. } => parts.pop().map(|part| plain(&part)),
        };
        let line = line.or_else(|| telling.lines("any").iter().find_map(|f| filler.fill(f)));
        lines.push(line.unwrap_or_else(|| plain(&input.intent.subject)));
    }
    if let Some(hook) = lines.first_mut() {
        hook.on_screen = super::titles::headline(&hook.text, &input.intent.language);
    }
    lines
}

/// Brings the whole near the duration: long body lines give way to short spares, a script that is
/// much too short gets more clauses.
fn fit(input: &Input, telling: &Telling, lines: &mut [Line], filler: &mut Filler) {
    let language = &input.intent.language;
    let target_ms = input.intent.duration_s * 1000.0;
    let total = |lines: &[Line]| -> f32 {
        lines.iter().map(|line| spoken_ms(&line.text, language) as f32 + 250.0).sum()
    };
    // Items lose their reason, the longest first, before anything else gives.
    while total(lines) > target_ms * 1.08 {
        let cut = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.on_screen.is_some())
            .filter_map(|(at, line)| Some((at, third_sentence(&line.text)?)))
            .max_by_key(|(at, _)| lines[*at].text.len());
        let Some((at, end)) = cut else { break };
        lines[at].text.truncate(end);
    }
    for frame in telling.lines("any") {
        let body = 1..lines.len().saturating_sub(1);
        if total(lines) > target_ms * 1.08 {
            let longest = body.max_by_key(|at| spoken_ms(&lines[*at].text, language));
            if let (Some(at), Some(line)) = (longest, filler.fill(frame))
                && lines[at].on_screen.is_none()
                && line.text.len() < lines[at].text.len()
            {
                lines[at] = line;
            }
        } else if total(lines) < target_ms * 0.82 && input.intent.format != Format::FakeText {
            let shortest = body.min_by_key(|at| spoken_ms(&lines[*at].text, language));
            if let (Some(at), Some(line)) = (shortest, filler.fill(frame)) {
                let gap = if crate::language::is_spaceless(language) { "" } else { " " };
                lines[at].text = format!("{}{gap}{}", lines[at].text, line.text);
            }
        }
    }
}

/// Where the third sentence of a text starts ("Number five. Rest. Why.").
fn third_sentence(text: &str) -> Option<usize> {
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let zh =
        text.match_indices('。').map(|(at, stop)| at + stop.len()).filter(|at| *at < text.len());
    ends.skip(1).chain(zh).next()
}

/// The sentence's own statement, the first of the facts, and those that say the same.
fn claim(input: &Input, lexicon: Option<&WordNet>) -> Vec<u32> {
    let stated = intent::statement(&input.intent, lexicon);
    let carried = stated.map(|stated| facts::carried_by(&stated, input)).unwrap_or_default();
    std::iter::once(0).chain(carried).collect()
}

fn plain(text: &str) -> Line {
    Line { text: super::sentence_case(text), ..Line::default() }
}

/// What placeholders stand for.
fn values(
    input: &Input,
    frames: &Frames,
    lexicon: Option<&WordNet>,
) -> Vec<(&'static str, String)> {
    let intent = &input.intent;
    let subject = super::in_sentence(&intent.subject, &intent.language, lexicon);
    let mut values = vec![
        ("{Subject}", super::sentence_case(&subject)),
        ("{subject}", subject.clone()),
        ("{hero}", subject),
    ];
    if let Some(statement) = intent::statement(intent, lexicon) {
        values.push(("{Statement}", super::sentence_case(&statement)));
    }
    if let Some(count) = intent.count {
        values.push(("{count}", super::sentence_case(&frames.number(count))));
        values.push(("{items}", intent::topic(intent, lexicon)));
    }
    if intent.format == Format::HowTo {
        values.push(("{task}", intent.angle.clone()));
    }
    if let [a, b] = intent::sides(intent).as_slice() {
        values.push(("{A}", super::sentence_case(a)));
        values.push(("{a}", a.clone()));
        values.push(("{b}", b.clone()));
    }
    values
}
