//! The rules of motion over many plans.

use cutline_compositor::story::{CameraMove, Transition};
use cutline_core::format::Format;

use super::{Input, footage, plan::plan};
use crate::{
    context::{Handling, StageError},
    providers::{ProviderError, TakeError},
    stages::{
        arc::Arc,
        intent::{Complexity, Goal, Intent, Phrases, Tone},
        script::Script,
        shots::{MotionHint, Role, Shot, ShotList, TextDensity},
        timing::{ShotSpan, TimedWord, Timeline},
        voice::Narration,
    },
};

const SHOTS: u32 = 10;
const SHOT_FRAMES: u32 = 90;

fn intent(seed: u64, tone: Tone, format: Format) -> Intent {
    Intent {
        sentence: "Why octopuses have three hearts".into(),
        subject: "octopuses".into(),
        angle: "have three hearts".into(),
        keywords: vec!["octopus".into()],
        audience: "anyone".into(),
        goal: Goal::Explain,
        tone,
        complexity: Complexity::Simple,
        language: "en".into(),
        duration_s: 30.0,
        format,
        count: None,
        character: None,
        filmed: None,
        speakers: Vec::new(),
        facts: Vec::new(),
        notices: Vec::new(),
        seed,
        images: Vec::new(),
        picture_px: (1080, 1920),
        end_card: false,
        phrases: Phrases::default(),
        grain: false,
    }
}

fn shot(id: u32) -> Shot {
    let role = match id {
        0 => Role::Hook,
        last if last == SHOTS - 1 => Role::Close,
        _ => Role::Body,
    };
    Shot {
        id,
        beat: id / 2,
        role,
        purpose: String::new(),
        subject: "octopus".into(),
        motion: [MotionHint::Gentle, MotionHint::Lively, MotionHint::Still][id as usize % 3],
        text_density: TextDensity::Low,
        speaker: None,
        budget_ms: 3000,
    }
}

fn word(text: &str, start_frame: u32) -> TimedWord {
    TimedWord {
        text: text.into(),
        span_start: 0,
        span_end: text.len(),
        start_ms: start_frame * 1000 / 30,
        end_ms: (start_frame + 10) * 1000 / 30,
        start_frame,
        end_frame: start_frame + 10,
    }
}

fn span(id: u32) -> ShotSpan {
    let start_frame = id * SHOT_FRAMES;
    ShotSpan {
        shot: id,
        start_frame,
        end_frame: start_frame + SHOT_FRAMES,
        clip_start_sample: u64::from(start_frame) * 1600,
        words: vec![
            word("They", start_frame + 4),
            word("pump", start_frame + 20),
            word(if id == 4 { "3" } else { "wonderfully" }, start_frame + 40),
        ],
    }
}

fn input(seed: u64, tone: Tone, format: Format) -> Input {
    Input {
        intent: intent(seed, tone, format),
        arc: Arc { beats: Vec::new() },
        shots: ShotList { shots: (0..SHOTS).map(shot).collect() },
        narration: Narration { clips: Vec::new(), notices: Vec::new() },
        script: Script {
            title: "Three hearts".into(),
            shots: Vec::new(),
            verified: true,
            writer: "outline".into(),
            notices: vec![],
            language: None,
            reel: None,
        },
        timeline: Timeline { frames: SHOTS * SHOT_FRAMES, shots: (0..SHOTS).map(span).collect() },
    }
}

const TONES: [Tone; 7] = [
    Tone::Curious,
    Tone::Playful,
    Tone::Dark,
    Tone::Calm,
    Tone::Energetic,
    Tone::Serious,
    Tone::Warm,
];

#[test]
fn no_camera_move_comes_twice_in_a_row() {
    for seed in 0..40 {
        let plan = plan(&input(seed, Tone::Curious, Format::Educational)).expect("plans");
        let kind = |camera: &CameraMove| match camera {
            CameraMove::Push { .. } => 0,
            CameraMove::Pull { .. } => 1,
            CameraMove::Drift { x_px } if *x_px > 0.0 => 2,
            CameraMove::Drift { .. } => 3,
            CameraMove::Still => 4,
        };
        let kinds: Vec<i32> = plan.shots.iter().map(|shot| kind(&shot.camera)).collect();
        assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "seed {seed}: {kinds:?}");
    }
}

