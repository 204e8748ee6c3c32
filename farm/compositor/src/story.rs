//! What a treatment is given: the whole storyboard with everything already decided except pixels.
//! A treatment turns one shot of it into a [`crate::scene::Scene`]; it reads no clock and no file.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Which world the video lives in. The remaining formats map to the nearest of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Layered scenes: sky, far, near, figure; light changes by beat.
    AiStory,
    /// Hero with labels, arrows, counters, charts.
    Educational,
    /// Number chip, item title, progress dots.
    Listicle,
    /// Kinetic type, one idea a line.
    Quote,
    /// A phone conversation.
    FakeText,
    /// Stick figures on paper.
    StickAnimation,
    /// A thing with a face that talks.
    Cartoon,
    /// A clip that was filmed elsewhere, full frame.
    Filmed,
}

/// Named palettes (art direction, Palettes). Colours live in `palette.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum PaletteName {
    Sea,
    Night,
    Sunrise,
    Forest,
    Paper,
    Candy,
    Ember,
    Slate,
    Gold,
    Ice,
    Meadow,
    Neon,
}

/// The whole video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Storyboard {
    /// The world.
    pub treatment: Treatment,
    /// Short title, at most six words.
    pub title: String,
    /// BCP 47 tag of the text.
    pub language: String,
    /// Varies layouts; everything random comes from it.
    pub seed: u64,
    /// Names of the speakers, in order of their numbers; empty where a narrator speaks.
    pub speakers: Vec<Speaker>,
    /// Who talks, in a cartoon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<Character>,
    /// In order.
    pub shots: Vec<StoryShot>,
}

/// A thing that talks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// What it is ("coffee mug").
    pub name: String,
    /// Its body; none where the illustrator knows no such thing.
    pub body: Option<Arc<str>>,
    /// For every shot what its mouth does, in frames from the shot's start.
    pub mouths: Vec<Vec<crate::face::MouthCue>>,
}

/// Somebody who speaks in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// Shown name ("Mr. Whiskers").
    pub name: String,
    /// Their picture, if the illustrator found one.
    pub avatar: Option<Art>,
    /// True for the owner of the phone (bubbles on the right).
    pub own_phone: bool,
}

/// One shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoryShot {
    /// Which beat it belongs to; the first beat is the hook, the last the resolution.
    pub beat: u32,
    /// Number of beats in the video.
    pub beats: u32,
    /// What it is for.
    pub role: ShotRole,
    /// Length in frames.
    pub frames: u32,
    /// Palette of this shot.
    pub palette: PaletteName,
    /// What is said, with frames from the shot's start.
    pub lines: Vec<SpokenLine>,
    /// Big on-screen words, apart from captions.
    pub on_screen: Option<String>,
    /// A number worth drawing ("3", "70 %", "$10,000"), spoken at the given frame.
    pub figure: Option<NumberCard>,
    /// The picture.
    pub visual: Visual,
    /// Caption pages, frames from the shot's start; empty where bubbles are the captions.
    pub captions: Vec<CaptionSpan>,
    /// The camera's move.
    pub camera: CameraMove,
    /// Verbs from the narration that a figure can act, with the frame of the word.
    pub acts: Vec<(crate::figure::Verb, u32)>,
}

/// What a shot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShotRole {
    /// Opens the video: its words land big inside 0.8 s.
    Hook,
    /// Carries the body.
    Body,
    /// Item `n` of `of`, in counting order of display (a countdown shows `of` first).
    Item {
        /// The number shown.
        n: u32,
        /// How many there are.
        of: u32,
    },
    /// Resolves, echoes the first frame.
    Close,
}

/// One speaker's line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenLine {
    /// Index into `Storyboard::speakers`, or `None` for the narrator.
    pub speaker: Option<u32>,
    /// As written.
    pub text: String,
    /// When it is spoken.
    pub words: Vec<SpokenWord>,
}

/// A word and when it sounds, in frames from the shot's start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// As written.
    pub text: String,
    /// Onset.
    pub start_frame: u32,
    /// End.
    pub end_frame: u32,
}

/// A number to be shown as a counter, bar or card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberCard {
    /// As written ("$10,000", "3", "70 %").
    pub text: String,
    /// Its magnitude, for counting up and for charts.
    pub value: f64,
    /// The frame on which it is spoken.
    pub at_frame: u32,
}

/// What the imagery chain found for a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visual {
    /// Illustrations to be laid out.
    Drawing {
        /// The subject.
        hero: Art,
        /// Up to three relatives.
        relatives: Vec<Art>,
        /// How they are laid out.
        composition: Composition,
    },
    /// A photograph (Ken Burns towards `focus`).
    Photo {
        /// Name under which the renderer holds the decoded picture.
        picture: String,
        /// Point of interest, 0–1.
        focus: [f32; 2],
    },
    /// A moving picture, full frame.
    Clip {
        /// Name under which the renderer is handed its frames.
        clip: String,
        /// What of it the shot begins with, milliseconds from its start.
        from_ms: u32,
        /// What is shown when it is over before the shot.
        ends: crate::clip::ClipEnd,
        /// Point of interest, 0–1.
        focus: [f32; 2],
    },
    /// Nothing but type.
    Card,
}

/// A vector picture with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Art {
    /// What it shows ("octopus").
    pub name: String,
    /// A complete SVG document with a square view box.
    pub svg: Arc<str>,
    /// The frame of the word that names it: it enters there.
    pub at_frame: u32,
    /// That word as spoken; none where no word names it and it comes in its turn.
    pub named_by: Option<String>,
}

/// Layouts of hero and relatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Composition {
    Hero,
    Trio,
    Parade,
    Orbit,
    Versus,
    NumberCard,
    Path,
    Title,
}

/// A caption page on the shot's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionSpan {
    /// First frame shown.
    pub start_frame: u32,
    /// First frame gone.
    pub end_frame: u32,
    /// The page.
    pub words: Vec<crate::scene::CaptionWord>,
}

/// Camera moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraMove {
    /// Slow push towards the focus, 1.00 → `to`.
    Push {
        /// Final zoom.
        to: f32,
    },
    /// Slow pull back, `from` → 1.00.
    Pull {
        /// First zoom.
        from: f32,
    },
    /// Sideways drift over this many pixels at stage depth.
    Drift {
        /// Pixels, signed.
        x_px: f32,
    },
    /// Still (the content moves).
    Still,
}

/// How a shot replaces the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// At once.
    Cut,
    /// Dissolve.
    Crossfade,
    /// The new pushes the old out.
    Push,
    /// The old grows through, the new settles.
    Zoom,
    /// A soft edge travels.
    Wipe,
}
