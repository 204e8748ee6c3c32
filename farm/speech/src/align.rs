//! Word times for a clip whose words are known and whose times are not: likely lengths of the
//! words, stretched between the pauses that can be heard. Pure.
//!
//! Pauses are matched to the text's punctuation by dynamic programming, in order and without
//! crossing; a mark without a pause and a pause without a mark are both common and both allowed.

use crate::{
    WordSpan, audio, estimate,
    text::{Sentence, Word},
};

/// Energy window of [`audio::energy`].
const WINDOW_S: f64 = 0.010;
/// Silence shorter than this is the closure of a consonant.
const PAUSE_S_MIN: f64 = 0.110;
/// Quieter than the loudest window by this much counts as silence.
const SILENCE_DB: f32 = -34.0;
/// What leaving a mark without a pause costs, as a share of the clip: further away, and a pause is
/// not the mark's.
const UNMATCHED: f64 = 0.06;

/// A stretch of silence inside the voice.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gap {
    start_s: f64,
    end_s: f64,
    /// Seconds of voice before it, without other gaps.
    voiced_s: f64,
}

/// When each word of `sentences` sounds in a clip that speaks exactly them. Empty for a silent
/// clip.
#[must_use]
pub fn words(sentences: &[Sentence], samples: &[f32], rate_hz: u32) -> Vec<WordSpan> {
    let words: Vec<&Word> = sentences.iter().flat_map(|sentence| &sentence.words).collect();
    let Some((first, last)) = audio::sounding(samples, rate_hz) else { return Vec::new() };
    let at = |sample: usize| sample as f64 / f64::from(rate_hz);
    let (start_s, end_s) = (at(first), at(last));
    let weights: Vec<f64> = words.iter().map(|word| estimate::word_s(word).max(0.03)).collect();
    let gaps = gaps(samples, rate_hz, start_s, end_s);
    let joints = matched(&words, &weights, &gaps, end_s - start_s);
    let mut spans = Vec::with_capacity(words.len());
    let (mut from, mut from_s) = (0, start_s);
    for (end, gap) in joints {
        spans.extend(estimate::spread(&words[from..end], &weights[from..end], from_s, gap.start_s));
        (from, from_s) = (end, gap.end_s);
    }
    spans.extend(estimate::spread(&words[from..], &weights[from..], from_s, end_s));
    spans
}

/// Silences inside the sounding part.
fn gaps(samples: &[f32], rate_hz: u32, start_s: f64, end_s: f64) -> Vec<Gap> {
    let energy = audio::energy(samples, rate_hz);
    let peak = energy.iter().copied().fold(0.0, f32::max);
    let threshold = peak * 10_f32.powf(SILENCE_DB / 20.0);
    let index = |seconds: f64| ((seconds / WINDOW_S) as usize).min(energy.len());
    let (mut gaps, mut quiet, mut silent_s) = (Vec::new(), 0_usize, 0.0);
    let (from, to) = (index(start_s), index(end_s));
    for at in from..=to {
        if at < to && energy.get(at).is_some_and(|level| *level <= threshold) {
            quiet += 1;
            continue;
        }
        let length_s = quiet as f64 * WINDOW_S;
        if length_s >= PAUSE_S_MIN && at < to {
            let end_s = at as f64 * WINDOW_S;
            let gap_start_s = end_s - length_s;
            gaps.push(Gap {
                start_s: gap_start_s,
                end_s,
                voiced_s: gap_start_s - start_s - silent_s,
            });
            silent_s += length_s;
        }
        quiet = 0;
    }
    gaps
}

