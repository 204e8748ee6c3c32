//! Draws SVG documents. Groups whose filters are blurs and shadows are filtered here: on coverage
//! alone where only coverage counts, and at a fraction of the resolution where the outcome is soft.
//! Everything else is resvg's.

#[cfg(test)]
mod tests;

use std::rc::Rc;

use resvg::usvg::{self, Group, Node};
use tiny_skia::{Paint, Pixmap, PixmapPaint, Transform};

use super::recipe::{Of, Recipe, Step};
use crate::blur;
use crate::canvas;
use crate::effects::over;

/// Draws `tree` through `transform`.
pub(super) fn draw(tree: &usvg::Tree, transform: Transform, out: &mut Pixmap) {
    draw_all(tree.root(), transform, out);
}

fn draw_all(group: &Group, transform: Transform, out: &mut Pixmap) {
    for node in group.children() {
        draw_node(node, transform, out);
    }
}

fn draw_node(node: &Node, transform: Transform, out: &mut Pixmap) {
    if let Node::Group(group) = node {
        let inner = transform.pre_concat(group.transform());
        if !group.should_isolate() {
            return draw_all(group, inner, out);
        }
        if let Some(layer) = Layer::of(group, inner, out) {
            return layer.draw(out);
        }
    }
    // resvg moves a node's own box to the origin: move it back.
    if let Some(own) = node.abs_layer_bounding_box() {
        let transform = transform.pre_translate(own.x(), own.y());
        let _ = resvg::render_node(node, transform, &mut out.as_mut());
    } else if let Node::Path(path) = node {
        draw_line(path, transform, out);
    }
}

/// A straight line, level or upright. It has no area before its stroke, and resvg draws no single
/// node without one. Its paint is a colour: there is no box for a gradient either.
fn draw_line(path: &usvg::Path, transform: Transform, out: &mut Pixmap) {
    let Some(stroke) = path.stroke().filter(|_| path.is_visible()) else { return };
    let usvg::Paint::Color(colour) = stroke.paint() else { return };
    let mut paint = Paint::default();
    paint.set_color_rgba8(colour.red, colour.green, colour.blue, stroke.opacity().to_u8());
    paint.anti_alias = path.rendering_mode().use_shape_antialiasing();
    out.stroke_path(path.data(), &paint, &stroke.to_tiny_skia(), transform, None);
}

/// A group that is drawn by itself, filtered, and laid over what is there.
struct Layer<'a> {
    group: &'a Group,
    recipe: Recipe,
    /// The group's own units to pixels of the target.
    transform: Transform,
    left: i32,
    top: i32,
    width: usize,
    height: usize,
}

impl<'a> Layer<'a> {
    fn of(group: &'a Group, transform: Transform, out: &Pixmap) -> Option<Self> {
        let [filter] = group.filters() else { return None };
        let upright = transform.kx == 0.0 && transform.ky == 0.0;
        let plain = group.mask().is_none()
            && group.clip_path().is_none()
            && group.blend_mode() == usvg::BlendMode::Normal;
        if !upright || !plain || transform.sx <= 0.0 || transform.sy <= 0.0 {
            return None;
        }
        let recipe = Recipe::of(filter)?;
        let area = group.layer_bounding_box().transform(transform)?;
        // What lies further outside never shows.
        let reach = (recipe.reach() * transform.sx.max(transform.sy)).ceil() as i32 + 2;
        let within = |low: f32, high: f32, size: u32| {
            let low = (low.floor() as i32).max(-reach);
            let high = (high.ceil() as i32).min(size as i32 + reach);
            (low < high).then_some((low, (high - low) as usize))
        };
        let (left, width) = within(area.left(), area.right(), out.width())?;
        let (top, height) = within(area.top(), area.bottom(), out.height())?;
        Some(Self { group, recipe, transform, left, top, width, height })
    }

    fn draw(&self, out: &mut Pixmap) {
        let filtered = match self.recipe.plain_blur() {
            Some(sigma) => self.blurred(sigma),
            None => self.filtered(),
        };
        let Some(pixels) = filtered else { return };
        self.lay_over(out, &pixels);
        canvas::spent(pixels);
    }

