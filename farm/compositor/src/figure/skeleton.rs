//! Bones, joints and their limits: joint angles in, points out. Knows no verbs, no time, no ink.
//!
//! Lengths are fractions of the standing height. Points are y down with the ground at y = 0 and the
//! figure facing right. Limb angles are degrees from hanging straight down, forward positive.

/// Hip to shoulders.
pub(super) const TORSO: f32 = 0.27;
/// Shoulders to the bottom of the head.
pub(super) const NECK: f32 = 0.025;
/// Radius of the head.
pub(super) const HEAD_RADIUS: f32 = 0.132;
/// Upper arm, and as long again the forearm.
pub(super) const ARM: f32 = 0.165;
/// Thigh, and as long again the shin.
pub(super) const LEG: f32 = 0.205;
/// Ankle to toe.
pub(super) const FOOT: f32 = 0.055;
/// How far below the shoulders' top the arms are hung.
const ARMPIT: f32 = 0.03;

/// Smallest and largest angle of each joint in degrees.
pub(super) mod limits {
    /// Leaning back and forward.
    pub(crate) const SPINE: (f32, f32) = (-40.0, 60.0);
    /// Tilting the head.
    pub(crate) const NECK: (f32, f32) = (-35.0, 35.0);
    /// Upper arm: backwards up to straight up and a little past it.
    pub(crate) const SHOULDER: (f32, f32) = (-185.0, 185.0);
    /// Elbow: folds either way because the upper arm turns about its own axis.
    pub(crate) const ELBOW: (f32, f32) = (-160.0, 160.0);
    /// Thigh: behind and in front.
    pub(crate) const HIP: (f32, f32) = (-75.0, 130.0);
    /// Knee: never bends forward.
    pub(crate) const KNEE: (f32, f32) = (0.0, 150.0);
    /// Pitch of the foot against the ground.
    pub(crate) const FOOT: (f32, f32) = (-60.0, 45.0);
}

/// An arm: upper arm angle, and how far the forearm is turned forward of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arm {
    /// Upper arm.
    pub(super) shoulder_deg: f32,
    /// Forearm relative to the upper arm.
    pub(super) elbow_deg: f32,
}

/// A leg: thigh angle, knee bend, and the foot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leg {
    /// Thigh.
    pub(super) hip_deg: f32,
    /// How far the shin is bent back from the thigh.
    pub(super) knee_deg: f32,
    /// Toe up is positive.
    pub(super) foot_deg: f32,
    /// Where the toe points: −1 left, 0 at the viewer, 1 forward.
    pub(super) toe: f32,
}

/// Everything that can be set about a body at one moment. Index 0 is the arm or leg drawn first
/// (the viewer's left in a frontal stance).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Joints {
    /// Where the hip stands over the anchor.
    pub(super) hip_x: f32,
    /// How high the lowest point hovers over the ground.
    pub(super) lift: f32,
    /// Whole body about the hip, clockwise positive.
    pub(super) turn_deg: f32,
    /// Lean of the torso, forward positive.
    pub(super) spine_deg: f32,
    /// Tilt of the head against the torso.
    pub(super) neck_deg: f32,
    /// Raised shoulders.
    pub(super) shrug: f32,
    /// Arms.
    pub(super) arms: [Arm; 2],
    /// Legs.
    pub(super) legs: [Leg; 2],
    /// What the face does.
    pub(super) face: Face,
}

/// What the face does; every part blends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    /// Where it looks: −1…1 right and down.
    pub(super) look: [f32; 2],
    /// −1 sad … 1 broad smile.
    pub(super) smile: f32,
    /// 0 none, 1 raised high.
    pub(super) brows: f32,
    /// 0 dots, 1 crosses.
    pub(super) daze: f32,
}

/// Where the joints are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Points {
    /// Base of the spine.
    pub(super) hip: [f32; 2],
    /// Top of the spine.
    pub(super) shoulders: [f32; 2],
    /// Where each arm begins, bends and ends.
    pub(super) arms: [[[f32; 2]; 3]; 2],
    /// Knee, ankle and toe of each leg.
    pub(super) legs: [[[f32; 2]; 3]; 2],
    /// Centre of the head.
    pub(super) head: [f32; 2],
    /// How far the head is turned clockwise.
    pub(super) head_deg: f32,
}

/// Straight-line mix of `a` and `b`.
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    (b - a).mul_add(t, a)
}

impl Joints {
    /// Every joint `t` of the way from `self` to `other`.
    pub(super) fn blend(&self, other: &Self, t: f32) -> Self {
        let arm = |i: usize| Arm {
            shoulder_deg: mix(self.arms[i].shoulder_deg, other.arms[i].shoulder_deg, t),
            elbow_deg: mix(self.arms[i].elbow_deg, other.arms[i].elbow_deg, t),
        };
        let leg = |i: usize| Leg {
            hip_deg: mix(self.legs[i].hip_deg, other.legs[i].hip_deg, t),
            knee_deg: mix(self.legs[i].knee_deg, other.legs[i].knee_deg, t),
            foot_deg: mix(self.legs[i].foot_deg, other.legs[i].foot_deg, t),
            toe: mix(self.legs[i].toe, other.legs[i].toe, t),
        };
        Self {
            hip_x: mix(self.hip_x, other.hip_x, t),
            lift: mix(self.lift, other.lift, t),
            turn_deg: mix(self.turn_deg, other.turn_deg, t),
            spine_deg: mix(self.spine_deg, other.spine_deg, t),
            neck_deg: mix(self.neck_deg, other.neck_deg, t),
            shrug: mix(self.shrug, other.shrug, t),
            arms: [arm(0), arm(1)],
            legs: [leg(0), leg(1)],
            face: Face {
                look: [
                    mix(self.face.look[0], other.face.look[0], t),
                    mix(self.face.look[1], other.face.look[1], t),
                ],
                smile: mix(self.face.smile, other.face.smile, t),
                brows: mix(self.face.brows, other.face.brows, t),
                daze: mix(self.face.daze, other.face.daze, t),
            },
        }
    }

