//! Vector art to pixels: SVG documents (resvg), path data with trimming, photographs cut to their
//! box. Knows nothing of frames or caches.

mod filters;
mod recipe;

use resvg::usvg;
use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Path, PathBuilder, PathSegment, Pixmap,
    PixmapPaint, PixmapRef, Point, StrokeDash, Transform,
};

use crate::canvas;
use crate::colour::solid_paint;
use crate::effects;
use crate::scene::{PathArt, SvgArt};

/// Pixels, and where their top left corner lies from the layer's anchor, in design pixels.
pub(crate) struct Raster {
    pub(crate) pixmap: Pixmap,
    pub(crate) origin_px: (f32, f32),
}

impl Raster {
    /// Swaps left and right about the anchor; `scale` is pixels a design pixel.
    pub(crate) fn mirror(&mut self, scale: f32) {
        let width = self.pixmap.width() as usize;
        for row in self.pixmap.pixels_mut().chunks_exact_mut(width) {
            row.reverse();
        }
        self.origin_px.0 = -(self.origin_px.0 + width as f32 / scale);
    }
}

const SIDE_MAX_TEXELS: f32 = 4096.0;

/// A transparent pixmap for a box in design pixels, unless it would be empty or absurd.
fn canvas_for(width_px: f32, height_px: f32, scale: f32) -> Option<Pixmap> {
    let (width, height) = ((width_px * scale).ceil(), (height_px * scale).ceil());
    let good = |side: f32| (1.0..=SIDE_MAX_TEXELS).contains(&side);
    (good(width) && good(height)).then(|| canvas::clear(width as u32, height as u32))?
}

/// Rasterises a document into its box, with blur and shadow. `None` for what does not parse.
pub(crate) fn svg(art: &SvgArt, scale: f32) -> Option<Raster> {
    let tree = usvg::Tree::from_str(&art.svg, &usvg::Options::default()).ok()?;
    let shadow_px =
        art.shadow.map_or(0.0, |shadow| shadow.blur_px * 3.0 + shadow.offset_y_px.abs());
    let margin_px = shadow_px + art.blur_px * 3.0 + 2.0;
    let (width, height) = (art.width_px + 2.0 * margin_px, art.height_px + 2.0 * margin_px);
    let mut pixmap = canvas_for(width, height, scale)?;
    let size = tree.size();
    let transform = Transform::from_scale(
        art.width_px * scale / size.width(),
        art.height_px * scale / size.height(),
    )
    .post_translate(margin_px * scale, margin_px * scale);
    filters::draw(&tree, transform, &mut pixmap);
    if art.blur_px > 0.0 {
        effects::blur(&mut pixmap, art.blur_px * scale);
    }
    if let Some(shadow) = &art.shadow {
        effects::add_shadow(&mut pixmap, shadow, scale);
    }
    Some(Raster { pixmap, origin_px: (-width / 2.0, -height / 2.0) })
}

/// Rasterises path data with the stroke drawn from `trim.0` to `trim.1` of its length.
pub(crate) fn path(art: &PathArt, trim: (f32, f32), scale: f32) -> Option<Raster> {
    let path = parse_path(&art.d)?;
    let trimmed = match &art.stroke {
        Some(_) if trim.0 > 0.0 || trim.1 < 1.0 => trimmed(&path, trim.0, trim.1),
        Some(_) => Some(path.clone()),
        None => None,
    };
    let fill_bounds = art.fill.is_some().then(|| path.bounds());
    let stroke_bounds = trimmed.as_ref().map(Path::bounds);
    let bounds = match (fill_bounds, stroke_bounds) {
        (Some(fill), Some(stroke)) => fill.join(&stroke).unwrap_or(fill),
        (fill, stroke) => fill.or(stroke)?,
    };
    let margin_px = art.stroke.as_ref().map_or(0.0, |stroke| stroke.width_px / 2.0) + 2.0;
    let (left, top) = (bounds.left() - margin_px, bounds.top() - margin_px);
    let width = bounds.width() + 2.0 * margin_px;
    let mut pixmap = canvas_for(width, bounds.height() + 2.0 * margin_px, scale)?;
    let transform = Transform::from_translate(-left, -top).post_scale(scale, scale);
    if let Some(fill) = art.fill {
        pixmap.fill_path(&path, &solid_paint(fill), FillRule::Winding, transform, None);
    }
    if let (Some(stroke), Some(trimmed)) = (&art.stroke, &trimmed) {
        let stroke_style = tiny_skia::Stroke {
            width: stroke.width_px,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash: StrokeDash::new(stroke.dash_px.clone(), 0.0),
            ..tiny_skia::Stroke::default()
        };
        let paint = solid_paint(stroke.colour);
        pixmap.stroke_path(trimmed, &paint, &stroke_style, transform, None);
    }
    Some(Raster { pixmap, origin_px: (left, top) })
}

