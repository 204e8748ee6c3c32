//! Scenes to frames. One [`Renderer`] a thread; [`Renderer::fork`] shares fonts, pictures and
//! sprites with another. Decides what to rasterise and where it goes; pixels are moved elsewhere.

mod caption;
mod content;
mod ground;
mod key;
mod moving;
mod photo;

use std::collections::BTreeMap;
use std::sync::Arc;

use tiny_skia::Pixmap;

use crate::affine::Affine;
use crate::backdrop::Gradient;
use crate::cache::SpriteCache;
use crate::clip::{ClipError, Clips};
use crate::frame::{Frame, FrameError, FrameMut};
use crate::pictures::Pictures;
use crate::scene::{Content, DESIGN_HEIGHT_PX, DESIGN_WIDTH_PX, Layer, Scene};
use crate::text::{Fonts, Layout};
use crate::timeline::{idle_at, view_at};

/// Memory for rasterised layers, shared by all forks; twice that at worst.
const SPRITES_BYTES_MAX: usize = 32 << 20;
const GRADIENTS_MAX: usize = 6;
const LAYOUTS_MAX: usize = 64;
/// Black in limited-range Y, U, V: what shows where nothing is.
const BLACK: [u8; 3] = [16, 128, 128];

/// Why a frame could not be composed.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The output is not of the size this renderer was made for.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A scene names a picture that was not handed in.
    #[error("no picture is called {0:?}")]
    UnknownPicture(String),
    /// A picture's pixels do not fit its size.
    #[error("picture {name:?} of {width_px}x{height_px} came with {len_bytes} bytes of RGBA")]
    PictureSize {
        /// Its name.
        name: String,
        /// Its width.
        width_px: u32,
        /// Its height.
        height_px: u32,
        /// What came.
        len_bytes: usize,
    },
    /// A picture's pixels cannot be kept or read.
    #[error("picture {name:?}: {source}")]
    Picture {
        /// Its name.
        name: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A clip has no picture.
    #[error("clip {clip:?}: {source}")]
    Clip {
        /// Its name.
        clip: String,
        /// Why not.
        #[source]
        source: ClipError,
    },
}

/// Turns scenes into frames of one size.
#[derive(Debug)]
pub struct Renderer {
    fonts: Arc<Fonts>,
    pictures: Arc<Pictures>,
    clips: Option<Box<dyn Clips>>,
    sprites: Arc<SpriteCache>,
    width_px: usize,
    height_px: usize,
    /// Design pixels to output pixels.
    base: Affine,
    svg_keys: key::SvgKeys,
    gradients: BTreeMap<u64, Arc<Gradient>>,
    layouts: BTreeMap<u64, Arc<Layout>>,
    /// Layers at the back that came to rest, the last used last.
    grounds: Vec<ground::Ground>,
    scratch: Option<Frame>,
    /// Pictures that are drawn anew every frame, the last used last.
    held: Vec<Arc<Pixmap>>,
}

/// Where a layer goes this frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// The layer's own space to output pixels.
    pub(crate) to_output: Affine,
    /// The same without idle movement, in the middle of the layer's life: where it comes to rest.
    pub(crate) at_rest: Affine,
    /// 1–256.
    pub(crate) opacity: u16,
    /// Output pixels a design pixel when shown largest.
    pub(crate) raster_scale: f32,
}

impl Renderer {
    /// For frames of `width_px × height_px` (1080×1920, 720×1280; both even). Design space is
    /// scaled to the width and centred.
    ///
    /// # Errors
    /// [`RenderError::Frame`] for a size no frame can have.
    pub fn new(
        fonts: Arc<Fonts>,
        width_px: usize,
        height_px: usize,
        pictures: Arc<Pictures>,
    ) -> Result<Self, RenderError> {
        Frame::new(width_px, height_px)?;
        let scale = width_px as f64 / f64::from(DESIGN_WIDTH_PX);
        let spare = height_px as f64 - f64::from(DESIGN_HEIGHT_PX) * scale;
        Ok(Self {
            fonts,
            pictures,
            clips: None,
            sprites: Arc::new(SpriteCache::new(SPRITES_BYTES_MAX)),
            width_px,
            height_px,
            base: Affine::scale(scale, scale).then(&Affine::translate(0.0, spare / 2.0)),
            svg_keys: key::SvgKeys::default(),
            gradients: BTreeMap::new(),
            layouts: BTreeMap::new(),
            grounds: Vec::new(),
            scratch: None,
            held: Vec::new(),
        })
    }

    /// The same with clips to show.
    #[must_use]
    pub fn with_clips(self, clips: Box<dyn Clips>) -> Self {
        Self { clips: Some(clips), ..self }
    }

