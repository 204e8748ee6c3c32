//! Who plays: a pad, plucked strings, a bass, soft percussion. What each mood asks of them is in
//! [`Style::of`].

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::score::{Bar, Chord, Score, Section};
use crate::{
    audio::{
        Stereo,
        synth::{self, Filter, RATE_HZ, Wavetable, midi_hz, place},
    },
    stages::motion::Mood,
};

/// How a mood is played. Levels are linear amplitudes.
struct Style {
    pad: f32,
    /// Share of upper harmonics in the pad.
    pad_air: f32,
    pluck: f32,
    /// Notes a beat.
    pluck_rate: usize,
    pluck_decay_s: f32,
    /// Octaves above the chord.
    pluck_octave: f32,
    bass: f32,
    /// Beats on which the bass plays, as bits from the first.
    bass_beats: u8,
    kick: f32,
    kick_beats: u8,
    snap: f32,
    shaker: f32,
    reverb_s: f32,
}

impl Style {
    fn of(mood: Mood) -> Self {
        let base = Self {
            pad: 0.16,
            pad_air: 0.35,
            pluck: 0.20,
            pluck_rate: 2,
            pluck_decay_s: 0.55,
            pluck_octave: 1.0,
            bass: 0.20,
            bass_beats: 0b0101,
            kick: 0.22,
            kick_beats: 0b0001,
            snap: 0.03,
            shaker: 0.03,
            reverb_s: 1.6,
        };
        match mood {
            Mood::Wonder => Self { pluck_decay_s: 0.9, reverb_s: 2.4, snap: 0.0, ..base },
            Mood::Playful => Self {
                pad: 0.08,
                pluck: 0.26,
                pluck_decay_s: 0.22,
                bass_beats: 0b1111,
                snap: 0.06,
                shaker: 0.045,
                reverb_s: 0.8,
                ..base
            },
            Mood::Ominous => Self {
                pad: 0.22,
                pad_air: 0.18,
                pluck: 0.13,
                pluck_rate: 1,
                pluck_decay_s: 1.3,
                bass: 0.22,
                bass_beats: 0b0001,
                kick: 0.24,
                kick_beats: 0b0011,
                snap: 0.0,
                shaker: 0.012,
                reverb_s: 3.2,
                ..base
            },
            Mood::Calm => Self {
                pad: 0.20,
                pluck: 0.14,
                pluck_rate: 1,
                pluck_decay_s: 1.1,
                bass_beats: 0b0001,
                kick: 0.0,
                snap: 0.0,
                shaker: 0.015,
                reverb_s: 2.6,
                ..base
            },
            Mood::Driving => Self {
                pad: 0.12,
                pluck: 0.17,
                pluck_rate: 4,
                pluck_decay_s: 0.18,
                bass_beats: 0b1111,
                kick: 0.30,
                kick_beats: 0b1111,
                snap: 0.07,
                shaker: 0.05,
                reverb_s: 1.0,
                ..base
            },
            Mood::Sober => Self {
                pluck: 0.18,
                pluck_rate: 1,
                pluck_decay_s: 1.2,
                pluck_octave: 0.0,
                snap: 0.0,
                shaker: 0.01,
                reverb_s: 2.0,
                ..base
            },
            Mood::Warm => Self { kick_beats: 0b0101, snap: 0.04, reverb_s: 1.4, ..base },
        }
    }
}

/// Everybody, with what they have played so far.
pub(super) struct Band {
    style: Style,
    track: Stereo,
    send: Stereo,
    pad_wave: Wavetable,
    bright: Wavetable,
    dull: Wavetable,
    bass_wave: Wavetable,
}

impl Band {
    pub(super) fn new(mood: Mood, samples: usize) -> Self {
        let style = Style::of(mood);
        let air = style.pad_air;
        let pad: Vec<f32> =
            (1..=9_i16).map(|n| if n == 1 { 1.0 } else { air / f32::from(n).powf(1.5) }).collect();
        Self {
            track: Stereo::silent(samples),
            send: Stereo::silent(samples),
            pad_wave: Wavetable::new(&pad),
            bright: Wavetable::new(&[1.0, 0.55, 0.35, 0.28, 0.12, 0.1, 0.05]),
            dull: Wavetable::new(&[1.0, 0.22, 0.04]),
            bass_wave: Wavetable::new(&[1.0, 0.42, 0.18, 0.06]),
            style,
        }
    }