/// SVG path data, by way of usvg, whose parser knows every command.
fn parse_path(d: &str) -> Option<Path> {
    let d = d.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let document = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\">\
         <path d=\"{d}\" fill=\"none\" stroke=\"#000\"/></svg>"
    );
    let tree = usvg::Tree::from_str(&document, &usvg::Options::default()).ok()?;
    tree.root().children().iter().find_map(|node| match node {
        usvg::Node::Path(path) => Some(path.data().clone()),
        _ => None,
    })
}

/// The part of a path between two fractions of its length, all contours taken as one line.
pub(crate) fn trimmed(path: &Path, from: f32, to: f32) -> Option<Path> {
    let lines = flattened(path);
    let length_of =
        |line: &[Point]| line.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f32>();
    let total: f32 = lines.iter().map(|line| length_of(line)).sum();
    let (from, to) = (from.clamp(0.0, 1.0) * total, to.clamp(0.0, 1.0) * total);
    if to <= from {
        return None;
    }
    let mut builder = PathBuilder::new();
    let mut walked = 0.0;
    for line in &lines {
        let mut open = false;
        for pair in line.windows(2) {
            let length = pair[0].distance(pair[1]);
            let (start, end) = ((from - walked).max(0.0), (to - walked).min(length));
            walked += length;
            if length <= 0.0 || start >= end {
                open = false;
                continue;
            }
            let along = |at: f32| {
                let part = at / length;
                (
                    pair[0].x + (pair[1].x - pair[0].x) * part,
                    pair[0].y + (pair[1].y - pair[0].y) * part,
                )
            };
            if !open || start > 0.0 {
                let (x, y) = along(start);
                builder.move_to(x, y);
            }
            let (x, y) = along(end);
            builder.line_to(x, y);
            open = true;
        }
    }
    builder.finish()
}

/// Contours as polylines, curves cut fine enough for their size.
fn flattened(path: &Path) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for segment in path.segments() {
        if let PathSegment::MoveTo(to) = segment {
            lines.push(vec![to]);
            continue;
        }
        let Some(line) = lines.last_mut() else { continue };
        let Some(&from) = line.last() else { continue };
        match segment {
            PathSegment::LineTo(to) => line.push(to),
            PathSegment::QuadTo(by, to) => {
                for part in steps(from.distance(by) + by.distance(to)) {
                    let left = 1.0 - part;
                    let mix = |a: f32, b: f32, c: f32| {
                        left * left * a + 2.0 * left * part * b + part * part * c
                    };
                    line.push(Point::from_xy(mix(from.x, by.x, to.x), mix(from.y, by.y, to.y)));
                }
            }
            PathSegment::CubicTo(a, b, to) => {
                for part in steps(from.distance(a) + a.distance(b) + b.distance(to)) {
                    let left = 1.0 - part;
                    let mix = |p: f32, q: f32, r: f32, s: f32| {
                        left.powi(3) * p
                            + 3.0 * left * left * part * q
                            + 3.0 * left * part * part * r
                            + part.powi(3) * s
                    };
                    let point = (mix(from.x, a.x, b.x, to.x), mix(from.y, a.y, b.y, to.y));
                    line.push(Point::from_xy(point.0, point.1));
                }
            }
            PathSegment::Close => {
                let start = line[0];
                line.push(start);
            }
            PathSegment::MoveTo(_) => {}
        }
    }
    lines
}

/// Parameters from just after 0 up to 1, about one every six pixels.
fn steps(length_px: f32) -> impl Iterator<Item = f32> {
    let count = (length_px / 6.0).ceil().clamp(4.0, 200.0) as u32;
    (1..=count).map(move |step| step as f32 / count as f32)
}

/// Resolutions, as multiples of the wanted one, at which a photograph is sampled as it is: less
/// far apart than that, scaling it first would only soften it.
const CLOSE_ENOUGH: std::ops::Range<f32> = 0.5..1.18;

/// Texels a design pixel of a photograph that just covers its box, where that is near enough to
/// `texels_per_px` to sample it without scaling it first.
pub(crate) fn photo_as_it_is(
    picture: PixmapRef<'_>,
    width_px: f32,
    height_px: f32,
    texels_per_px: f32,
) -> Option<f32> {
    let (own_width, own_height) = (picture.width() as f32, picture.height() as f32);
    let own = 1.0 / (width_px / own_width).max(height_px / own_height);
    let fits = own_width.max(own_height) <= SIDE_MAX_TEXELS;
    (fits && CLOSE_ENOUGH.contains(&(own / texels_per_px))).then_some(own)
}

