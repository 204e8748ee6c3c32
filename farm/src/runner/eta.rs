//! Time left: what each stage usually costs, times how fast this machine has been so far. Pure.

use crate::stages::Stage;

/// Length assumed before the intent is known, in seconds.
const DURATION_S_DEFAULT: f64 = 30.0;
/// Weight of the expectation against what is measured: this much expected work counts as having
/// gone at the expected speed, so that the first second does not swing the estimate.
const PRIOR_MS: f64 = 2_000.0;

/// The state of the estimate.
#[derive(Clone, Debug)]
pub struct Eta {
    duration_s: f64,
    writes_prose: bool,
    done: [f64; Stage::ALL.len()],
    resumed: [bool; Stage::ALL.len()],
}

impl Eta {
    /// Nothing done. `writes_prose`: a language model takes part.
    #[must_use]
    pub fn new(writes_prose: bool) -> Self {
        Self {
            duration_s: DURATION_S_DEFAULT,
            writes_prose,
            done: [0.0; Stage::ALL.len()],
            resumed: [false; Stage::ALL.len()],
        }
    }

    /// The video's length became known.
    pub fn set_duration(&mut self, duration_s: f64) {
        self.duration_s = duration_s.clamp(1.0, 600.0);
    }

    /// A stage's fraction, 0–1.
    pub fn progress(&mut self, stage: Stage, fraction: f64) {
        self.done[stage as usize] = fraction.clamp(0.0, 1.0);
    }

    /// A stage was finished by an earlier run: its work says nothing about this run's speed.
    pub fn resumed(&mut self, stage: Stage) {
        self.done[stage as usize] = 1.0;
        self.resumed[stage as usize] = true;
    }

    /// A stage's fraction, 0–1.
    #[must_use]
    pub fn fraction(&self, stage: Stage) -> f64 {
        self.done[stage as usize]
    }

    /// The whole run's fraction by expected work, 0–1.
    #[must_use]
    pub fn overall(&self) -> f64 {
        let total: f64 = Stage::ALL.iter().map(|&s| self.expected_ms(s)).sum();
        let done: f64 =
            Stage::ALL.iter().map(|&s| self.expected_ms(s) * self.done[s as usize]).sum();
        (done / total).clamp(0.0, 1.0)
    }

    /// Milliseconds left: expected work left × (time taken ÷ expected work done).
    #[must_use]
    pub fn left_ms(&self, elapsed_ms: f64) -> u64 {
        let (mut done, mut left) = (0.0, 0.0);
        for stage in Stage::ALL {
            let expected = self.expected_ms(stage);
            let fraction = self.done[stage as usize];
            left += expected * (1.0 - fraction);
            if !self.resumed[stage as usize] {
                done += expected * fraction;
            }
        }
        let pace = (elapsed_ms + PRIOR_MS) / (done + PRIOR_MS);
        (left * pace).clamp(0.0, 86_400_000.0) as u64
    }

    /// What a stage usually takes on two idle cores, in milliseconds.
    fn expected_ms(&self, stage: Stage) -> f64 {
        let per_video_second = |ms: f64| ms * self.duration_s;
        match stage {
            Stage::Script if self.writes_prose => 16_000.0 + per_video_second(300.0),
            Stage::Voice => per_video_second(650.0),
            Stage::Imagery => 300.0 + per_video_second(25.0),
            Stage::Render => 1_000.0 + per_video_second(900.0),
            Stage::Intent => 150.0,
            _ => 20.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_half_as_fast_has_twice_as_long_to_go() {
        let mut eta = Eta::new(false);
        eta.set_duration(60.0);
        for stage in Stage::ALL.into_iter().take(8) {
            eta.progress(stage, 1.0);
        }
        let worked_ms: f64 = Stage::ALL.iter().take(8).map(|&s| eta.expected_ms(s)).sum();
        let usual = eta.left_ms(worked_ms) as f64;
        let slow = eta.left_ms(worked_ms * 2.0) as f64;
        assert!((slow / usual - 2.0).abs() < 0.1, "{slow} against {usual}");
    }

    #[test]
    fn resumed_stages_do_not_make_the_rest_look_quick() {
        let mut eta = Eta::new(false);
        let fresh = eta.left_ms(0.0);
        eta.resumed(Stage::Voice);
        let left = eta.left_ms(100.0);
        assert!(left < fresh);
        assert!(left as f64 >= eta.expected_ms(Stage::Render), "{left}");
    }

    #[test]
    fn a_finished_run_is_whole_and_has_nothing_left() {
        let mut eta = Eta::new(true);
        for stage in Stage::ALL {
            eta.progress(stage, 1.0);
        }
        assert_eq!(eta.left_ms(9_000.0), 0);
        assert!((eta.overall() - 1.0).abs() < 1e-9);
    }
}
