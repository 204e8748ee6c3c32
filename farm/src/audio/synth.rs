//! Building blocks of synthesis: wavetables, filters, a reverb. Everything is a function of sample
//! position; nothing is recorded.

use std::f32::consts::TAU;

use super::Stereo;

/// Sample rate of everything synthesised.
pub(super) const RATE_HZ: f32 = 48_000.0;

const TABLE_LENGTH: usize = 2048;

/// One cycle of a tone made of harmonics, peak 1.
pub(super) struct Wavetable {
    samples: Vec<f32>,
}

impl Wavetable {
    /// `harmonics[n]` is the amplitude of harmonic `n + 1`.
    pub(super) fn new(harmonics: &[f32]) -> Self {
        let value = |at: usize| {
            let turn = at as f32 / TABLE_LENGTH as f32 * TAU;
            let parts = harmonics.iter().enumerate();
            parts.map(|(n, level)| level * (turn * (n + 1) as f32).sin()).sum::<f32>()
        };
        let mut samples: Vec<f32> = (0..TABLE_LENGTH).map(value).collect();
        let peak = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs())).max(1e-9);
        for sample in &mut samples {
            *sample /= peak;
        }
        samples.push(samples[0]);
        Self { samples }
    }

    /// The value at a phase in turns, 0–1, linearly interpolated.
    pub(super) fn at(&self, phase: f32) -> f32 {
        let place = phase.fract() * TABLE_LENGTH as f32;
        let index = (place as usize).min(TABLE_LENGTH - 1);
        let (before, after) = (self.samples[index], self.samples[index + 1]);
        before + (after - before) * (place - index as f32)
    }
}

/// Frequency of a MIDI note (69 = A4 = 440 Hz), equal temperament.
pub(super) fn midi_hz(note: f32) -> f32 {
    440.0 * 2.0_f32.powf((note - 69.0) / 12.0)
}

/// A constant-power pan: −1 is left, 1 right.
pub(super) fn pan(position: f32) -> (f32, f32) {
    let angle = (position.clamp(-1.0, 1.0) + 1.0) * (TAU / 8.0);
    (angle.cos(), angle.sin())
}

/// Adds a generated mono sound to a track. `sound` gets the time in seconds from its start.
pub(super) fn place(
    track: &mut Stereo,
    start: usize,
    length: usize,
    position: f32,
    mut sound: impl FnMut(usize) -> f32,
) {
    let (left, right) = pan(position);
    let end = (start + length).min(track.len());
    for at in start..end {
        let value = sound(at - start);
        track.left[at] += value * left;
        track.right[at] += value * right;
    }
}

/// A state-variable filter (Chamberlin): low, band and high outputs at once. Stable up to 8 kHz.
#[derive(Default)]
pub(super) struct Filter {
    low: f32,
    band: f32,
}

impl Filter {
    /// Filters one sample; `q` from 0.5 (soft) upwards. Returns (low, band, high).
    pub(super) fn next(&mut self, input: f32, cutoff_hz: f32, q: f32) -> (f32, f32, f32) {
        let speed = 2.0 * (TAU / 2.0 * cutoff_hz.min(7_500.0) / RATE_HZ).sin();
        self.low += speed * self.band;
        let high = input - self.low - self.band / q;
        self.band += speed * high;
        (self.low, self.band, high)
    }
}

/// Removes what lies below `cutoff_hz` (6 dB an octave): rumble no phone can play.
pub(super) fn high_pass(channel: &mut [f32], cutoff_hz: f32) {
    let keep = (-TAU * cutoff_hz / RATE_HZ).exp();
    let (mut before, mut output) = (0.0, 0.0);
    for sample in channel {
        output = keep * (output + *sample - before);
        before = *sample;
        *sample = output;
    }
}

const LINES: usize = 8;
/// Mutually prime lengths between 23 and 61 ms.
const LINE_SAMPLES: [usize; LINES] = [1117, 1301, 1549, 1787, 2053, 2309, 2633, 2927];

/// A feedback delay network with a Hadamard matrix (Jot & Chaigne, "Digital delay networks for
/// designing artificial reverberators", AES 1991): returns the wet sound only.
pub(super) fn reverb(dry: &Stereo, decay_s: f32, damping_hz: f32) -> Stereo {
    let mut wet = Stereo::silent(dry.len());
    let mut lines: Vec<Vec<f32>> = LINE_SAMPLES.iter().map(|&n| vec![0.0; n]).collect();
    let mut places = [0_usize; LINES];
    let mut damped = [0.0_f32; LINES];
    let dull = (-TAU * damping_hz / RATE_HZ).exp();
    // −60 dB after `decay_s`.
    let feedback = LINE_SAMPLES.map(|n| 10.0_f32.powf(-3.0 * n as f32 / RATE_HZ / decay_s));
    for at in 0..dry.len() {
        let mut taps = [0.0_f32; LINES];
        for line in 0..LINES {
            let out = lines[line][places[line]];
            damped[line] = out + (damped[line] - out) * dull;
            taps[line] = damped[line] * feedback[line];
        }
        wet.left[at] = taps.iter().step_by(2).sum::<f32>() * 0.5;
        wet.right[at] = taps.iter().skip(1).step_by(2).sum::<f32>() * 0.5;
        hadamard(&mut taps);
        for line in 0..LINES {
            let input = if line % 2 == 0 { dry.left[at] } else { dry.right[at] };
            lines[line][places[line]] = input * 0.35 + taps[line];
            places[line] += 1;
            if places[line] == LINE_SAMPLES[line] {
                places[line] = 0;
            }
        }
    }
    wet
}

fn hadamard(values: &mut [f32; LINES]) {
    let mut half = 1;
    while half < LINES {
        for start in (0..LINES).step_by(2 * half) {
            for at in start..start + half {
                let (one, other) = (values[at], values[at + half]);
                values[at] = one + other;
                values[at + half] = one - other;
            }
        }
        half *= 2;
    }
    let scale = 1.0 / (LINES as f32).sqrt();
    for value in values {
        *value *= scale;
    }
}
