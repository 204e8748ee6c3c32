//! Stage 8, `motion`: camera, transitions, emphasis, music, cues. Plans, draws nothing; where
//! somebody who talks is filmed elsewhere, has the film of it.

mod footage;
mod plan;
#[cfg(test)]
mod tests;

use cutline_compositor::story::{CameraMove, Transition};
use serde::{Deserialize, Serialize};

use super::intent::Filmed;
use crate::context::{StageContext, StageError};
pub use footage::Footage;

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `voice`.
    pub narration: super::voice::Narration,
    /// From stage `timing`.
    pub timeline: super::timing::Timeline,
}

/// Plans how everything moves and sounds. The same input gives the same plan.
///
/// # Errors
/// [`StageError::Invariant`] when timeline and shot list do not belong together; where a photograph
/// is to talk, [`StageError::User`] when it cannot, [`StageError::Provider`] when another try may
/// succeed.
pub async fn run(input: &Input, context: &StageContext) -> Result<MotionPlan, StageError> {
    let mut plan = plan::plan(input)?;
    plan.footage = match (input.intent.filmed, &input.script.reel) {
        (None, _) => return Ok(plan),
        (Some(Filmed::Photograph), _) => footage::of_photograph(input, context).await?,
        (Some(Filmed::Scenes), Some(reel)) => footage::of_reel(reel, &input.timeline)?,
        (Some(Filmed::Scenes), None) => {
            return Err(StageError::Invariant("a film without its scenes".to_owned()));
        }
    };
    // A film moves by itself; what pops up in a drawing does not here.
    for shot in &mut plan.shots {
        (shot.camera, shot.transition) = (CameraMove::Still, Transition::Cut);
        shot.transition_frames = 0;
    }
    plan.cues.clear();
    Ok(plan)
}

/// How everything moves and sounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MotionPlan {
    /// One a shot.
    pub shots: Vec<ShotMotion>,
    /// The bed.
    pub music: MusicPlan,
    /// Small synthesised sounds at entrances, never two within 300 ms.
    pub cues: Vec<Cue>,
    /// What was filmed elsewhere, one a shot; empty where everything is made here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub footage: Vec<Footage>,
}

/// A shot's motion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotMotion {
    /// The shot's id.
    pub shot: u32,
    /// Camera move.
    pub camera: CameraMove,
    /// How it replaces the one before.
    pub transition: Transition,
    /// Length of the transition (0 for a cut); it plays in the first frames of this shot.
    pub transition_frames: u32,
    /// Frames (video timeline) of stressed words.
    pub emphasis: Vec<u32>,
}

/// What the bed is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MusicPlan {
    /// Mood.
    pub mood: Mood,
    /// Tempo.
    pub bpm: f32,
    /// Root as a MIDI note number (48 = C3).
    pub root_midi: u8,
    /// Minor or major.
    pub minor: bool,
    /// Varies the pattern.
    pub seed: u64,
    /// How far under the voice, in LU.
    pub under_voice_lu: f32,
    /// How much it ducks while somebody speaks, in dB.
    pub duck_db: f32,
}

/// Moods of the bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Mood {
    Wonder,
    Playful,
    Ominous,
    Calm,
    Driving,
    Sober,
    Warm,
}

/// A small sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// When, on the video's timeline.
    pub frame: u32,
    /// Which.
    pub kind: CueKind,
}

/// Small sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum CueKind {
    Pop,
    Whoosh,
    Tick,
    Message,
}
