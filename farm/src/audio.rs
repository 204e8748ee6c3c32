//! Sound: a synthesised bed, small cues, the mix under the voice, and its loudness. Pure samples in
//! and out at 48 kHz; no files but the voice clips' WAV bytes, no clock.

pub mod cues;
pub mod limiter;
pub mod loudness;
pub mod mix;
pub mod music;
pub mod synth;
pub mod wav;

/// Two channels of samples, −1..1, of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stereo {
    /// Left channel.
    pub left: Vec<f32>,
    /// Right channel.
    pub right: Vec<f32>,
}

impl Stereo {
    /// Silence.
    #[must_use]
    pub fn silent(samples: usize) -> Self {
        Self { left: vec![0.0; samples], right: vec![0.0; samples] }
    }

    /// Samples a channel.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len().min(self.right.len())
    }

    /// Whether there are no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Multiplies both channels.
    pub fn scale(&mut self, gain: f32) {
        for sample in self.left.iter_mut().chain(&mut self.right) {
            *sample *= gain;
        }
    }

    /// Adds another track, sample by sample, as far as both reach.
    pub fn add(&mut self, other: &Self) {
        for (ours, theirs) in [(&mut self.left, &other.left), (&mut self.right, &other.right)] {
            for (sample, more) in ours.iter_mut().zip(theirs) {
                *sample += more;
            }
        }
    }
}

/// Decibels as a factor of amplitude.
#[must_use]
pub fn gain_of_db(db: f32) -> f32 {
    10_f32.powf(db / 20.0)
}
