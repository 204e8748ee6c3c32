//! What is on screen, as data. A scene knows no pixels; the compositor knows no director.
//!
//! All coordinates are *design pixels*: 1080 wide, 1920 high, origin top left, y down. The engine
//! scales them to the output picture. Frames count from the scene's own start at 30 per second.
//! Colours are sRGB, straight (not premultiplied) alpha.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Design space width in pixels.
pub const DESIGN_WIDTH_PX: f32 = 1080.0;
/// Design space height in pixels.
pub const DESIGN_HEIGHT_PX: f32 = 1920.0;
/// Frames per second of every timeline.
pub const FPS: u32 = 30;

/// An sRGB colour with straight alpha, 0–255 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rgba(pub u8, pub u8, pub u8, pub u8);

/// One shot's picture over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Length in frames. A transition may evaluate a scene a little past its end: tracks hold.
    pub frames: u32,
    /// The move that every layer with `depth > 0` follows.
    pub camera: Camera,
    /// Back to front.
    pub layers: Vec<Layer>,
}

/// A virtual camera: a zoom about a focus, and a pan. A layer of depth `d` sees
/// `zoom_d = 1 + (zoom − 1)·d` and `pan_d = pan·d`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Zoom factor, 1 = design size.
    pub zoom: Track,
    /// Horizontal pan in design pixels (positive moves the picture left).
    pub pan_x_px: Track,
    /// Vertical pan in design pixels (positive moves the picture up).
    pub pan_y_px: Track,
    /// The point that stays put while zooming.
    pub focus_px: [f32; 2],
}

/// A thing on screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// For debugging and tests; not unique.
    pub name: String,
    /// What is drawn.
    pub content: Content,
    /// Parallax factor: 0 is glued to the screen, 0.3 far, 0.6 middle, 1 stage, 1.3 near.
    pub depth: f32,
    /// First visible frame.
    pub from_frame: u32,
    /// First frame no longer visible (`u32::MAX`: stays).
    pub until_frame: u32,
    /// Where and how it stands.
    pub pose: Pose,
}

/// Placement over time. The content's own centre is its anchor: it sits at (`x_px`, `y_px`), scaled
/// and turned about that point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Centre x.
    pub x_px: Track,
    /// Centre y.
    pub y_px: Track,
    /// Horizontal scale, 1 = the content's own size; negative mirrors.
    pub scale_x: Track,
    /// Vertical scale.
    pub scale_y: Track,
    /// Clockwise rotation in degrees.
    pub rotation_deg: Track,
    /// 0–1.
    pub opacity: Track,
    /// A small endless movement on top.
    pub idle: Option<Idle>,
}

/// Sinusoidal float so that nothing stands still.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Idle {
    /// Amplitude of the horizontal float in pixels.
    pub x_px: f32,
    /// Amplitude of the vertical float in pixels.
    pub y_px: f32,
    /// Amplitude of the sway in degrees.
    pub rotation_deg: f32,
    /// Frequency.
    pub hz: f32,
    /// Phase in turns, 0–1.
    pub phase: f32,
}

/// A scalar over time: `base` before the first key, then eased from key to key, then held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// Value before the first key (and always, when there are no keys).
    pub base: f32,
    /// In ascending frame order.
    pub keys: Vec<Key>,
}

/// A point on a track; `ease` shapes the way *to* this key from the one before (or from `base`,
/// starting at `start_frame`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// When the move to `value` begins.
    pub start_frame: f32,
    /// When it ends (springs may ring on past it by design: they are settled here).
    pub end_frame: f32,
    /// Target value.
    pub value: f32,
    /// Shape of the move.
    pub ease: Ease,
}

/// Easing curves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ease {
    /// Jump at the end frame.
    Hold,
    /// Constant speed.
    Linear,
    /// Cubic ease-in.
    In,
    /// Cubic ease-out.
    Out,
    /// Smoothstep-like cubic in-out.
    InOut,
    /// Under-damped spring; the first overshoot is this fraction of the move (0.06–0.10 usual).
    Spring(f32),
}

/// What a layer draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Fills the frame (bleeding enough for camera moves).
    Backdrop(Backdrop),
    /// An SVG document scaled to the given box.
    Svg(SvgArt),
    /// A photograph covering the given box.
    Photo(PhotoArt),
    /// A moving picture covering the given box.
    Clip(crate::clip::ClipArt),
    /// Shaped text.
    Text(TextBlock),
    /// A caption page whose active word changes.
    Caption(CaptionPage),
    /// Path data that may draw itself.
    Path(PathArt),
    /// An articulated stick figure.
    Figure(crate::figure::Figure),
    /// The face of a thing that talks.
    Face(crate::face::Face),
}

/// Linear gradient with radial glows on top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backdrop {
    /// Offset 0–1 and colour, ascending.
    pub stops: Vec<(f32, Rgba)>,
    /// Direction: 0 runs top to bottom, positive leans clockwise.
    pub angle_deg: f32,
    /// Radial glows, drawn in order.
    pub glows: Vec<Glow>,
}

/// A soft radial light.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Glow {
    /// Centre in design pixels.
    pub centre_px: [f32; 2],
    /// Where it has faded out.
    pub radius_px: f32,
    /// Colour and strength at the centre.
    pub colour: Rgba,
}

