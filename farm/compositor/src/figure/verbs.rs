//! One pose function a verb: frames since the act began in, joints out. Pure and periodic.

use std::f32::consts::TAU;

use super::skeleton::{Arm, Face, Joints, LEG, Leg, leg_to, mix};
use super::{Act, Verb};

/// Frames of one walking cycle (two steps).
const WALK_CYCLE_FRAMES: f32 = 30.0;
/// Frames of one running cycle.
const RUN_CYCLE_FRAMES: f32 = 18.0;
/// Part of a cycle during which a walking foot is on the ground.
const WALK_STANCE: f32 = 0.6;
/// The same for a runner: less than half, so both feet leave the ground.
const RUN_STANCE: f32 = 0.36;
/// Half of a walking step.
const WALK_REACH: f32 = 0.125;
/// Half of a loaded step.
const CARRY_REACH: f32 = 0.08;
/// Half of a running step.
const RUN_REACH: f32 = 0.13;
/// Frames of a jump from crouch to standing again.
pub(super) const JUMP_FRAMES: f32 = 42.0;
/// Height of a jump.
pub(super) const JUMP_LIFT: f32 = 0.26;

/// Forward speed in standing heights a frame at which a verb's planted foot does not slide.
pub(super) fn ground_speed(verb: Verb) -> f32 {
    let speed = |reach: f32, stance: f32, cycle: f32| 2.0 * reach / (stance * cycle);
    match verb {
        Verb::Walk => speed(WALK_REACH, WALK_STANCE, WALK_CYCLE_FRAMES),
        Verb::Carry => speed(CARRY_REACH, WALK_STANCE, WALK_CYCLE_FRAMES),
        Verb::Run => speed(RUN_REACH, RUN_STANCE, RUN_CYCLE_FRAMES),
        _ => 0.0,
    }
}

/// The joints of `act` at `frame` (the figure's own timeline).
pub(super) fn joints(act: &Act, frame: f32) -> Joints {
    let since = frame - act.from_frame as f32;
    match act.verb {
        Verb::Stand => stand(frame),
        Verb::Walk => walk(since),
        Verb::Run => run(since),
        Verb::Point => point(frame, since),
        Verb::Think => think(frame, since),
        Verb::Jump => jump(frame, since, act.until_frame.saturating_sub(act.from_frame)),
        Verb::Fall => fall(since),
        Verb::Shrug => shrug(frame, since),
        Verb::Carry => carry(since),
        Verb::Wave => wave(frame, since),
        Verb::Cheer => cheer(frame, since),
    }
}

/// A sine of `period` frames.
fn swing(frame: f32, period: f32) -> f32 {
    (frame / period * TAU).sin()
}

/// 0 → 1 over `from..from + length`, smooth at both ends.
fn ramp(frame: f32, from: f32, length: f32) -> f32 {
    let t = ((frame - from) / length).clamp(0.0, 1.0);
    t * t * 2.0f32.mul_add(-t, 3.0)
}

/// A frontal stance: feet apart, arms loose, breathing, weight shifting from foot to foot.
fn stand(frame: f32) -> Joints {
    let breath = swing(frame, 84.0);
    let sway = swing(frame, 130.0);
    let hip_x = 0.010 * sway;
    let drop = 0.004f32.mul_add(breath, 0.397);
    Joints {
        hip_x,
        lift: 0.0,
        turn_deg: 0.0,
        spine_deg: -1.2 * sway,
        neck_deg: 3.0 * swing(frame + 20.0, 170.0),
        shrug: 0.25 * breath,
        arms: [
            Arm { shoulder_deg: -27.0 - 2.5 * breath, elbow_deg: 9.0 + 2.0 * sway },
            Arm { shoulder_deg: 27.0 + 2.5 * breath, elbow_deg: -9.0 + 2.0 * sway },
        ],
        legs: [leg_to(-0.078 - hip_x, drop, -0.75), leg_to(0.078 - hip_x, drop, 0.75)],
        face: Face {
            look: [0.30 + 0.12 * swing(frame, 190.0), 0.0],
            smile: 0.8,
            brows: 0.0,
            daze: 0.0,
        },
    }
}

/// One leg of a gait at `phase` turns: back along the ground during stance, over an arc after it.
fn gait_leg(phase: f32, stance: f32, reach: f32, lift: f32, hip_height: f32) -> (Leg, f32) {
    let phase = phase.rem_euclid(1.0);
    if phase < stance {
        let x = mix(reach, -reach, phase / stance);
        return (leg_to(x, hip_height, 1.0), 0.0);
    }
    let t = (phase - stance) / (1.0 - stance);
    let raised = lift * (t * std::f32::consts::PI).sin();
    let eased = t * t * 2.0f32.mul_add(-t, 3.0);
    let mut leg = leg_to(mix(-reach, reach, eased), hip_height - raised, 1.0);
    leg.foot_deg = -28.0 * (raised / lift.max(1e-3)) * (1.0 - t);
    (leg, raised)
}

fn walk(since: f32) -> Joints {
    stroll(since, WALK_REACH, 0.06)
}

