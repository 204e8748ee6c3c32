//! Mouths against the times of the sounds they make.

use super::*;
use crate::{
    blob::Blob,
    providers::{PhonemeTime, WordTime},
};

fn clip(phonemes: Vec<PhonemeTime>, words: Vec<WordTime>) -> Clip {
    Clip {
        shot: 0,
        audio: Blob { sha256: String::new(), ext: "wav".into(), size_bytes: 0 },
        samples: 96_000,
        words,
        phonemes,
        engine: "test".into(),
        voice: "test".into(),
    }
}

fn span(start_frame: u32, clip_start_sample: u64) -> ShotSpan {
    ShotSpan { shot: 0, start_frame, end_frame: start_frame + 90, clip_start_sample, words: vec![] }
}

/// "mornings are hard", a sound every so often.
fn sounds(each_s: f64) -> Vec<PhonemeTime> {
    let symbols = ["m", "ˈ", "ɔ", "ɹ", "n", "ɪ", "ŋ", "z", "ɑ", "ɹ", "h", "ˈ", "ɑ", "ɹ", "d"];
    let mut at = 0.05;
    let mut sounds = Vec::new();
    for symbol in symbols {
        let length = if symbol == "ˈ" { 0.0 } else { each_s };
        sounds.push(PhonemeTime { symbol: symbol.into(), start_s: at, end_s: at + length });
        at += length;
    }
    sounds
}

#[test]
fn every_shape_begins_within_a_frame_of_its_sound() {
    for each_s in [0.021, 0.047, 0.08, 0.13] {
        for (start_frame, first_sample) in [(0, 4_800), (100, 165_123), (40, 60_000)] {
            let span = span(start_frame, first_sample);
            let clip = clip(sounds(each_s), vec![]);
            let cues = cues(&clip, &span);
            assert!(!cues.is_empty());
            for cue in &cues {
                let shown_s = f64::from(start_frame + cue.start_frame) / 30.0;
                let heard = clip.phonemes.iter().filter(|one| {
                    one.symbol.chars().flat_map(visemes).any(|viseme| *viseme == cue.viseme)
                });
                let off = heard
                    .map(|one| (first_sample as f64 / 48_000.0 + one.start_s - shown_s).abs())
                    .fold(f64::MAX, f64::min);
                assert!(off <= 1.0 / 30.0, "{cue:?} is {:.1} frames off", off * 30.0);
            }
            for pair in cues.windows(2) {
                assert!(pair[0].end_frame <= pair[1].start_frame, "{pair:?}");
            }
        }
    }
}

#[test]
fn every_sound_of_two_frames_or_more_is_seen() {
    let span = span(0, 0);
    let clip = clip(sounds(0.08), vec![]);
    let cues = cues(&clip, &span);
    for sound in clip.phonemes.iter().filter(|one| one.symbol != "ˈ") {
        let middle = (f64::midpoint(sound.start_s, sound.end_s) * 30.0) as u32;
        let seen = cues.iter().find(|cue| (cue.start_frame..cue.end_frame).contains(&middle));
        let shown = seen.map(|cue| cue.viseme);
        let wanted: Vec<Viseme> = sound.symbol.chars().flat_map(visemes).copied().collect();
        assert!(shown.is_some_and(|shown| wanted.contains(&shown)), "{sound:?}: {shown:?}");
    }
}

#[test]
fn lips_close_even_for_a_short_m_and_rest_in_a_pause() {
    let sound = |symbol: &str, start_s: f64, end_s: f64| PhonemeTime {
        symbol: symbol.into(),
        start_s,
        end_s,
    };
    let line = vec![
        sound("ə", 0.10, 0.112),
        sound("m", 0.112, 0.13),
        sound("ɑ", 0.13, 0.3),
        sound("s", 0.9, 1.0),
    ];
    let cues = cues(&clip(line, vec![]), &span(0, 0));
    assert_eq!(cues[0].viseme, Viseme::Closed, "{cues:?}");
    let paused = cues.iter().any(|cue| (cue.start_frame..cue.end_frame).contains(&18));
    assert!(!paused, "nothing is said at 0.6 s: {cues:?}");
}

#[test]
fn a_voice_without_phonemes_moves_its_mouth_by_the_letters() {
    let word =
        WordTime { text: "Mug".into(), span_start: 0, span_end: 3, start_s: 0.2, end_s: 0.5 };
    let cues = cues(&clip(vec![], vec![word]), &span(0, 0));
    let shapes: Vec<Viseme> = cues.iter().map(|cue| cue.viseme).collect();
    assert_eq!(shapes, [Viseme::Closed, Viseme::Pursed, Viseme::Slack]);
    assert_eq!((cues[0].start_frame, cues[2].end_frame), (6, 15));
}

/// A twentieth of a second of "b" and a long vowel begin on the same frame.
#[test]
fn lips_that_close_for_a_moment_do_not_swallow_the_vowel_after_them() {
    let one = |symbol: &str, start_s: f64, end_s: f64| PhonemeTime {
        symbol: symbol.into(),
        start_s,
        end_s,
    };
    for first in [0.085, 0.0875, 0.09, 0.0925] {
        let sounds = vec![one("b", first, first + 0.025), one("ɛ", first + 0.025, first + 0.2)];
        let cues = cues(&clip(sounds, vec![]), &span(0, 0));
        let shapes: Vec<Viseme> = cues.iter().map(|cue| cue.viseme).collect();
        assert_eq!(shapes, [Viseme::Closed, Viseme::Spread], "{first}");
        let off = f64::from(cues[1].start_frame) - (first + 0.025) * 30.0;
        assert!(off.abs() <= 1.0 && cues[1].end_frame > cues[1].start_frame + 3, "{cues:?}");
    }
}