/// A vector picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SvgArt {
    /// A complete SVG document.
    pub svg: Arc<str>,
    /// Box width.
    pub width_px: f32,
    /// Box height.
    pub height_px: f32,
    /// Drop shadow under it.
    pub shadow: Option<Shadow>,
    /// Gaussian blur of the whole picture (foreground bits), sigma in pixels.
    pub blur_px: f32,
}

/// A drop shadow.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shadow {
    /// Gaussian sigma.
    pub blur_px: f32,
    /// Downward offset.
    pub offset_y_px: f32,
    /// Colour, alpha included.
    pub colour: Rgba,
}

/// A photograph, cropped to cover its box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoArt {
    /// Name under which the renderer was given the decoded picture.
    pub picture: String,
    /// Box width (1080 for full frame).
    pub width_px: f32,
    /// Box height.
    pub height_px: f32,
    /// Rounded corners.
    pub corner_radius_px: f32,
    /// Point of interest, 0–1 of the picture's own size: kept inside the crop.
    pub focus: [f32; 2],
    /// Ken Burns zoom inside the box, 1 = just covering; sampled sub-pixel.
    pub zoom: Track,
}

/// Font families by role; the engine falls back by script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Inter Display: captions, titles.
    Display,
    /// Inter: secondary text.
    Text,
}

/// Horizontal alignment inside the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Start of the reading direction.
    Start,
    /// Centred.
    Centre,
    /// End of the reading direction.
    End,
}

/// A block of shaped text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextBlock {
    /// Coloured runs, in logical order; `\n` breaks a line.
    pub runs: Vec<TextRun>,
    /// Font size.
    pub size_px: f32,
    /// 100–900.
    pub weight: u16,
    /// Family role.
    pub family: Family,
    /// Alignment.
    pub align: Align,
    /// Wraps at this width.
    pub max_width_px: f32,
    /// Line height as a multiple of the size.
    pub line_height: f32,
    /// Letter spacing in pixels (negative is tighter).
    pub tracking_px: f32,
    /// Stroke drawn behind the fill.
    pub outline: Option<Outline>,
    /// Drop shadow.
    pub shadow: Option<Shadow>,
    /// A rounded box behind the text (bubbles, chips).
    pub plate: Option<Plate>,
}

/// A stretch of text in one colour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// Its fill.
    pub colour: Rgba,
}

/// Outline on each side of a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Width on each side.
    pub width_px: f32,
    /// Colour.
    pub colour: Rgba,
}

/// A rounded rectangle behind text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plate {
    /// Fill.
    pub fill: Rgba,
    /// Horizontal padding.
    pub pad_x_px: f32,
    /// Vertical padding.
    pub pad_y_px: f32,
    /// Corner radius.
    pub radius_px: f32,
}

/// One caption page: one to four words, the one being spoken marked and popping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionPage {
    /// Words in reading order; frames count from the scene's start.
    pub words: Vec<CaptionWord>,
    /// Font size.
    pub size_px: f32,
    /// Fill of words not being spoken.
    pub ink: Rgba,
    /// Fill of the word being spoken.
    pub accent: Rgba,
    /// Outline, drawn behind the fill.
    pub outline: Outline,
    /// Widest a line may be.
    pub max_width_px: f32,
}

/// A word on a caption page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionWord {
    /// As shown (case and punctuation already decided).
    pub text: String,
    /// First frame on which it is the active word.
    pub start_frame: u32,
    /// First frame on which it is no longer.
    pub end_frame: u32,
    /// A line break follows.
    pub break_after: bool,
}

/// Stroked or filled path data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathArt {
    /// SVG path data in a box whose centre is the layer's anchor, so (0,0) is the anchor.
    pub d: String,
    /// Fill colour.
    pub fill: Option<Rgba>,
    /// Stroke.
    pub stroke: Option<Stroke>,
    /// Start of the drawn part of the stroke, 0–1 of its length.
    pub trim_from: Track,
    /// End of the drawn part, 0–1: animate 0 → 1 to draw it.
    pub trim_to: Track,
}

/// A round-capped, round-joined stroke.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// Colour.
    pub colour: Rgba,
    /// Width.
    pub width_px: f32,
    /// On and off lengths; empty for a solid line.
    pub dash_px: Vec<f32>,
}

impl Track {
    /// A value that never changes.
    #[must_use]
    pub const fn fixed(base: f32) -> Self {
        Self { base, keys: Vec::new() }
    }

    /// Adds a move to `value` over `start_frame..end_frame`.
    #[must_use]
    pub fn to(mut self, start_frame: f32, end_frame: f32, value: f32, ease: Ease) -> Self {
        self.keys.push(Key { start_frame, end_frame, value, ease });
        self
    }
}

impl Pose {
    /// Standing still at a point, full size, opaque.
    #[must_use]
    pub fn at(x_px: f32, y_px: f32) -> Self {
        Self {
            x_px: Track::fixed(x_px),
            y_px: Track::fixed(y_px),
            scale_x: Track::fixed(1.0),
            scale_y: Track::fixed(1.0),
            rotation_deg: Track::fixed(0.0),
            opacity: Track::fixed(1.0),
            idle: None,
        }
    }
}