#[test]
fn six_changes_in_ten_are_plain_cuts_and_the_marked_ones_are_beat_changes() {
    for seed in 0..20 {
        for tone in TONES {
            let input = input(seed, tone, Format::Educational);
            let plan = plan(&input).expect("plans");
            assert_eq!(plan.shots[0].transition, Transition::Cut);
            let mut marked = 0;
            for (at, motion) in plan.shots.iter().enumerate() {
                if motion.transition == Transition::Cut {
                    assert_eq!(motion.transition_frames, 0);
                    continue;
                }
                marked += 1;
                assert_ne!(input.shots.shots[at].beat, input.shots.shots[at - 1].beat);
                assert!((4..=30).contains(&motion.transition_frames));
            }
            assert!((1..=3).contains(&marked), "{tone:?}: {marked} marked of 9");
        }
    }
}

#[test]
fn a_conversation_only_cuts_and_hears_its_messages() {
    let plan = plan(&input(1, Tone::Playful, Format::FakeText)).expect("plans");
    assert!(plan.shots.iter().all(|shot| shot.transition == Transition::Cut));
    assert!(plan.shots.iter().all(|shot| shot.camera == CameraMove::Still));
    assert_eq!(plan.cues.len(), SHOTS as usize);
}

#[test]
fn cues_are_few_and_never_within_300_ms() {
    for seed in 0..20 {
        for tone in TONES {
            let plan = plan(&input(seed, tone, Format::Educational)).expect("plans");
            assert!(plan.cues.len() <= 14, "{} cues in 30 s", plan.cues.len());
            let close = plan.cues.windows(2).find(|pair| pair[1].frame - pair[0].frame < 9);
            assert_eq!(close, None);
        }
    }
}

#[test]
fn numbers_and_long_words_are_stressed() {
    let plan = plan(&input(3, Tone::Warm, Format::Educational)).expect("plans");
    assert_eq!(plan.shots[1].emphasis, [SHOT_FRAMES + 40]);
    assert_eq!(plan.shots[4].emphasis, [4 * SHOT_FRAMES + 40], "the number, and no short word");
}

#[test]
fn the_same_seed_plans_the_same_and_a_dark_tone_is_in_minor() {
    let dark = input(5, Tone::Dark, Format::AiStory);
    let one = plan(&dark).expect("plans");
    assert_eq!(one, plan(&dark).expect("plans"));
    assert!(one.music.minor);
    assert!(one.music.bpm < 80.0);
}

#[test]
fn a_photograph_that_does_not_talk_is_told_in_plain_words_or_tried_again() {
    let error = |handling| ProviderError {
        provider: "heygen".into(),
        message: "it refuses the request (400), code 401028".into(),
        handling,
    };
    let never = || error(Handling::Fallback);
    let cases = [
        (TakeError::Unfit(never()), "PHOTO_UNFIT"),
        (TakeError::Blocked(never()), "PHOTO_BLOCKED"),
        (TakeError::Full(never()), "TALKER_UNAVAILABLE"),
        (TakeError::Failed(never()), "TALKER_UNAVAILABLE"),
    ];
    let mut sentences = std::collections::BTreeSet::new();
    for (error, code) in cases {
        let StageError::User(told) = footage::told(error) else { panic!("{code}") };
        assert_eq!((told.code.as_str(), told.field.as_str()), (code, ""));
        assert!(told.message.len() > 20, "{told}");
        for detail in ["401028", "heygen", "HeyGen", "avatar", "refuses the request"] {
            assert!(!told.message.contains(detail), "{told}");
        }
        sentences.insert(told.message);
    }
    assert_eq!(sentences.len(), 3, "the account's trouble is not the photograph's");
    let passing = footage::told(TakeError::Failed(error(Handling::Retry)));
    assert!(matches!(passing, StageError::Provider { handling: Handling::Retry, .. }), "{passing}");
    assert!(matches!(footage::told(TakeError::Cancelled), StageError::Cancelled));
}
