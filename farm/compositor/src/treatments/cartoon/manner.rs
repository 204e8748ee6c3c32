//! How the character behaves in a shot: when it nods, where it looks, what its arms do. Times only.

use crate::{
    face::MouthCue,
    scene::{Ease, Idle, Pose, Track},
    treatments::{Take, pieces::motion},
};

/// Two nods have at least so many frames between them.
const ACCENT_FRAMES_MIN: u32 = 26;
/// A word of so many letters may carry an accent.
const ACCENT_LETTERS_MIN: usize = 5;
/// It looks at a new thing for so long.
const GLANCE_FRAMES: u32 = 24;

/// What it does when.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    /// The mouth.
    pub(super) mouth: Vec<MouthCue>,
    /// Words that it stresses.
    pub(super) accents: Vec<u32>,
    /// Where it looks.
    pub(super) looks: Vec<(u32, [f32; 2])>,
    /// Word onsets.
    onsets: Vec<u32>,
    /// The frame on which it waves, if it does.
    pub(super) waves_at: Option<u32>,
    /// The frame on which it points, and to which side.
    pub(super) points: Option<(u32, f32)>,
    /// Sets its blinks apart from those of other shots.
    pub(super) phase_frames: u32,
    /// It stands there from the first frame of the video.
    settles: bool,
}

impl Manner {
    /// Its manner in a shot in which things come on at `entrances`, on the `side` where they stand.
    pub(super) fn of(take: &Take, mouth: Vec<MouthCue>, entrances: &[u32], side: f32) -> Self {
        let mut accents: Vec<u32> = Vec::new();
        for word in take.words() {
            let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
            let clear =
                accents.last().is_none_or(|last| word.start_frame >= last + ACCENT_FRAMES_MIN);
            if letters >= ACCENT_LETTERS_MIN && clear {
                accents.push(word.start_frame);
            }
        }
        let mut looks: Vec<(u32, [f32; 2])> = vec![(0, [0.0, 0.1])];
        for at in entrances {
            looks.push((at.saturating_sub(2), [0.95 * side, -0.35]));
            looks.push((at + GLANCE_FRAMES, [0.0, 0.1]));
        }
        looks.sort_by_key(|(at, _)| *at);
        Self {
            mouth,
            looks,
            onsets: take.words().map(|word| word.start_frame).collect(),
            waves_at: take.is_first().then(|| accents.first().copied().unwrap_or(4).min(8)),
            points: entrances.first().filter(|_| side != 0.0).map(|at| (*at, side)),
            accents,
            phase_frames: u32::try_from(take.index).unwrap_or(0) * 37,
            settles: take.is_first(),
        }
    }

    /// The pose of body and face: it breathes, leans from word to word, and stretches as it speaks.
    pub(super) fn pose(&self, x_px: f32, y_px: f32) -> Pose {
        let mut pose = Pose::at(x_px, y_px);
        if self.settles {
            pose = motion::enter(pose, motion::Entrance::Settle, -6.0);
        } else {
            // The cut finds it at the top of a little hop.
            pose.y_px = Track::fixed(y_px - 22.0).to(0.0, 7.0, y_px, Ease::In);
        }
        let mut lean = 1.0;
        for at in &self.accents {
            let at = *at as f32;
            motion::push(&mut pose.rotation_deg, at - 3.0, at + 7.0, 2.6 * lean, Ease::InOut);
            motion::push(&mut pose.y_px, at - 3.0, at + 2.0, y_px - 16.0, Ease::Out);
            motion::push(&mut pose.y_px, at + 2.0, at + 9.0, y_px, Ease::In);
            lean = -lean;
        }
        for at in &self.onsets {
            let at = *at as f32;
            motion::push(&mut pose.scale_y, at, at + 3.0, 1.018, Ease::Out);
            motion::push(&mut pose.scale_y, at + 3.0, at + 8.0, 1.0, Ease::InOut);
            motion::push(&mut pose.scale_x, at, at + 3.0, 0.988, Ease::Out);
            motion::push(&mut pose.scale_x, at + 3.0, at + 8.0, 1.0, Ease::InOut);
        }
        pose.idle = Some(Idle { x_px: 2.0, y_px: 3.0, rotation_deg: 0.9, hz: 0.36, phase: 0.1 });
        pose
    }

    /// The angle of an arm (`side` −1 left, 1 right), 0 hanging, positive away from the body.
    pub(super) fn arm(&self, side: f32) -> Track {
        let rest = 12.0;
        let mut angle = Track::fixed(rest);
        let up = |angle: &mut Track, at: f32, degrees: f32| {
            motion::push(angle, at, at + 8.0, degrees, Ease::Out);
        };
        if let Some(at) = self.waves_at.filter(|_| side > 0.0) {
            let at = at as f32;
            up(&mut angle, at, 128.0);
            for swing in 0..4 {
                let from = at + 8.0 + 6.0 * swing as f32;
                let to = if swing % 2 == 0 { 102.0 } else { 132.0 };
                motion::push(&mut angle, from, from + 6.0, to, Ease::InOut);
            }
            motion::push(&mut angle, at + 34.0, at + 44.0, rest, Ease::InOut);
        }
        if let Some((at, _)) = self.points.filter(|(_, to)| *to == side) {
            let at = (at as f32 - 3.0).max(0.0);
            up(&mut angle, at, 104.0);
            motion::push(&mut angle, at + 30.0, at + 42.0, rest, Ease::InOut);
        }
        for (n, at) in self.accents.iter().enumerate() {
            // The arms take turns.
            if (n % 2 == 0) == (side > 0.0) {
                let at = *at as f32;
                motion::push(&mut angle, at - 2.0, at + 6.0, 52.0, Ease::Out);
                motion::push(&mut angle, at + 12.0, at + 24.0, rest, Ease::InOut);
            }
        }
        angle
    }
}
