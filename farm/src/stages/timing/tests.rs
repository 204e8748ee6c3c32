//! The rules of the timeline over many clips; and the inputs that neighbouring stages test with.

use cutline_compositor::treatments::end_card;
use cutline_core::format::Format;
use cutline_speech::{estimate, text};
use proptest::prelude::*;

use super::{FPS, Input, SAMPLES_PER_FRAME, Timeline, place::place};
use crate::{
    blob::Blob,
    providers::WordTime,
    stages::{
        intent::{Complexity, Goal, Intent, Phrases, Talker, Tone},
        script::{Script, ShotScript},
        shots::{MotionHint, Role, Shot, ShotList, TextDensity},
        voice::{Clip, Narration},
    },
};

/// An intent in a language, with two people to talk.
pub(crate) fn intent(language: &str, duration_s: f32) -> Intent {
    let talker =
        |name: &str, own_phone| Talker { name: name.into(), kind: "cat".into(), own_phone };
    Intent {
        sentence: "Why cats purr".into(),
        subject: "cats".into(),
        angle: "purr".into(),
        keywords: vec!["cat".into()],
        audience: "anyone".into(),
        goal: Goal::Explain,
        tone: Tone::Curious,
        complexity: Complexity::Simple,
        language: language.into(),
        duration_s,
        format: Format::Educational,
        count: None,
        character: None,
        filmed: None,
        speakers: vec![talker("Mr. Whiskers", false), talker("Ann", true)],
        facts: Vec::new(),
        notices: Vec::new(),
        seed: 7,
        images: Vec::new(),
        picture_px: (1080, 1920),
        end_card: false,
        phrases: Phrases::default(),
        grain: false,
    }
}

/// A script with one shot for each line; two shots a beat.
pub(crate) fn script(lines: &[String], speakers: bool) -> (ShotList, Script) {
    let ids = || (0u32..).zip(lines);
    let speaker = |id: u32| speakers.then_some(id % 2);
    let shots = ids().map(|(id, _)| Shot {
        id,
        beat: id / 2,
        role: Role::Body,
        purpose: String::new(),
        subject: "cat".into(),
        motion: MotionHint::Gentle,
        text_density: TextDensity::Low,
        speaker: speaker(id),
        budget_ms: 3000,
    });
    let written = ids().map(|(shot, line)| ShotScript {
        shot,
        narration: line.clone(),
        speaker: speaker(shot),
        on_screen: None,
        facts: Vec::new(),
    });
    let script = Script {
        title: "Cats".into(),
        shots: written.collect(),
        verified: true,
        writer: "test".into(),
        notices: vec![],
        language: None,
        reel: None,
    };
    (ShotList { shots: shots.collect() }, script)
}

/// A clip of a line with estimated times.
fn clip(shot: u32, line: &str, language: &str) -> Clip {
    let (words, seconds) = estimate::times(&text::read(line, language), 1.0);
    let words = words.into_iter().map(|word| WordTime {
        text: line[word.span.clone()].to_owned(),
        span_start: word.span.start,
        span_end: word.span.end,
        start_s: word.start_s,
        end_s: word.end_s,
    });
    Clip {
        shot,
        audio: Blob { sha256: String::new(), ext: "wav".into(), size_bytes: 0 },
        samples: (seconds * 48_000.0) as u64 + 1,
        words: words.collect(),
        phonemes: Vec::new(),
        engine: "test".into(),
        voice: "test".into(),
    }
}

/// The stage's input for these lines.
pub(crate) fn input(lines: &[String], language: &str, duration_s: f32) -> Input {
    let (shots, script) = script(lines, false);
    let clips = (0u32..).zip(lines).map(|(shot, line)| clip(shot, line, language)).collect();
    let narration = Narration { clips, notices: Vec::new() };
    Input { intent: intent(language, duration_s), shots, script, narration }
}

/// Lines of one to two clauses made of plain words, numbers and punctuation.
pub(crate) fn lines() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec![
        "cats",
        "purr",
        "a",
        "the",
        "of",
        "$3.5",
        "million",
        "when",
        "extraordinarily",
        "1475,",
        "they",
        "sleep",
        "heartbeat",
        "at",
        "4:30",
        "why",
        "you",
        "St.",
        "and",
        "12%",
    ]);
    let line = (prop::collection::vec(word, 2..16), prop::sample::select(vec![".", "?", "!", ""]))
        .prop_map(|(words, end)| format!("{}{end}", words.join(" ")));
    prop::collection::vec(line, 1..10)
}