fn stroll(since: f32, reach: f32, foot_lift: f32) -> Joints {
    let phase = since / WALK_CYCLE_FRAMES;
    let beat = (phase * TAU).cos();
    // The hip is lowest with both feet down and highest as one passes the other.
    let hip_height = 0.006f32.mul_add((phase * 2.0 * TAU).sin(), 0.379);
    let arm = |forward: f32| Arm { shoulder_deg: 32.0 * forward, elbow_deg: 18.0 + 14.0 * forward };
    Joints {
        hip_x: 0.0,
        lift: 0.0,
        turn_deg: 0.0,
        spine_deg: 4.0,
        neck_deg: -2.0 + 2.0 * (phase * 2.0 * TAU).sin(),
        shrug: 0.0,
        arms: [arm(-beat), arm(beat)],
        legs: [
            gait_leg(phase, WALK_STANCE, reach, foot_lift, hip_height).0,
            gait_leg(phase + 0.5, WALK_STANCE, reach, foot_lift, hip_height).0,
        ],
        face: Face { look: [0.85, 0.0], smile: 0.7, brows: 0.0, daze: 0.0 },
    }
}

fn run(since: f32) -> Joints {
    let phase = since / RUN_CYCLE_FRAMES;
    let beat = (phase * TAU).cos();
    let hip_height = 0.365;
    let [first, second] =
        [0.0, 0.5].map(|offset| gait_leg(phase + offset, RUN_STANCE, RUN_REACH, 0.15, hip_height));
    // In flight neither foot is down: the whole body follows a shallow arc over the gap.
    let gap = 0.5 - RUN_STANCE;
    let flight = ((phase.rem_euclid(0.5) - RUN_STANCE) / gap).clamp(0.0, 1.0);
    let lift = 0.035 * 4.0 * flight * (1.0 - flight);
    let lowest_foot = if flight > 0.0 { first.1.min(second.1) } else { 0.0 };
    let arm = |forward: f32| Arm { shoulder_deg: 8.0 + 52.0 * forward, elbow_deg: 92.0 };
    Joints {
        hip_x: 0.0,
        lift: lift.max(lowest_foot.min(0.05)),
        turn_deg: 0.0,
        spine_deg: 14.0,
        neck_deg: -10.0,
        shrug: 0.0,
        arms: [arm(-beat), arm(beat)],
        legs: [first.0, second.0],
        face: Face { look: [0.95, 0.05], smile: 0.6, brows: 0.35, daze: 0.0 },
    }
}

/// The near arm up to the right after a small swing back, the other hand on the hip.
fn point(frame: f32, since: f32) -> Joints {
    let mut body = stand(frame);
    let back = ramp(since, 0.0, 4.0) - ramp(since, 4.0, 6.0);
    let jab = 4.0 * swing(since, 26.0);
    body.arms[1] = Arm { shoulder_deg: 118.0 + jab - 70.0 * back, elbow_deg: 6.0 };
    body.arms[0] = Arm { shoulder_deg: -52.0, elbow_deg: 98.0 };
    body.spine_deg += 3.0;
    body.neck_deg += 3.0;
    body.face = Face { look: [0.75, -0.45], smile: 0.9, brows: 0.5, daze: 0.0 };
    body
}

/// Hand to chin, eyes up, one foot tapping.
fn think(frame: f32, since: f32) -> Joints {
    let mut body = stand(frame);
    body.arms[1] = Arm { shoulder_deg: 44.0 + 1.5 * swing(since, 50.0), elbow_deg: 152.0 };
    body.arms[0] = Arm { shoulder_deg: -14.0, elbow_deg: 76.0 };
    body.neck_deg = 9.0 + 3.0 * swing(since, 76.0);
    let tap = swing(since, 20.0).max(0.0) * if (since / 20.0) as u32 % 4 < 2 { 1.0 } else { 0.0 };
    body.legs[1].foot_deg = 26.0 * tap;
    body.face = Face { look: [0.55, -0.8], smile: 0.05, brows: 0.8, daze: 0.0 };
    body
}

/// Crouch, leap, tuck, land, rise; again while the act still has room for a whole jump.
fn jump(frame: f32, since: f32, act_frames: u32) -> Joints {
    let rounds = (act_frames as f32 / JUMP_FRAMES).floor().max(1.0);
    let round = (since / JUMP_FRAMES).floor().min(rounds - 1.0).max(0.0);
    let t = JUMP_FRAMES.mul_add(-round, since);
    let crouch = ramp(t, 0.0, 9.0) - ramp(t, 9.0, 3.0);
    let landing = ramp(t, 25.0, 4.0) - ramp(t, 29.0, 11.0);
    let air = ((t - 11.0) / 15.0).clamp(0.0, 1.0);
    let flight = 4.0 * air * (1.0 - air);
    let bend = crouch.max(landing);
    let mut body = stand(frame);
    let drop = (0.16f32).mul_add(-bend, 0.40) - 0.13 * flight;
    let spread = mix(0.078, 0.06, bend);
    body.hip_x = -0.05 * bend;
    for (side, sign) in [(0, -1.0), (1, 1.0)] {
        body.legs[side] = leg_to(sign * spread - body.hip_x, drop.min(LEG * 1.98), 0.75);
        body.legs[side].foot_deg = -38.0 * flight;
        let up = 150.0 * flight.sqrt() + 26.0;
        body.arms[side] = Arm {
            shoulder_deg: mix(sign * up, -42.0, bend),
            elbow_deg: mix(sign * 14.0, 24.0, bend),
        };
    }
    body.spine_deg = 34.0 * bend;
    body.neck_deg = -20.0 * bend;
    body.lift = JUMP_LIFT * flight;
    body.face = Face {
        look: [0.5, mix(0.0, -0.5, flight)],
        smile: mix(0.5, 1.0, flight),
        brows: flight,
        daze: 0.0,
    };
    body
}