    fn lay_over(&self, out: &mut Pixmap, pixels: &Pixmap) {
        let opacity = self.group.opacity().get();
        if opacity < 1.0 {
            let paint = PixmapPaint { opacity, ..PixmapPaint::default() };
            let identity = Transform::identity();
            out.draw_pixmap(self.left, self.top, pixels.as_ref(), &paint, identity, None);
            return;
        }
        let columns = self.left.max(0)..(self.left + self.width as i32).min(out.width() as i32);
        let rows = self.top.max(0)..(self.top + self.height as i32).min(out.height() as i32);
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let stride = out.width() as usize;
        let below = out.data_mut().as_chunks_mut::<4>().0;
        let above = pixels.data().as_chunks::<4>().0;
        for y in rows {
            let from = (y - self.top) as usize * self.width + (columns.start - self.left) as usize;
            let to = y as usize * stride + columns.start as usize;
            let pairs = below[to..to + columns.len()].iter_mut().zip(&above[from..]);
            for (below, &above) in pairs {
                if above[3] != 0 {
                    *below = over(*below, above);
                }
            }
        }
    }

    /// The group's content alone, `by` times smaller.
    fn content(&self, by: usize) -> Option<Pixmap> {
        let size = |length: usize| length.div_ceil(by) as u32;
        let mut pixmap = canvas::clear(size(self.width), size(self.height))?;
        let transform = self
            .transform
            .post_translate(-self.left as f32, -self.top as f32)
            .post_scale(1.0 / by as f32, 1.0 / by as f32);
        draw_all(self.group, transform, &mut pixmap);
        Some(pixmap)
    }

    fn sigma_px(&self, sigma: (f32, f32)) -> (f32, f32) {
        (sigma.0 * self.transform.sx, sigma.1 * self.transform.sy)
    }

    /// Nothing but blurred: drawn small in the first place where it is soft enough.
    fn blurred(&self, sigma: (f32, f32)) -> Option<Pixmap> {
        let sigma = self.sigma_px(sigma);
        let by = blur::reduction(sigma.0.min(sigma.1));
        let small = self.content(by)?;
        let mut out = canvas::clear(self.width as u32, self.height as u32)?;
        blur::enlarged(
            small.data().as_chunks::<4>().0,
            small.width() as usize,
            sigma,
            by,
            out.data_mut().as_chunks_mut::<4>().0,
            self.width,
        );
        canvas::spent(small);
        hold_to_coverage(&mut out);
        Some(out)
    }

    fn filtered(&self) -> Option<Pixmap> {
        let source = Rc::new(self.content(1)?);
        let mut made: Vec<Made> = Vec::with_capacity(self.recipe.steps.len());
        for step in &self.recipe.steps {
            let outcome = self.step(step, &source, &made)?;
            made.push(outcome);
        }
        let outcome = self.get(self.recipe.outcome, &source, &made);
        drop(made);
        match outcome? {
            Made::Picture(picture) => {
                drop(source);
                Some(Rc::try_unwrap(picture).unwrap_or_else(|shared| (*shared).clone()))
            }
            stain @ Made::Stain(..) => {
                let mut out = canvas::clear(self.width as u32, self.height as u32)?;
                lay(&mut out, &stain);
                Some(out)
            }
        }
    }

    fn get(&self, of: Of, source: &Rc<Pixmap>, made: &[Made]) -> Option<Made> {
        match of {
            Of::Source => Some(Made::Picture(Rc::clone(source))),
            Of::Clear => canvas::clear(self.width as u32, self.height as u32)
                .map(|clear| Made::Picture(Rc::new(clear))),
            Of::Step(index) => made.get(index).cloned(),
        }
    }