    pub(super) fn into_tracks(self) -> (Stereo, Stereo, f32) {
        (self.track, self.send, self.style.reverb_s)
    }

    pub(super) fn play(&mut self, bar: &Bar, score: &Score, random: &mut ChaCha8Rng) {
        let beat = score.beat_samples;
        let length = (bar.beats as f32 * beat) as usize;
        let swell = if bar.section == Section::Breath { 1.15 } else { 1.0 };
        self.pad(&bar.chord, bar.start, length, swell);
        self.arpeggio(bar, beat, random);
        for step in 0..bar.beats {
            let at = bar.start + (step as f32 * beat) as usize;
            let on = |beats: u8| beats >> step & 1 == 1;
            if on(self.style.bass_beats) && bar.section != Section::Breath {
                // The fifth on the fourth beat leads to the next bar.
                let lift = if step == 3 { 7.0 } else { 0.0 };
                self.bass(bar.chord.bass + lift, at, (beat * 0.92) as usize);
            }
            if matches!(bar.section, Section::Full | Section::Lift) {
                if on(self.style.kick_beats) {
                    self.kick(at);
                }
                if step % 2 == 1 && self.style.snap > 0.0 {
                    self.noise_hit(at, 0.07, 1_900.0, self.style.snap, 0.15, random);
                }
            }
            if bar.section != Section::Opening && self.style.shaker > 0.0 {
                for half in 0..2_u8 {
                    let late = (f32::from(half) * beat * 0.5) as usize;
                    let level = self.style.shaker * (0.55 + 0.45 * f32::from(half));
                    self.noise_hit(at + late, 0.035, 5_600.0, level, -0.3, random);
                }
            }
        }
    }

    /// The tonic, struck once and left to ring.
    pub(super) fn finish(&mut self, score: &Score) {
        let (chord, start) = (score.ending.0.clone(), score.ending.1);
        let length = self.track.len().saturating_sub(start);
        self.pad(&chord, start, length, 1.25);
        self.bass(chord.bass, start, length);
        let spread = (score.beat_samples * 0.12) as usize;
        let octave = 12.0 * self.style.pluck_octave;
        for (order, note) in chord.notes.iter().chain([&(chord.notes[0] + 12.0)]).enumerate() {
            let position = order as f32 * 0.25 - 0.4;
            let at = start + order * spread;
            self.pluck(note + octave, at, self.style.pluck, 1.3, position);
        }
    }

    fn pad(&mut self, chord: &Chord, start: usize, length: usize, swell: f32) {
        let release = (0.55 * RATE_HZ) as usize;
        let attack = if start == 0 { 0.03 } else { 0.28 } * RATE_HZ;
        let level = self.style.pad * swell / (chord.notes.len() as f32).sqrt();
        let whole = length + release;
        for (order, &note) in chord.notes.iter().enumerate() {
            for side in [-1.0_f32, 1.0] {
                // Five cents apart and one in each ear: width without a chorus.
                let step = midi_hz(note + side * 0.05) / RATE_HZ;
                let wave = &self.pad_wave;
                let sway = 0.13 + 0.04 * order as f32;
                let mut phase = 0.25 + 0.37 * order as f32 + side * 0.11;
                phase = phase.rem_euclid(1.0);
                let turn = std::f32::consts::TAU * sway / RATE_HZ;
                let sound = |at: usize| {
                    phase = (phase + step).fract();
                    let rise = (at as f32 / attack).min(1.0);
                    let fall = ((whole - at) as f32 / release as f32).min(1.0);
                    let shape = rise * rise * (3.0 - 2.0 * rise) * fall * fall;
                    let breathe = 0.86 + 0.14 * (at as f32 * turn + side).sin();
                    wave.at(phase) * level * shape * breathe
                };
                place_both(
                    &mut self.track,
                    &mut self.send,
                    0.45,
                    (start, whole, side * 0.7),
                    sound,
                );
            }
        }
    }