    /// Another renderer for another thread, sharing fonts, pictures and rasterised layers.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            fonts: Arc::clone(&self.fonts),
            pictures: Arc::clone(&self.pictures),
            clips: self.clips.as_ref().map(|clips| clips.fork()),
            sprites: Arc::clone(&self.sprites),
            svg_keys: key::SvgKeys::default(),
            gradients: self.gradients.clone(),
            layouts: BTreeMap::new(),
            grounds: Vec::new(),
            scratch: None,
            held: Vec::new(),
            ..*self
        }
    }

    /// Output size in pixels.
    #[must_use]
    pub const fn size_px(&self) -> (usize, usize) {
        (self.width_px, self.height_px)
    }

    /// Draws `scene` as it is at `frame` over the whole of `out`.
    ///
    /// # Errors
    /// [`RenderError`] for an output of another size or a picture nobody handed in.
    pub fn compose(
        &mut self,
        scene: &Scene,
        frame: u32,
        out: &mut FrameMut<'_>,
    ) -> Result<(), RenderError> {
        self.compose_through(scene, frame, &Affine::IDENTITY, out)
    }

    /// [`Self::compose`] with a last transform of output pixels (transitions zoom with it).
    pub(crate) fn compose_through(
        &mut self,
        scene: &Scene,
        frame: u32,
        lens: &Affine,
        out: &mut FrameMut<'_>,
    ) -> Result<(), RenderError> {
        let (width_px, height_px) = (out.width_px(), out.height_px());
        if (width_px, height_px) != self.size_px() {
            return Err(FrameError::Size { width_px, height_px }.into());
        }
        let visible: Vec<&Layer> = scene
            .layers
            .iter()
            .filter(|layer| (layer.from_frame..layer.until_frame).contains(&frame))
            .collect();
        let resting = ground::resting(&visible, frame);
        if resting > 0 {
            self.draw_ground(out, scene, &visible[..resting], frame, lens)?;
            return self.draw_over(out, scene, &visible[resting..], frame, lens);
        }
        self.draw_layers(out, scene, &visible, frame, lens)
    }

    /// Draws layers over the whole of `out`, whatever was there.
    fn draw_layers(
        &mut self,
        out: &mut FrameMut<'_>,
        scene: &Scene,
        layers: &[&Layer],
        frame: u32,
        lens: &Affine,
    ) -> Result<(), RenderError> {
        let mut layers = layers;
        let back =
            layers.first().map(|layer| (&layer.content, self.placement(scene, layer, frame, lens)));
        match back {
            Some((Content::Backdrop(backdrop), Some(placement))) => {
                self.draw_backdrop(out, backdrop, &placement, true);
                layers = &layers[1..];
            }
            Some((Content::Photo(art), Some(placement))) => {
                self.draw_photo(out, art, frame, &placement, true)?;
                layers = &layers[1..];
            }
            _ => out.fill(BLACK),
        }
        self.draw_over(out, scene, layers, frame, lens)
    }

    /// Draws layers over what is there.
    fn draw_over(
        &mut self,
        out: &mut FrameMut<'_>,
        scene: &Scene,
        layers: &[&Layer],
        frame: u32,
        lens: &Affine,
    ) -> Result<(), RenderError> {
        for layer in layers {
            let Some(placement) = self.placement(scene, layer, frame, lens) else { continue };
            match &layer.content {
                Content::Backdrop(backdrop) => self.draw_backdrop(out, backdrop, &placement, false),
                _ => self.draw_content(out, layer, frame, &placement)?,
            }
        }
        Ok(())
    }

    pub(crate) fn take_scratch(&mut self) -> Option<Frame> {
        self.scratch.take()
    }

    pub(crate) fn keep_scratch(&mut self, frame: Frame) {
        self.scratch = Some(frame);
    }

    fn placement(
        &self,
        scene: &Scene,
        layer: &Layer,
        frame: u32,
        lens: &Affine,
    ) -> Option<Placement> {
        let now = frame as f32;
        let pose = &layer.pose;
        let opacity = (pose.opacity.at(now).clamp(0.0, 1.0) * 256.0).round() as u16;
        if opacity == 0 {
            return None;
        }
        let end = layer.until_frame.min(scene.frames).max(layer.from_frame);
        let middle = (layer.from_frame as f32 + end as f32) / 2.0;
        let zoom_max = 1.0 + (scene.camera.zoom.magnitude_max() - 1.0) * layer.depth;
        let scale_max = pose.scale_x.magnitude_max().max(pose.scale_y.magnitude_max());
        Some(Placement {
            to_output: self.transform(scene, layer, now, true).then(lens),
            at_rest: self.transform(scene, layer, middle, false),
            opacity,
            raster_scale: scale_max * zoom_max.max(0.05) * self.base.a as f32,
        })
    }

    fn transform(&self, scene: &Scene, layer: &Layer, now: f32, idle: bool) -> Affine {
        let pose = &layer.pose;
        let float = pose.idle.filter(|_| idle).map_or((0.0, 0.0, 0.0), |idle| idle_at(&idle, now));
        let x = f64::from(pose.x_px.at(now) + float.0);
        let y = f64::from(pose.y_px.at(now) + float.1);
        let view = view_at(&scene.camera, layer.depth, now);
        let focus = (f64::from(view.focus_px.0), f64::from(view.focus_px.1));
        let zoom = f64::from(view.zoom);
        Affine::scale(f64::from(pose.scale_x.at(now)), f64::from(pose.scale_y.at(now)))
            .then(&Affine::rotate_deg(f64::from(pose.rotation_deg.at(now) + float.2)))
            .then(&Affine::translate(x - focus.0, y - focus.1))
            .then(&Affine::scale(zoom, zoom))
            .then(&Affine::translate(
                focus.0 - f64::from(view.pan_px.0),
                focus.1 - f64::from(view.pan_px.1),
            ))
            .then(&self.base)
    }
}