/// A photograph scaled so that one pixmap pixel is one texel at `texels_per_px`, covering a box of
/// `width_px × height_px` when shown at zoom 1; the whole picture is kept, so that a move inside
/// the box has something to show. Returns it with the scale actually used.
pub(crate) fn photo(
    picture: PixmapRef<'_>,
    width_px: f32,
    height_px: f32,
    texels_per_px: f32,
) -> Option<(Pixmap, f32)> {
    let (own_width, own_height) = (picture.width() as f32, picture.height() as f32);
    let cover = (width_px / own_width).max(height_px / own_height);
    let fit = |scale: f32| own_width.max(own_height) * cover * scale <= SIDE_MAX_TEXELS;
    let mut texels_per_px = texels_per_px;
    while !fit(texels_per_px) {
        texels_per_px *= 0.8;
    }
    let factor = cover * texels_per_px;
    let (width, height) = (own_width * factor, own_height * factor);
    let mut source = picture.to_owned();
    // Halve while far too large: the final filter spans only four pixels.
    while source.width() as f32 > width * 2.0 && source.height() as f32 > height * 2.0 {
        source = halved(&source)?;
    }
    let mut out = Pixmap::new(width.max(1.0) as u32, height.max(1.0) as u32)?;
    // The exact size, of which a last fraction of a texel is cut off: rounding would stretch it.
    let transform =
        Transform::from_scale(width / source.width() as f32, height / source.height() as f32);
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    out.draw_pixmap(0, 0, source.as_ref(), &paint, transform, None);
    Some((out, texels_per_px))
}

fn halved(source: &Pixmap) -> Option<Pixmap> {
    let (width, height) = (source.width() / 2, source.height() / 2);
    let mut out = Pixmap::new(width, height)?;
    let stride = source.width() as usize * 4;
    let data = source.data();
    let rows = out.data_mut().chunks_exact_mut(width as usize * 4);
    for (y, row) in rows.enumerate() {
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            let at = y * 2 * stride + x * 8;
            for (channel, sample) in pixel.iter_mut().enumerate() {
                let sum: u32 = [at, at + 4, at + stride, at + stride + 4]
                    .into_iter()
                    .map(|corner| u32::from(data[corner + channel]))
                    .sum();
                *sample = ((sum + 2) / 4) as u8;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::scene::{Rgba, Stroke, Track};

    fn line(trim: (f32, f32)) -> Option<Raster> {
        let stroke = Stroke { colour: Rgba(0, 0, 0, 255), width_px: 4.0, dash_px: vec![] };
        let art = PathArt {
            d: "M -100 0 L 100 0".into(),
            fill: None,
            stroke: Some(stroke),
            trim_from: Track::fixed(0.0),
            trim_to: Track::fixed(1.0),
        };
        path(&art, trim, 1.0)
    }

    #[test]
    fn a_half_drawn_line_is_half_as_long() {
        let whole = line((0.0, 1.0)).expect("drawn");
        let half = line((0.0, 0.5)).expect("drawn");
        let quarter = line((0.5, 0.75)).expect("drawn");
        assert!(line((0.3, 0.3)).is_none());
        assert!(whole.pixmap.width().abs_diff(208) <= 1);
        assert!(half.pixmap.width().abs_diff(108) <= 1);
        assert!(quarter.pixmap.width().abs_diff(58) <= 1 && quarter.origin_px.0 == -4.0);
    }

    #[test]
    fn an_svg_fills_its_box_and_casts_its_shadow_below() {
        let document = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">\
                        <rect width=\"32\" height=\"32\" fill=\"#fff\"/></svg>";
        let shadow =
            crate::scene::Shadow { blur_px: 4.0, offset_y_px: 10.0, colour: Rgba(0, 0, 0, 100) };
        let art = SvgArt {
            svg: Arc::from(document),
            width_px: 64.0,
            height_px: 64.0,
            shadow: Some(shadow),
            blur_px: 0.0,
        };
        let raster = svg(&art, 2.0).expect("parses");
        let at = |x: f32, y: f32| {
            let column = ((x - raster.origin_px.0) * 2.0) as u32;
            raster.pixmap.pixel(column, ((y - raster.origin_px.1) * 2.0) as u32).expect("inside")
        };
        assert_eq!(at(0.0, 0.0).red(), 255);
        assert_eq!((at(0.0, 40.0).red(), at(0.0, 40.0).alpha() > 40), (0, true));
        assert_eq!(at(0.0, -40.0).alpha(), 0);
        assert!(svg(&SvgArt { svg: Arc::from("not svg"), ..art }, 1.0).is_none());
    }
}
