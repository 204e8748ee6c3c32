//! How one scene gives way to the next. Each takes both scenes at their own frame and a progress
//! of 0 (all old) to 1 (all new).

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend;
use crate::frame::{Frame, FrameMut};
use crate::renderer::{RenderError, Renderer};
use crate::sample::sample_px;
use crate::scene::{Ease, Scene};
use crate::story::Transition;
use crate::timeline::eased;

/// Width of the wipe's soft edge as a fraction of the frame's.
const WIPE_EDGE: f32 = 0.22;
/// How far the old scene grows, and how large the new one begins.
const ZOOM_OUT: f64 = 0.35;
const ZOOM_IN: f64 = 0.12;

impl Renderer {
    /// Draws the change from one scene to another over the whole of `out`. Scenes may be asked for
    /// frames past their end: their tracks hold, and layers without an end stay.
    ///
    /// # Errors
    /// As [`Renderer::compose`].
    pub fn compose_transition(
        &mut self,
        (from, from_frame): (&Scene, u32),
        (to, to_frame): (&Scene, u32),
        kind: Transition,
        progress: f32,
        out: &mut FrameMut<'_>,
    ) -> Result<(), RenderError> {
        let progress = progress.clamp(0.0, 1.0);
        if kind == Transition::Cut || progress >= 1.0 {
            let (scene, frame) = if progress > 0.0 { (to, to_frame) } else { (from, from_frame) };
            return self.compose(scene, frame, out);
        }
        if progress <= 0.0 {
            return self.compose(from, from_frame, out);
        }
        let mut over = match self.take_scratch() {
            Some(frame) => frame,
            None => Frame::new(out.width_px(), out.height_px())?,
        };
        let (grow_from, grow_to) = match kind {
            Transition::Zoom => {
                let part = f64::from(eased(Ease::InOut, progress));
                (1.0 + ZOOM_OUT * part, 1.0 + ZOOM_IN * (1.0 - part))
            }
            _ => (1.0, 1.0),
        };
        let lens = |grow: f64| grown(grow, out.width_px(), out.height_px());
        let (lens_from, lens_to) = (lens(grow_from), lens(grow_to));
        self.compose_through(from, from_frame, &lens_from, out)?;
        self.compose_through(to, to_frame, &lens_to, &mut over.as_mut())?;
        pulp::Arch::new().dispatch(Merge { out, over: &over, kind, progress });
        self.keep_scratch(over);
        Ok(())
    }
}

fn grown(scale: f64, width_px: usize, height_px: usize) -> Affine {
    if scale == 1.0 {
        return Affine::IDENTITY;
    }
    let (x, y) = (width_px as f64 / 2.0, height_px as f64 / 2.0);
    Affine::translate(-x, -y).then(&Affine::scale(scale, scale)).then(&Affine::translate(x, y))
}

/// Brings the new scene, drawn on a frame of its own, into the old one.
struct Merge<'a, 'b> {
    out: &'a mut FrameMut<'b>,
    over: &'a Frame,
    kind: Transition,
    progress: f32,
}

impl NullaryFnOnce for Merge<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { out, over, kind, progress } = self;
        let mixer = Mixer::new(kind, progress, out.width_px());
        for (index, plane) in over.planes().into_iter().enumerate() {
            let every = sample_px(index);
            let width = out.width_px() / every;
            for (row, line) in plane.chunks_exact(width).enumerate() {
                mixer.apply(out.row(index, row), line, every);
            }
        }
    }
}

enum Mixer {
    /// The same amount everywhere, 0–256.
    Even(u16),
    /// An amount for every luma column, and for every chroma column.
    ByColumn(Vec<u16>, Vec<u16>),
    /// The old has moved left by this many luma columns (even), the new follows.
    Slide(usize),
}

impl Mixer {
    fn new(kind: Transition, progress: f32, width: usize) -> Self {
        let smooth = eased(Ease::InOut, progress);
        match kind {
            Transition::Push => {
                let shift = (smooth * width as f32 / 2.0).round() as usize * 2;
                Self::Slide(shift.min(width))
            }
            Transition::Wipe => {
                let front = smooth * (1.0 + WIPE_EDGE);
                let amounts = |count: usize| {
                    let amount = |column| {
                        let behind = front - column as f32 / count as f32;
                        let part = (behind / WIPE_EDGE).clamp(0.0, 1.0);
                        (part * part * (3.0 - 2.0 * part) * 256.0).round() as u16
                    };
                    (0..count).map(amount).collect()
                };
                Self::ByColumn(amounts(width), amounts(width / 2))
            }
            Transition::Zoom => {
                // The dissolve sits in the middle of the move, where both are in full motion.
                let part = ((progress - 0.25) / 0.5).clamp(0.0, 1.0);
                Self::Even((part * part * (3.0 - 2.0 * part) * 256.0).round() as u16)
            }
            Transition::Crossfade | Transition::Cut => Self::Even((smooth * 256.0).round() as u16),
        }
    }

    #[inline(always)]
    fn apply(&self, row: &mut [u8], over: &[u8], every: usize) {
        match self {
            Self::Even(amount) => blend::mix_into(row, over, *amount),
            Self::ByColumn(luma, chroma) => {
                blend::mix_into_by(row, over, if every == 1 { luma } else { chroma });
            }
            Self::Slide(shift) => {
                let shift = shift / every;
                row.copy_within(shift.., 0);
                let start = row.len() - shift;
                row[start..].copy_from_slice(&over[..shift]);
            }
        }
    }
}