fn check(timeline: &Timeline, input: &Input) -> Result<(), TestCaseError> {
    let mut frame = 0;
    for (span, clip) in timeline.shots.iter().zip(&input.narration.clips) {
        prop_assert_eq!(span.start_frame, frame);
        prop_assert!(span.end_frame > span.start_frame);
        frame = span.end_frame;
        prop_assert_eq!(span.words.len(), clip.words.len());
        for pair in span.words.windows(2) {
            prop_assert!(pair[0].start_ms <= pair[1].start_ms);
            prop_assert!(pair[0].end_ms <= pair[1].start_ms);
            prop_assert!(pair[0].start_frame < pair[1].start_frame);
            prop_assert_eq!(pair[0].end_frame, pair[1].start_frame);
        }
        for word in &span.words {
            prop_assert!(span.start_frame <= word.start_frame && word.end_frame <= span.end_frame);
            let narration = &input.script.shots[span.shot as usize].narration;
            prop_assert_eq!(&narration[word.span_start..word.span_end], word.text.as_str());
        }
        let clip_ends = span.clip_start_sample + clip.samples;
        prop_assert!(clip_ends <= u64::from(timeline.frames * SAMPLES_PER_FRAME));
    }
    prop_assert_eq!(frame, timeline.frames);
    Ok(())
}

proptest! {
    #[test]
    fn shots_follow_each_other_and_words_stay_inside_them(lines in lines()) {
        let input = input(&lines, "en", 90.0);
        check(&place(&input).expect("matching clips"), &input)?;
    }
}

#[test]
fn the_first_word_sounds_within_a_quarter_second_and_the_end_does_not_drag() {
    let input = input(&["Cats purr.".into(), "Nobody knows why.".into()], "en", 30.0);
    let timeline = place(&input).expect("matching clips");
    assert!(timeline.shots[0].words[0].start_ms <= 250);
    let last = timeline.shots[1].words.last().expect("words").end_ms;
    let tail_ms = timeline.frames * 1000 / FPS - last;
    assert!((150..=400).contains(&tail_ms), "{tail_ms}");
}

#[test]
fn beats_are_set_apart_more_than_shots_of_a_beat() {
    let line = || "Cats purr when they sleep.".to_owned();
    let input = input(&[line(), line(), line()], "en", 30.0);
    let shots = place(&input).expect("matching clips").shots;
    let gap = |at: usize| {
        let ends = shots[at].clip_start_sample + input.narration.clips[at].samples;
        (shots[at + 1].clip_start_sample - ends) / 48
    };
    assert!((60..=180).contains(&gap(0)), "{} ms inside a beat", gap(0));
    assert!(gap(1) >= gap(0) + 80, "{} ms between beats", gap(1));
}

#[test]
fn gaps_shrink_before_the_plan_s_limit_is_broken() {
    // Ten clips of 2.93 s leave 0.3 s for nine gaps.
    let lines: Vec<String> = (0..10).map(|_| "Cats purr.".to_owned()).collect();
    let mut input = input(&lines, "en", 30.0);
    for clip in &mut input.narration.clips {
        clip.samples = 140_600;
    }
    let timeline = place(&input).expect("matching clips");
    assert!(timeline.frames <= 30 * FPS, "{} frames", timeline.frames);
}

#[test]
fn what_the_end_card_takes_is_taken_off_the_plan_s_limit() {
    // Ten clips of 2.77 s: with every gap at its widest, over 29 s.
    let lines: Vec<String> = (0..10).map(|_| "Cats purr.".to_owned()).collect();
    let mut input = input(&lines, "en", 30.0);
    for clip in &mut input.narration.clips {
        clip.samples = 133_000;
    }
    let without = place(&input).expect("matching clips").frames;
    input.intent.end_card = true;
    let with = place(&input).expect("matching clips").frames;
    assert!(without > 30 * FPS - end_card::FRAMES, "{without} frames would do as they are");
    assert!(with + end_card::FRAMES <= 30 * FPS, "{with} frames and the card");
}

#[test]
fn clips_of_other_shots_are_refused() {
    let mut input = input(&["Cats purr.".into()], "en", 30.0);
    input.narration.clips[0].shot = 3;
    assert!(place(&input).is_err());
}
