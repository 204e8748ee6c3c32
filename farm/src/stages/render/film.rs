//! A storyboard made ready to be drawn: its scenes, how they follow one another, and renderers.

use std::sync::Arc;

use cutline_compositor::{
    clip::Clips as _,
    frame::{Frame, FrameMut},
    grain::Grain,
    pictures::Pictures,
    renderer::{RenderError, Renderer},
    scene::Scene,
    story::{StoryShot, Storyboard, Transition, Treatment, Visual},
    text::Fonts,
    treatments::{self, end_card},
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::footage::Footage;
use crate::{
    context::{Handling, StageError},
    encode::picture::Picture,
};

/// How long the end card fades in over the last shot.
const CARD_FADE_FRAMES: u32 = 8;

/// How a shot replaces the one before, over its own first frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The kind; a cut has no frames.
    pub transition: Transition,
    /// Its length.
    pub frames: u32,
}

/// Everything there is to draw.
pub struct Film {
    scenes: Vec<Scene>,
    /// The first so many tell the story.
    told: usize,
    /// When the last drawing of each of these enters.
    complete: Vec<u32>,
    changes: Vec<Change>,
    fonts: Arc<Fonts>,
    pictures: Arc<Pictures>,
    footage: Footage,
    renderer: Renderer,
    /// Seeds the film grain, where there is one.
    grain_seed: Option<u64>,
}

/// Everything that decides a shot's pixels: its checkpoint key is the hash of this.
#[derive(Serialize)]
pub(super) struct ShotPixels<'a> {
    scene: &'a Scene,
    change: Change,
    /// The outgoing scene, where a transition shows it.
    before: Option<&'a Scene>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grain: Option<Grain>,
}

impl Film {
    /// Lays out every shot, and the end card where the plan has one.
    ///
    /// # Errors
    /// [`StageError::Invariant`] for a storyboard whose scenes and shots differ in length, or a
    /// picture size no frame can have.
    pub fn new(
        story: &Storyboard,
        mut changes: Vec<Change>,
        pictures: Pictures,
        picture_px: (u32, u32),
        ends_with_card: bool,
    ) -> Result<Self, StageError> {
        if changes.len() != story.shots.len() {
            return Err(StageError::Invariant("every shot needs its transition".to_owned()));
        }
        let (fonts, pictures) = (Arc::new(Fonts::load()), Arc::new(pictures));
        let mut scenes: Vec<Scene> =
            (0..story.shots.len()).map(|shot| treatments::scene(story, shot, &fonts)).collect();
        for (index, (scene, shot)) in scenes.iter().zip(&story.shots).enumerate() {
            if scene.frames != shot.frames {
                return Err(StageError::Invariant(format!(
                    "the scene of shot {index} lasts {} frames, the shot {}",
                    scene.frames, shot.frames
                )));
            }
        }
        let told = scenes.len();
        let kinetic = story.treatment == Treatment::Quote;
        let complete = story.shots.iter().map(|shot| complete_frame(shot, kinetic)).collect();
        if let Some(last) = story.shots.last().filter(|_| ends_with_card) {
            scenes.push(end_card::scene(last.palette.colours()));
            changes.push(Change { transition: Transition::Crossfade, frames: CARD_FADE_FRAMES });
        }
        let (width, height) = (picture_px.0 as usize, picture_px.1 as usize);
        let renderer = Renderer::new(Arc::clone(&fonts), width, height, Arc::clone(&pictures))
            .map_err(drawing)?;
        let footage = Footage::default();
        let grain_seed = None;
        Ok(Self { scenes, told, complete, changes, fonts, pictures, footage, renderer, grain_seed })
    }

    /// The same with film grain.
    #[must_use]
    pub fn with_grain(self, seed: u64) -> Self {
        Self { grain_seed: Some(seed), ..self }
    }

    /// The same with clips to show.
    #[must_use]
    pub fn with_footage(mut self, footage: Footage) -> Self {
        self.renderer = self.renderer.with_clips(footage.fork());
        Self { footage, ..self }
    }

    /// Number of shots that tell the story: all but the end card.
    #[must_use]
    pub fn told(&self) -> usize {
        self.told
    }

    /// Number of shots.
    #[must_use]
    pub fn shots(&self) -> usize {
        self.scenes.len()
    }

    /// Frames of a shot; none for a shot that does not exist.
    #[must_use]
    pub fn frames(&self, shot: usize) -> u32 {
        self.scenes.get(shot).map_or(0, |scene| scene.frames)
    }

    /// When the last of a shot's drawings enters, the last word that names one, or, where the words
    /// are the picture, the last word at all; 0 where nothing enters.
    #[must_use]
    pub fn complete_frame(&self, shot: usize) -> u32 {
        self.complete.get(shot).copied().unwrap_or_default()
    }

