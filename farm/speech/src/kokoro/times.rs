//! From frames per phoneme to word times, and from chunks to one clip.

use super::{Chunk, KokoroError, RATE_HZ, model::Raw};
use crate::{PhonemeSpan, Spoken, WordSpan, audio};

/// One frame of the duration predictor: 600 samples.
const FRAME_S: f64 = 0.025;
/// How much earlier a phoneme sounds than the predictor says (measured against acoustic onsets).
const EARLY_S: f64 = 0.045;

/// A clip in the making, at the model's rate.
#[derive(Default)]
pub(super) struct Clip {
    samples: Vec<f32>,
    words: Vec<WordSpan>,
    phonemes: Vec<PhonemeSpan>,
    /// Silence owed before the next chunk.
    pause_s: f64,
}

impl Clip {
    /// Adds a spoken chunk after the pause that the one before asked for.
    pub(super) fn append(&mut self, raw: &Raw, chunk: &Chunk) {
        let (clip, cut_s) = audio::trim(&raw.samples, RATE_HZ);
        if clip.is_empty() {
            return;
        }
        if !self.samples.is_empty() {
            self.samples.extend(audio::silence(self.pause_s, RATE_HZ));
        }
        let start_s = self.samples.len() as f64 / f64::from(RATE_HZ);
        let sound_s =
            audio::sounding(&clip, RATE_HZ).map_or(0.0, |(_, end)| end as f64 / f64::from(RATE_HZ));
        // The first pad comes before the first phoneme.
        let mut at_s = raw.frames.first().copied().unwrap_or(0.0) * FRAME_S - EARLY_S - cut_s;
        let mut last_word = None;
        for (phone, frames) in chunk.phones.iter().zip(raw.frames.iter().skip(1)) {
            let end_s = at_s + frames * FRAME_S;
            let from_s = start_s + at_s.clamp(0.0, sound_s);
            let to_s = start_s + end_s.clamp(0.0, sound_s);
            at_s = end_s;
            let Some(word) = phone.word else { continue };
            let span = PhonemeSpan { symbol: phone.symbol, start_s: from_s, end_s: to_s };
            self.phonemes.push(span);
            if last_word == Some(word) {
                if let Some(open) = self.words.last_mut() {
                    open.end_s = to_s;
                }
            } else if let Some(span) = chunk.spans.get(word) {
                self.words.push(WordSpan { span: span.clone(), start_s: from_s, end_s: to_s });
                last_word = Some(word);
            }
        }
        self.samples.extend(clip);
        // The clip's own tail is already part of the pause.
        self.pause_s = chunk.mark.map_or(0.1, |m| f64::from(m.pause_ms()) / 1000.0) - 0.08;
    }

    /// Levels and resamples the whole.
    pub(super) fn finish(mut self) -> Result<Spoken, KokoroError> {
        audio::level(&mut self.samples, RATE_HZ);
        let samples = audio::to_rate(&self.samples, RATE_HZ)?;
        Ok(Spoken { samples, words: self.words, phonemes: self.phonemes })
    }
}