/// The feet slip forward, the arms windmill, the back lands, bounces once and stays.
fn fall(since: f32) -> Joints {
    let mut body = stand(since);
    let panic = 1.0 - ramp(since, 13.0, 5.0);
    let drop = ((since - 4.0) / 11.0).clamp(0.0, 1.0);
    let bounce = ((since - 15.0) / 9.0).clamp(0.0, 1.0);
    let hop = 4.0 * bounce * (1.0 - bounce);
    body.turn_deg = -88.0 * drop * drop + 7.0 * hop;
    body.hip_x = 0.05 * drop;
    body.lift = 0.035 * hop;
    let kick = ramp(since, 6.0, 7.0) - 0.75 * ramp(since, 17.0, 8.0);
    body.legs[0] = Leg { hip_deg: 4.0 + 46.0 * kick, knee_deg: 8.0, foot_deg: 0.0, toe: 0.8 };
    body.legs[1] =
        Leg { hip_deg: 10.0 + 58.0 * kick, knee_deg: 14.0 + 26.0 * kick, foot_deg: 0.0, toe: 0.8 };
    let windmill = 40.0 * swing(since, 9.0) * panic;
    let flop = 1.0 - panic;
    body.arms[0] = Arm {
        shoulder_deg: mix(-120.0 + windmill, -165.0, flop),
        elbow_deg: mix(-20.0, -12.0, flop),
    };
    body.arms[1] = Arm {
        shoulder_deg: mix(120.0 + windmill, 24.0, flop),
        elbow_deg: mix(20.0, 34.0 + 3.0 * swing(since, 60.0), flop),
    };
    body.spine_deg = -8.0 * drop;
    body.neck_deg = mix(10.0, 4.0, drop) + 2.0 * swing(since, 70.0);
    let dazed = ramp(since, 14.0, 2.0);
    body.face = Face { look: [0.3, -0.2], smile: -0.7, brows: 1.0 - dazed, daze: dazed };
    body
}

/// Both palms up, shoulders to the ears, head aside.
fn shrug(frame: f32, since: f32) -> Joints {
    let mut body = stand(frame);
    let hold = 0.08f32.mul_add(swing(since, 34.0), 0.96);
    body.shrug = 1.2 * hold;
    body.arms = [
        Arm { shoulder_deg: -50.0 * hold, elbow_deg: -72.0 * hold },
        Arm { shoulder_deg: 50.0 * hold, elbow_deg: 72.0 * hold },
    ];
    body.neck_deg = 11.0 * hold;
    body.face = Face { look: [0.2, 0.0], smile: -0.25, brows: 1.0, daze: 0.0 };
    body
}

/// Short steps, arms forward under a load, leaning back against it.
fn carry(since: f32) -> Joints {
    let mut body = stroll(since, CARRY_REACH, 0.045);
    let sway = 2.0 * (since / WALK_CYCLE_FRAMES * 2.0 * TAU).sin();
    body.arms = [
        Arm { shoulder_deg: 30.0 + sway, elbow_deg: 58.0 },
        Arm { shoulder_deg: 38.0 + sway, elbow_deg: 56.0 },
    ];
    body.spine_deg = -6.0;
    body.neck_deg = 4.0;
    body.face = Face { look: [0.7, 0.1], smile: 0.2, brows: 0.3, daze: 0.0 };
    body
}

/// One arm up, its forearm waving.
fn wave(frame: f32, since: f32) -> Joints {
    let mut body = stand(frame);
    body.arms[1] = Arm { shoulder_deg: 104.0, elbow_deg: 38.0 + 27.0 * swing(since, 15.0) };
    body.neck_deg = 6.0;
    body.face = Face { look: [0.2, -0.05], smile: 1.0, brows: 0.4, daze: 0.0 };
    body
}

/// Both arms up in a wide V, small hops.
fn cheer(frame: f32, since: f32) -> Joints {
    let mut body = stand(frame);
    let pump = swing(since, 16.0);
    body.arms = [
        Arm { shoulder_deg: -126.0 - 9.0 * pump, elbow_deg: -14.0 + 8.0 * pump },
        Arm { shoulder_deg: 126.0 + 9.0 * pump, elbow_deg: 14.0 - 8.0 * pump },
    ];
    body.lift = 0.035 * pump.max(0.0);
    body.face = Face { look: [0.15, -0.3], smile: 1.0, brows: 0.7, daze: 0.0 };
    body
}