    /// The same body with every joint inside its limits.
    pub(super) fn within_limits(mut self) -> Self {
        let clamp = |v: &mut f32, (low, high): (f32, f32)| *v = v.clamp(low, high);
        clamp(&mut self.spine_deg, limits::SPINE);
        clamp(&mut self.neck_deg, limits::NECK);
        for arm in &mut self.arms {
            clamp(&mut arm.shoulder_deg, limits::SHOULDER);
            clamp(&mut arm.elbow_deg, limits::ELBOW);
        }
        for leg in &mut self.legs {
            clamp(&mut leg.hip_deg, limits::HIP);
            clamp(&mut leg.knee_deg, limits::KNEE);
            clamp(&mut leg.foot_deg, limits::FOOT);
        }
        self
    }

    /// Forward kinematics: joint positions, the lowest of them `lift` above the ground.
    pub(super) fn points(&self) -> Points {
        let turn = self.turn_deg;
        let hip = [self.hip_x, 0.0];
        let spine_deg = self.spine_deg + turn;
        let head_deg = spine_deg + self.neck_deg;
        let shoulders = step(hip, 180.0 - spine_deg, TORSO);
        let head = step(shoulders, 180.0 - head_deg, NECK + HEAD_RADIUS);
        let hang = step(hip, 180.0 - spine_deg, TORSO - ARMPIT + self.shrug * ARMPIT);
        let arm = |arm: &Arm| {
            let upper = arm.shoulder_deg - turn;
            let elbow = step(hang, upper, ARM);
            [hang, elbow, step(elbow, upper + arm.elbow_deg, ARM)]
        };
        let leg = |leg: &Leg| {
            let thigh = leg.hip_deg - turn;
            let knee = step(hip, thigh, LEG);
            let ankle = step(knee, thigh - leg.knee_deg, LEG);
            // Shallow when the toe points at the viewer: the foot is foreshortened with its pitch.
            let along = FOOT * leg.toe * leg.foot_deg.to_radians().cos();
            let up = FOOT * leg.toe.abs() * leg.foot_deg.to_radians().sin();
            let (sin, cos) = turn.to_radians().sin_cos();
            let toe =
                [ankle[0] + along.mul_add(cos, up * sin), ankle[1] + along.mul_add(sin, -up * cos)];
            [knee, ankle, toe]
        };
        let mut points = Points {
            hip,
            shoulders,
            arms: [arm(&self.arms[0]), arm(&self.arms[1])],
            legs: [leg(&self.legs[0]), leg(&self.legs[1])],
            head,
            head_deg,
        };
        points.settle(self.lift);
        points
    }
}

impl Points {
    /// Left, top, right and bottom of all bones and the head, lines not counted.
    pub(super) fn bounds(&self) -> (f32, f32, f32, f32) {
        let [x, y] = self.head;
        let head = (x - HEAD_RADIUS, y - HEAD_RADIUS, x + HEAD_RADIUS, y + HEAD_RADIUS);
        let limbs = self.arms.iter().chain(&self.legs).flatten();
        limbs.chain([&self.hip, &self.shoulders]).fold(
            head,
            |(left, top, right, bottom), &[x, y]| {
                (left.min(x), top.min(y), right.max(x), bottom.max(y))
            },
        )
    }

    /// Shifts everything vertically so that the lowest point is `lift` above the ground.
    fn settle(&mut self, lift: f32) {
        let mut lowest = self.hip[1].max(self.head[1] + HEAD_RADIUS);
        for limb in self.arms.iter().chain(&self.legs) {
            lowest = limb.iter().fold(lowest, |low, point| low.max(point[1]));
        }
        let shift = -lowest - lift;
        self.hip[1] += shift;
        self.shoulders[1] += shift;
        self.head[1] += shift;
        for point in self.arms.iter_mut().chain(&mut self.legs).flatten() {
            point[1] += shift;
        }
    }
}

/// The point `length` away in the direction `angle_deg` from straight down, forward positive.
fn step(from: [f32; 2], angle_deg: f32, length: f32) -> [f32; 2] {
    let (sin, cos) = angle_deg.to_radians().sin_cos();
    [sin.mul_add(length, from[0]), cos.mul_add(length, from[1])]
}

/// Two equal bones from the root reaching for (`x`, `y`) below it: the first bone's angle and the
/// bend between them, both in degrees (law of cosines). Out of reach, they stretch towards it.
pub(super) fn reach(x: f32, y: f32, bone: f32) -> (f32, f32) {
    let distance = x.hypot(y).clamp(bone * 0.2, bone * 1.9995);
    let half_fold = (distance / (2.0 * bone)).acos().to_degrees();
    (x.atan2(y).to_degrees() + half_fold, 2.0 * half_fold)
}

/// A leg whose ankle stands `x` in front of the hip and `drop` below it, the foot flat.
pub(super) fn leg_to(x: f32, drop: f32, toe: f32) -> Leg {
    let (hip_deg, knee_deg) = reach(x, drop, LEG);
    Leg { hip_deg, knee_deg, foot_deg: 0.0, toe }
}