/// Which marks fall on which gaps: (index of the word after the mark, the gap).
fn matched(words: &[&Word], weights: &[f64], gaps: &[Gap], length_s: f64) -> Vec<(usize, Gap)> {
    let silent_s: f64 = gaps.iter().map(|gap| gap.end_s - gap.start_s).sum();
    let voiced_s = (length_s - silent_s).max(0.05);
    let total: f64 = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let mut before = 0.0;
    let mut marks: Vec<(usize, f64)> = Vec::new();
    for (at, (word, weight)) in words.iter().zip(weights).enumerate() {
        before += weight;
        if word.mark.is_some() && at + 1 < words.len() {
            marks.push((at + 1, before / total));
        }
    }
    let place = |gap: &Gap| (gap.voiced_s / voiced_s).clamp(0.0, 1.0);
    // best[i][j]: cheapest way to deal with the first i marks using the first j gaps.
    let mut best = vec![vec![0.0_f64; gaps.len() + 1]; marks.len() + 1];
    for i in 1..=marks.len() {
        best[i][0] = best[i - 1][0] + UNMATCHED;
        for j in 1..=gaps.len() {
            let apart = (marks[i - 1].1 - place(&gaps[j - 1])).abs();
            best[i][j] =
                (best[i - 1][j] + UNMATCHED).min(best[i][j - 1]).min(best[i - 1][j - 1] + apart);
        }
    }
    let (mut i, mut j) = (marks.len(), gaps.len());
    let mut joints = Vec::new();
    while i > 0 && j > 0 {
        let apart = (marks[i - 1].1 - place(&gaps[j - 1])).abs();
        if (best[i][j] - (best[i - 1][j - 1] + apart)).abs() < 1e-12 {
            joints.push((marks[i - 1].0, gaps[j - 1]));
            (i, j) = (i - 1, j - 1);
        } else if (best[i][j] - best[i][j - 1]).abs() < 1e-12 {
            j -= 1;
        } else {
            i -= 1;
        }
    }
    joints.reverse();
    joints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    const RATE_HZ: u32 = 24_000;

    /// A tone a word, silence where `pause_s` says so, with the times it was made with.
    fn spoken(line: &str, pause_s: impl Fn(&Word) -> f64) -> (Vec<f32>, Vec<(f64, f64)>) {
        let mut samples = audio::silence(0.3, RATE_HZ);
        let mut times = Vec::new();
        for word in text::read(line, "en").iter().flat_map(|sentence| &sentence.words) {
            let start = samples.len() as f64 / f64::from(RATE_HZ);
            let length = (estimate::word_s(word) * 1.3 * f64::from(RATE_HZ)) as usize;
            samples.extend((0..length).map(|i| (i as f32 * 0.09).sin() * 0.4));
            times.push((start, samples.len() as f64 / f64::from(RATE_HZ)));
            samples.extend(audio::silence(pause_s(word), RATE_HZ));
        }
        samples.extend(audio::silence(0.4, RATE_HZ));
        (samples, times)
    }

    fn worst(line: &str, pause_s: impl Fn(&Word) -> f64) -> f64 {
        let (samples, times) = spoken(line, pause_s);
        let found = words(&text::read(line, "en"), &samples, RATE_HZ);
        assert_eq!(found.len(), times.len());
        assert!(found.windows(2).all(|two| two[0].end_s <= two[1].start_s + 1e-9));
        let off =
            found.iter().zip(&times).map(|(word, (start_s, _))| (word.start_s - start_s).abs());
        off.fold(0.0, f64::max)
    }

    const LINE: &str = "Octopuses have three hearts, and two of them stop beating when they swim. \
                        That is why they prefer to crawl.";

    #[test]
    fn words_fall_between_the_pauses_that_are_heard() {
        let pause = |word: &Word| word.mark.map_or(0.0, |mark| f64::from(mark.pause_ms()) / 1000.0);
        assert!(worst(LINE, pause) < 0.03, "{}", worst(LINE, pause));
    }

    #[test]
    fn a_voice_that_runs_over_a_comma_loses_nothing() {
        let stops_only = |word: &Word| match word.mark {
            Some(text::Mark::Stop) => 0.35,
            _ => 0.0,
        };
        assert!(worst(LINE, stops_only) < 0.06, "{}", worst(LINE, stops_only));
    }

    #[test]
    fn a_breath_where_no_mark_stands_costs_little_and_no_pause_at_all_is_fine() {
        let breath =
            |word: &Word| if word.spoken.iter().any(|w| w == "beating") { 0.25 } else { 0.0 };
        assert!(worst(LINE, breath) < 0.4, "{}", worst(LINE, breath));
        assert!(worst(LINE, |_| 0.0) < 0.03, "{}", worst(LINE, |_| 0.0));
    }

    #[test]
    fn silence_has_no_words() {
        let silent = audio::silence(2.0, RATE_HZ);
        assert!(words(&text::read(LINE, "en"), &silent, RATE_HZ).is_empty());
    }
}
