//! Stage 10, `imagery`: one picture for every shot. This stage cannot fail.

use cutline_compositor::story::Composition;
use serde::{Deserialize, Serialize};

use crate::{blob::Blob, providers::Source};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `queries`.
    pub queries: super::queries::Queries,
}

/// One picture a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imagery {
    /// Same order as the shots.
    pub shots: Vec<ShotImagery>,
    /// One a speaker, for conversations.
    pub avatars: Vec<Option<Drawn>>,
}

/// A shot's picture and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotImagery {
    /// The shot's id.
    pub shot: u32,
    /// The picture.
    pub picture: Picture,
    /// "upload", "illustrator", "card".
    pub origin: String,
    /// Licence and credit.
    pub source: Option<Source>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// Illustrations.
    Drawing {
        /// The subject.
        hero: Drawn,
        /// Up to three.
        relatives: Vec<Drawn>,
        /// Layout.
        composition: Composition,
    },
    /// A photograph.
    Photo {
        /// The picture.
        blob: Blob,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// Point of interest, 0–1.
        focus: [f32; 2],
    },
    /// Type only.
    Card,
}

/// An illustration as a stored SVG document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// Id in its set.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// The document.
    pub svg: Blob,
    /// First byte of the word in the narration that names it; it enters on that word.
    pub span_start: Option<usize>,
}
