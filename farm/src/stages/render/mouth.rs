//! Sounds to shapes of the mouth: each phoneme's viseme on the frame on which it sounds. Where a
//! voice tells no phonemes, the letters of its words stand in for them.

use cutline_compositor::face::{MouthCue, Viseme};

use crate::stages::{
    timing::{FPS, SAMPLES_PER_FRAME, ShotSpan},
    voice::Clip,
};

/// A silence of so many frames or less does not close the mouth.
const HOLD_FRAMES: u32 = 3;

/// A sound with its shape, in frames of the shot, not rounded yet.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sound {
    viseme: Viseme,
    start: f64,
    end: f64,
}

/// What the mouth does in a shot.
pub(super) fn cues(clip: &Clip, span: &ShotSpan) -> Vec<MouthCue> {
    let offset = clip_start(span);
    let frame = |seconds: f64| seconds * f64::from(FPS) + offset;
    let mut sounds: Vec<Sound> = Vec::new();
    for phoneme in &clip.phonemes {
        let shapes: Vec<Viseme> = phoneme.symbol.chars().flat_map(visemes).copied().collect();
        spread(&shapes, frame(phoneme.start_s), frame(phoneme.end_s), &mut sounds);
    }
    if clip.phonemes.is_empty() {
        for word in &clip.words {
            let shapes: Vec<Viseme> = word.text.to_lowercase().chars().filter_map(letter).collect();
            spread(&shapes, frame(word.start_s), frame(word.end_s), &mut sounds);
        }
    }
    on_frames(&sounds, span.end_frame.saturating_sub(span.start_frame))
}

/// Where the clip's first sample is, in frames from the shot's start.
fn clip_start(span: &ShotSpan) -> f64 {
    span.clip_start_sample as f64 / f64::from(SAMPLES_PER_FRAME) - f64::from(span.start_frame)
}

/// The shapes in equal parts of a time.
fn spread(shapes: &[Viseme], start: f64, end: f64, sounds: &mut Vec<Sound>) {
    let each = (end - start).max(0.0) / shapes.len().max(1) as f64;
    for (at, viseme) in shapes.iter().enumerate() {
        let start = start + each * at as f64;
        sounds.push(Sound { viseme: *viseme, start, end: start + each });
    }
}

/// Every sound on its nearest frame. Where two want the same frame, the one that is seen more has
/// it, and the other what is left of its time, unless that would be more than a frame too late.
fn on_frames(sounds: &[Sound], frames: u32) -> Vec<MouthCue> {
    let nearest = |at: f64| (at.round().max(0.0) as u32).min(frames);
    let mut cues: Vec<MouthCue> = Vec::new();
    for sound in sounds {
        let (start_frame, end_frame) = (nearest(sound.start), nearest(sound.end));
        let end_frame = end_frame.max(start_frame + 1).min(frames);
        if start_frame >= end_frame {
            continue;
        }
        let cue = MouthCue { viseme: sound.viseme, start_frame, end_frame };
        match cues.last_mut() {
            Some(last) if last.start_frame >= start_frame => {
                let left = last.end_frame;
                let too_late = f64::from(left) - sound.start > 1.0;
                if cue.viseme == last.viseme
                    || weight(cue.viseme) > weight(last.viseme)
                    || (too_late && end_frame > left)
                {
                    last.viseme = cue.viseme;
                    last.end_frame = left.max(end_frame);
                } else if end_frame > left {
                    cues.push(MouthCue { start_frame: left, ..cue });
                }
            }
            Some(last)
                if last.viseme == cue.viseme && start_frame <= last.end_frame + HOLD_FRAMES =>
            {
                last.end_frame = end_frame;
            }
            Some(last) => {
                if start_frame <= last.end_frame + HOLD_FRAMES {
                    last.end_frame = start_frame;
                }
                cues.push(cue);
            }
            None => cues.push(cue),
        }
    }
    cues
}

/// How much a shape is missed when it is not seen: lips that do not close are noticed first.
fn weight(viseme: Viseme) -> u8 {
    match viseme {
        Viseme::Closed => 5,
        Viseme::Bite | Viseme::Round | Viseme::Pursed => 4,
        Viseme::Open => 3,
        Viseme::Spread | Viseme::Narrow => 2,
        Viseme::Teeth | Viseme::Tongue => 1,
        Viseme::Slack | Viseme::Rest => 0,
    }
}

/// The shapes of a phoneme: IPA and Kokoro's ligatures; none for stress, length and pauses. Groups
/// after the visemes of MPEG-4 (ISO/IEC 14496-2, table C-1), diphthongs as two.
fn visemes(symbol: char) -> &'static [Viseme] {
    use Viseme as V;
    match symbol {
        'm' | 'b' | 'p' | 'ɓ' => &[V::Closed],
        'f' | 'v' | 'ʋ' | 'ɱ' | 'ɸ' | 'β' => &[V::Bite],
        'a' | 'ɑ' | 'æ' | 'ʌ' | 'ɐ' | 'ɒ' | 'ä' => &[V::Open],
        'e' | 'ɛ' | 'ɜ' | 'œ' | 'ɝ' => &[V::Spread],
        'i' | 'ɪ' | 'j' | 'ᵻ' | 'ɨ' => &[V::Narrow],
        'o' | 'ɔ' => &[V::Round],
        'u' | 'ʊ' | 'w' | 'y' | 'ø' | 'ɥ' | 'ʏ' | 'ɯ' | 'ʍ' => &[V::Pursed],
        'l' | 'n' | 't' | 'd' | 'θ' | 'ð' | 'ɾ' | 'T' | 'ɫ' | 'ɲ' | 'ʎ' | 'ᵊ' => {
            &[V::Tongue]
        }
        's' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' | 'ʦ' | 'ʣ' | 'ɕ' | 'ʑ' | 'ʂ' | 'ʐ' | 'ꭧ' | 'ʨ' | 'S' => {
            &[V::Teeth]
        }
        'r' | 'ɹ' | 'ʁ' | 'ɻ' | 'k' | 'ɡ' | 'g' | 'h' | 'x' | 'ç' | 'ŋ' | 'ə' | 'ɚ' | 'ɣ' | 'c'
        | 'q' | 'ɦ' | 'ɤ' => &[V::Slack],
        'A' => &[V::Spread, V::Narrow],
        'I' => &[V::Open, V::Narrow],
        'W' => &[V::Open, V::Pursed],
        'O' | 'Q' => &[V::Round, V::Pursed],
        'Y' => &[V::Round, V::Narrow],
        _ => &[],
    }
}

/// The shape of a written letter, for voices without phonemes.
fn letter(letter: char) -> Option<Viseme> {
    use Viseme as V;
    Some(match letter {
        'm' | 'b' | 'p' => V::Closed,
        'f' | 'v' => V::Bite,
        'a' | 'á' | 'à' | 'â' | 'ä' | 'ã' => V::Open,
        'e' | 'é' | 'è' | 'ê' | 'ë' => V::Spread,
        'i' | 'í' | 'ì' | 'î' | 'y' => V::Narrow,
        'o' | 'ó' | 'ò' | 'ô' | 'õ' => V::Round,
        'u' | 'ú' | 'ù' | 'û' | 'ü' | 'ö' | 'w' => V::Pursed,
        'l' | 'n' | 't' | 'd' | 'ñ' => V::Tongue,
        's' | 'z' | 'c' | 'j' | 'x' | 'ß' => V::Teeth,
        letter if letter.is_alphabetic() => V::Slack,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