    fn arpeggio(&mut self, bar: &Bar, beat: f32, random: &mut ChaCha8Rng) {
        let steps = bar.beats * self.style.pluck_rate;
        let gap = beat / self.style.pluck_rate as f32;
        let notes = &bar.chord.notes;
        let turning = bar.index % 2 == 1;
        for step in 0..steps {
            // Rests make a phrase of it; the first note of a bar always sounds.
            let rest = match bar.section {
                Section::Opening => 0.45,
                Section::Breath => 0.3,
                Section::Full => 0.22,
                Section::Lift => 0.1,
            };
            let chance: f32 = random.random();
            if step > 0 && chance < rest {
                continue;
            }
            let order = if turning { notes.len() * 4 - 1 - step % notes.len() } else { step };
            let mut note = notes[order % notes.len()] + 12.0 * self.style.pluck_octave;
            if bar.section == Section::Lift && step % 4 == 2 {
                note += 12.0;
            }
            let accent = if step % self.style.pluck_rate == 0 { 1.0 } else { 0.72 };
            let human = 0.9 + 0.2 * random.random::<f32>();
            let late = (random.random::<f32>() * 0.006 * RATE_HZ) as usize;
            let position = if step % 2 == 0 { -0.45 } else { 0.45 };
            let at = bar.start + (step as f32 * gap) as usize + late;
            self.pluck(note, at, self.style.pluck * accent * human, 1.0, position);
        }
    }

    fn pluck(&mut self, note: f32, start: usize, level: f32, longer: f32, position: f32) {
        let decay = self.style.pluck_decay_s * longer * RATE_HZ;
        let length = (decay * 6.0) as usize;
        let step = midi_hz(note) / RATE_HZ;
        let (bright, dull) = (&self.bright, &self.dull);
        let attack = 0.004 * RATE_HZ;
        let mut phase = 0.0_f32;
        // Higher strings are quieter, as on any instrument.
        let level = level * (1.0 - ((note - 60.0) / 60.0).clamp(-0.2, 0.5));
        let sound = |at: usize| {
            phase = (phase + step).fract();
            let time = at as f32;
            let body = (-time / decay).exp();
            let edge = (-time / (decay * 0.3)).exp();
            let tone = dull.at(phase) * (1.0 - edge) + bright.at(phase) * edge;
            tone * level * body * (time / attack).min(1.0)
        };
        place_both(&mut self.track, &mut self.send, 0.6, (start, length, position), sound);
    }

    fn bass(&mut self, note: f32, start: usize, length: usize) {
        let step = midi_hz(note) / RATE_HZ;
        let (wave, level) = (&self.bass_wave, self.style.bass);
        let (attack, release) = (0.012 * RATE_HZ, 0.06 * RATE_HZ);
        let mut phase = 0.0_f32;
        place(&mut self.track, start, length, 0.0, |at| {
            phase = (phase + step).fract();
            let rise = (at as f32 / attack).min(1.0);
            let fall = ((length - at) as f32 / release).min(1.0);
            let sag = 0.55 + 0.45 * (-(at as f32) / (0.35 * RATE_HZ)).exp();
            wave.at(phase) * level * rise * fall * sag
        });
    }

    fn kick(&mut self, start: usize) {
        let level = self.style.kick;
        let mut phase = 0.0_f32;
        place(&mut self.track, start, (0.4 * RATE_HZ) as usize, 0.0, |at| {
            let time = at as f32 / RATE_HZ;
            phase += (50.0 + 75.0 * (-time / 0.028).exp()) / RATE_HZ;
            let body = (-time / 0.1).exp() * (time / 0.004).min(1.0);
            (phase * std::f32::consts::TAU).sin() * level * body
        });
    }

    fn noise_hit(
        &mut self,
        start: usize,
        decay_s: f32,
        centre_hz: f32,
        level: f32,
        position: f32,
        random: &mut ChaCha8Rng,
    ) {
        let mut filter = Filter::default();
        let length = (decay_s * 5.0 * RATE_HZ) as usize;
        let sound = |at: usize| {
            let time = at as f32 / RATE_HZ;
            let noise = random.random::<f32>() * 2.0 - 1.0;
            let (_, band, _) = filter.next(noise, centre_hz, 1.2);
            band * level * (-time / decay_s).exp() * (time / 0.004).min(1.0)
        };
        place_both(&mut self.track, &mut self.send, 0.25, (start, length, position), sound);
    }
}

/// Adds a sound to the dry track and, by `share`, to the reverb's send.
fn place_both(
    track: &mut Stereo,
    send: &mut Stereo,
    share: f32,
    (start, length, position): (usize, usize, f32),
    mut sound: impl FnMut(usize) -> f32,
) {
    let (left, right) = synth::pan(position);
    let end = (start + length).min(track.len());
    for at in start..end {
        let value = sound(at - start);
        track.left[at] += value * left;
        track.right[at] += value * right;
        send.left[at] += value * left * share;
        send.right[at] += value * right * share;
    }
}