    fn step(&self, step: &Step, source: &Rc<Pixmap>, made: &[Made]) -> Option<Made> {
        let get = |of: Of| self.get(of, source, made);
        Some(match *step {
            Step::Stain { of, gain, colour } => {
                let gained: [u8; 256] = std::array::from_fn(|cover| {
                    (cover as f32 * gain).round().clamp(0.0, 255.0) as u8
                });
                let cover = get(of)?.coverage();
                let cover = cover.iter().map(|&[cover]| [gained[usize::from(cover)]]).collect();
                Made::Stain(Rc::new(cover), colour)
            }
            Step::Shift { of, by } => {
                let (dx, dy) = self.sigma_px(by);
                let (dx, dy) = (dx as i32, dy as i32);
                match get(of)? {
                    Made::Stain(cover, colour) => {
                        Made::Stain(Rc::new(shifted(&cover, self.width, dx, dy)), colour)
                    }
                    Made::Picture(picture) => {
                        let mut moved = canvas::clear(self.width as u32, self.height as u32)?;
                        let pixels = picture.data().as_chunks::<4>().0;
                        let pixels = shifted(pixels, self.width, dx, dy);
                        moved.data_mut().copy_from_slice(pixels.as_flattened());
                        Made::Picture(Rc::new(moved))
                    }
                }
            }
            Step::Blur { of, sigma } => {
                let sigma = self.sigma_px(sigma);
                match get(of)? {
                    Made::Stain(cover, colour) => {
                        let mut cover = (*cover).clone();
                        blur::blur(&mut cover, self.width, sigma);
                        Made::Stain(Rc::new(cover), colour)
                    }
                    Made::Picture(picture) => {
                        let mut picture = (*picture).clone();
                        let pixels = picture.data_mut().as_chunks_mut::<4>().0;
                        blur::blur(pixels, self.width, sigma);
                        hold_to_coverage(&mut picture);
                        Made::Picture(Rc::new(picture))
                    }
                }
            }
            Step::Minus { whole, less } => {
                let (whole, less) = (get(whole)?.coverage(), get(less)?.coverage());
                let pairs = whole.iter().zip(&*less);
                let rest = pairs.map(|(&[whole], &[less])| [whole.saturating_sub(less)]);
                Made::Stain(Rc::new(rest.collect()), [0; 3])
            }
            Step::Outside { of, by } => {
                let Made::Stain(cover, colour) = get(of)? else { return None };
                let by = get(by)?.coverage();
                let outside = cover.iter().zip(&*by).map(|(&[cover], &[by])| {
                    let product = u16::from(cover) * (255 - u16::from(by)) + 128;
                    [((product + (product >> 8)) >> 8) as u8]
                });
                Made::Stain(Rc::new(outside.collect()), colour)
            }
            Step::Over { above, below } => {
                let mut out = match get(below)? {
                    Made::Picture(picture) => (*picture).clone(),
                    stain @ Made::Stain(..) => {
                        let mut out = canvas::clear(self.width as u32, self.height as u32)?;
                        lay(&mut out, &stain);
                        out
                    }
                };
                lay(&mut out, &get(above)?);
                Made::Picture(Rc::new(out))
            }
        })
    }
}

/// The outcome of a step, as large as the layer.
#[derive(Clone)]
enum Made {
    Picture(Rc<Pixmap>),
    /// Coverage by one colour.
    Stain(Rc<Vec<[u8; 1]>>, [u8; 3]),
}

impl Made {
    fn coverage(&self) -> Rc<Vec<[u8; 1]>> {
        match self {
            Self::Stain(cover, _) => Rc::clone(cover),
            Self::Picture(picture) => {
                let pixels = picture.data().as_chunks::<4>().0;
                Rc::new(pixels.iter().map(|pixel| [pixel[3]]).collect())
            }
        }
    }
}

/// Lays one outcome over a picture of the same size.
fn lay(out: &mut Pixmap, above: &Made) {
    let below = out.data_mut().as_chunks_mut::<4>().0;
    match above {
        Made::Picture(picture) => {
            for (below, &above) in below.iter_mut().zip(picture.data().as_chunks::<4>().0) {
                if above[3] != 0 {
                    *below = over(*below, above);
                }
            }
        }
        Made::Stain(cover, [r, g, b]) => {
            let tints: Vec<[u8; 4]> = (0..=255)
                .map(|cover| {
                    let tint = tiny_skia::ColorU8::from_rgba(*r, *g, *b, cover).premultiply();
                    [tint.red(), tint.green(), tint.blue(), tint.alpha()]
                })
                .collect();
            for (below, &[cover]) in below.iter_mut().zip(&**cover) {
                if cover != 0 {
                    *below = over(*below, tints[usize::from(cover)]);
                }
            }
        }
    }
}

/// Moved by whole pixels; what comes in is clear.
fn shifted<const N: usize>(texels: &[[u8; N]], width: usize, dx: i32, dy: i32) -> Vec<[u8; N]> {
    let mut out = vec![[0; N]; texels.len()];
    let skip = (dx.unsigned_abs() as usize).min(width);
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        let Ok(from) = usize::try_from(y as i64 - i64::from(dy)) else { continue };
        let Some(line) = texels.get(from * width..(from + 1) * width) else { continue };
        if dx >= 0 {
            row[skip..].copy_from_slice(&line[..width - skip]);
        } else {
            row[..width - skip].copy_from_slice(&line[skip..]);
        }
    }
    out
}

/// Channels were rounded one by one: premultiplied colour must stay within coverage.
fn hold_to_coverage(picture: &mut Pixmap) {
    for [r, g, b, a] in picture.data_mut().as_chunks_mut::<4>().0 {
        (*r, *g, *b) = ((*r).min(*a), (*g).min(*a), (*b).min(*a));
    }
}