    /// Frames of all shots.
    #[must_use]
    pub fn frames_total(&self) -> u32 {
        self.scenes.iter().map(|scene| scene.frames).sum()
    }

    /// The scenes, for measuring their layout.
    #[must_use]
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }

    /// The fonts they are set in.
    #[must_use]
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// A renderer for one thread.
    #[must_use]
    pub fn renderer(&self) -> Renderer {
        self.renderer.fork()
    }

    /// What decides a shot's pixels.
    pub(super) fn pixels(&self, shot: usize) -> Option<ShotPixels<'_>> {
        let change = *self.changes.get(shot)?;
        let before = (change.frames > 0).then(|| shot.checked_sub(1)).flatten();
        Some(ShotPixels {
            scene: self.scenes.get(shot)?,
            change,
            before: before.and_then(|index| self.scenes.get(index)),
            grain: self.grain_seed.map(|seed| Grain { seed: seed.rotate_left(17) ^ shot as u64 }),
        })
    }

    /// Draws a frame of a shot; transition frames show the shot before as well.
    ///
    /// # Errors
    /// [`StageError::Provider`] when the compositor refuses (a picture is missing), or
    /// [`StageError::Invariant`] for a shot that does not exist.
    pub fn paint(
        &self,
        renderer: &mut Renderer,
        shot: usize,
        frame: u32,
        picture: &mut Picture,
    ) -> Result<(), StageError> {
        let planes = picture.planes_mut()?;
        let size = (planes.width_px as usize, planes.height_px as usize);
        let mut out = FrameMut::new(size, planes.y, planes.u, planes.v, planes.stride_bytes)
            .map_err(|error| drawing(error.into()))?;
        self.draw(renderer, shot, frame, &mut out)
    }

    fn draw(
        &self,
        renderer: &mut Renderer,
        shot: usize,
        frame: u32,
        out: &mut FrameMut<'_>,
    ) -> Result<(), StageError> {
        let pixels = self
            .pixels(shot)
            .ok_or_else(|| StageError::Invariant(format!("there is no shot {shot}")))?;
        match pixels.before {
            Some(before) if frame < pixels.change.frames => {
                let progress = (frame + 1) as f32 / (pixels.change.frames + 1) as f32;
                renderer.compose_transition(
                    (before, before.frames + frame),
                    (pixels.scene, frame),
                    pixels.change.transition,
                    progress,
                    out,
                )
            }
            _ => renderer.compose(pixels.scene, frame, out),
        }
        .map_err(drawing)?;
        if let Some(grain) = pixels.grain {
            grain.over(frame, out);
        }
        Ok(())
    }

    /// Stills of shots as packed RGB, at any size.
    ///
    /// # Errors
    /// As [`Self::paint`]; [`StageError::Cancelled`] within a still of the token firing.
    pub(super) fn stills(
        &self,
        picture_px: (u32, u32),
        wanted: &[(usize, u32)],
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<u8>>, StageError> {
        let (width, height) = (picture_px.0 as usize, picture_px.1 as usize);
        let mut renderer =
            Renderer::new(Arc::clone(&self.fonts), width, height, Arc::clone(&self.pictures))
                .map_err(drawing)?
                .with_clips(self.footage.fork());
        let mut frame = Frame::new(width, height).map_err(|error| drawing(error.into()))?;
        wanted
            .iter()
            .map(|&(shot, at)| {
                if cancel.is_cancelled() {
                    return Err(StageError::Cancelled);
                }
                self.draw(&mut renderer, shot, at, &mut frame.as_mut())?;
                Ok(frame.to_rgb())
            })
            .collect()
    }
}

fn complete_frame(shot: &StoryShot, kinetic: bool) -> u32 {
    let drawn = match &shot.visual {
        Visual::Drawing { hero, relatives, .. } => {
            relatives.iter().map(|art| art.at_frame).fold(hero.at_frame, u32::max)
        }
        Visual::Photo { .. } | Visual::Clip { .. } | Visual::Card => 0,
    };
    let words = shot.lines.iter().flat_map(|line| &line.words).filter(|_| kinetic);
    words.map(|word| word.start_frame).fold(drawn, u32::max)
}

/// What a refusal of the compositor is to the stage.
pub(super) fn drawing(error: RenderError) -> StageError {
    match error {
        RenderError::Picture { name, source } => {
            StageError::Io { what: format!("keeping the pixels of picture {name}"), source }
        }
        error => StageError::Provider {
            what: "compositor".to_owned(),
            handling: Handling::Fail,
            source: Box::new(error),
        },
    }
}
