//! What a drawing's shape allows: where on it a face has room, where arms begin. Found by looking
//! at the drawing's own pixels, so that anything the illustrator knows can talk.

use std::{fmt::Write as _, sync::Arc};

use crate::{
    palette::NIGHT_INK,
    scene::{Rgba, SvgArt},
    treatments::Take,
    vector,
};

/// The drawing is looked at in so many pixels a side.
const GRID: usize = 72;
/// A pixel belongs to the drawing from this opacity on.
const SOLID: u8 = 150;
/// Smallest face, as a fraction of the drawing's side: anything less cannot be read on a phone.
const FACE_MIN: f32 = 0.15;
/// Largest face.
const FACE_MAX: f32 = 0.30;

/// What a drawing's shape allows, as fractions of its side from its top left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Build {
    pub(super) svg: Arc<str>,
    /// True where nothing named was found and this is a lump of no particular kind.
    pub(super) anything: bool,
    /// The middle of the face, and half its height.
    pub(super) face: [f32; 2],
    pub(super) face_radius: f32,
    /// Left, top, right, bottom of what is drawn.
    pub(super) bounds: [f32; 4],
    /// Height of the shoulders, and where the drawing ends there, left and right.
    pub(super) shoulder: f32,
    pub(super) edges: [f32; 2],
}

impl Build {
    /// Looks at a drawing; a lump of the accent's colour where there is none.
    pub(super) fn of(svg: Option<&Arc<str>>, take: &Take) -> Self {
        if let Some(build) = svg.and_then(Self::look) {
            return build;
        }
        let svg = lump(take.palette.accent);
        let round = Self {
            svg: Arc::clone(&svg),
            anything: true,
            face: [0.5, 0.45],
            face_radius: 0.25,
            bounds: [0.08, 0.06, 0.92, 0.95],
            shoulder: 0.6,
            edges: [0.08, 0.92],
        };
        Self::look(&svg).map_or(round, |build| Self { anything: true, ..build })
    }

    fn look(svg: &Arc<str>) -> Option<Self> {
        let solid = mask(svg)?;
        let at = |x: usize, y: usize| solid[y * GRID + x];
        let cells =
            || (0..GRID * GRID).filter(|cell| solid[*cell]).map(|cell| (cell % GRID, cell / GRID));
        let share = |n: usize| n as f32 / GRID as f32;
        let left = cells().map(|(x, _)| x).min()?;
        let right = cells().map(|(x, _)| x).max()? + 1;
        let top = cells().map(|(_, y)| y).min()?;
        let bottom = cells().map(|(_, y)| y).max()? + 1;
        let room = depths(&solid);
        let middle = f32::midpoint(share(left), share(right));
        let height = share(bottom) - share(top);
        // The roomiest place; of nearly equal ones the one nearest to where a face is looked for.
        let worth = |x: usize, y: usize| {
            let off = (share(x) - middle).abs() * 0.10
                + (share(y) - (share(top) + height * 0.48)).abs() * 0.12;
            room[y * GRID + x] / GRID as f32 - off
        };
        let (x, y) = cells().max_by(|a, b| worth(a.0, a.1).total_cmp(&worth(b.0, b.1)))?;
        let radius = (room[y * GRID + x] / GRID as f32 * 0.92).clamp(FACE_MIN, FACE_MAX);
        let shoulder_row = (y + (radius * 0.75 * GRID as f32) as usize).min(bottom - 1);
        let row: Vec<usize> = (0..GRID).filter(|x| at(*x, shoulder_row)).collect();
        // The part of the row that the face is above: a handle is no shoulder.
        let run = |step: isize| {
            let mut edge = x as isize;
            while row.contains(&usize::try_from(edge + step).unwrap_or(GRID)) {
                edge += step;
            }
            (edge as f32 + 0.5) / GRID as f32
        };
        Some(Self {
            svg: Arc::clone(svg),
            anything: false,
            face: [(x as f32 + 0.5) / GRID as f32, (y as f32 + 0.5) / GRID as f32],
            face_radius: radius,
            bounds: [share(left), share(top), share(right), share(bottom)],
            shoulder: (shoulder_row as f32 + 0.5) / GRID as f32,
            edges: [run(-1), run(1)],
        })
    }
}

/// Which cells of the grid the drawing covers.
fn mask(svg: &Arc<str>) -> Option<Vec<bool>> {
    let side = GRID as f32;
    let art = SvgArt {
        svg: Arc::clone(svg),
        width_px: side,
        height_px: side,
        shadow: None,
        blur_px: 0.0,
    };
    let raster = vector::svg(&art, 1.0)?;
    let margin = (-raster.origin_px.0 - side / 2.0).round().max(0.0) as u32;
    let solid = (0..GRID * GRID).map(|cell| {
        let (x, y) = ((cell % GRID) as u32 + margin, (cell / GRID) as u32 + margin);
        raster.pixmap.pixel(x, y).is_some_and(|pixel| pixel.alpha() >= SOLID)
    });
    let solid: Vec<bool> = solid.collect();
    solid.iter().any(|cell| *cell).then_some(solid)
}

/// How far each covered cell is from the nearest that is not, in cells (chamfer distance, Borgefors
/// 1986, weights 3 and 4).
fn depths(solid: &[bool]) -> Vec<f32> {
    const FAR: u32 = 1 << 20;
    let side = GRID as isize;
    let mut depth: Vec<u32> = solid.iter().map(|cell| if *cell { FAR } else { 0 }).collect();
    let sweep = |depth: &mut Vec<u32>, order: &mut dyn Iterator<Item = usize>, back: isize| {
        for cell in order {
            let (x, y) = ((cell % GRID) as isize, (cell / GRID) as isize);
            for (dx, dy, weight) in [(-1, 0, 3), (0, -1, 3), (-1, -1, 4), (1, -1, 4)] {
                let (nx, ny) = (x + dx * back, y + dy * back);
                let inside = (0..side).contains(&nx) && (0..side).contains(&ny);
                let near = if inside { depth[(ny * side + nx) as usize] } else { 0 };
                depth[cell] = depth[cell].min(near + weight);
            }
            if !solid[cell] {
                depth[cell] = 0;
            }
        }
    };
    sweep(&mut depth, &mut (0..GRID * GRID), 1);
    sweep(&mut depth, &mut (0..GRID * GRID).rev(), -1);
    depth.into_iter().map(|depth| depth as f32 / 3.0).collect()
}

/// A friendly lump.
fn lump(colour: Rgba) -> Arc<str> {
    let dark = colour.mix(NIGHT_INK, 0.25);
    let mut svg =
        String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">");
    let _ = write!(
        svg,
        "<path d=\"M50 6C80 6 92 30 92 56C92 82 76 95 50 95C24 95 8 82 8 56C8 30 20 6 50 6Z\" fill=\"{}\"/>\
         <path d=\"M8 60C10 84 26 95 50 95C74 95 90 84 92 60C86 78 70 84 50 84C30 84 14 78 8 60Z\" fill=\"{}\"/></svg>",
        colour.css(),
        dark.css()
    );
    svg.into()
}

#[cfg(test)]
mod tests;
