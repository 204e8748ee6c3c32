//! The `quote` world: kinetic type, one idea a line. Words land on their frames and are their own
//! captions; behind them a quiet depth of soft light, a great quotation mark and drifting dust.

mod depth;
mod setting;

use std::sync::Arc;

use crate::{
    palette::{NIGHT_INK, Palette, WHITE},
    scene::{Content, Ease, Layer, PathArt, Pose, Rgba, Scene, Shadow, Stroke, SvgArt, Track},
    story::Visual,
    treatments::{
        Take,
        pieces::{
            geometry::{SAFE_LEFT_PX, SAFE_RIGHT_PX},
            lettering::{self, Lettering},
            motion::{self, Entrance},
            photo,
        },
    },
};

use setting::{Page, Placed, Stand, bare};

/// Where lines may stand: below the mark, above the attribution.
const LINES_PX: [f32; 2] = [460.0, 1226.0];
/// Length of a page's exit: quicker than usual, as the next page waits for its first word.
const EXIT_FRAMES: f32 = 5.0;
/// How clearly words show that have not been spoken yet.
const GHOST: f32 = 0.16;
/// One of the two strokes of a quotation mark, 54 × 98, top left at the origin.
const MARK: &str = "M48 0 C18 10 0 36 0 66 C0 86 12 98 28 98 C43 98 54 87 54 73 C54 59 44 49 30 49 \
                    C27 49 25 49 23 50 C26 34 36 21 53 13 Z";

/// What differs from shot to shot.
struct Look {
    stand: Stand,
    landing: Entrance,
    swoosh: bool,
    palette: Palette,
    photo: bool,
}

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let look = look(take);
    let pages = setting::pages(take, look.stand, LINES_PX);
    let mut layers = depth::background(take, &look);
    layers.extend(depth::great_mark(take, &look));
    layers.extend(depth::dust(take, &look));
    layers.extend(mark(take, &look, &pages));
    layers.extend(picture(take, &look));
    for (index, page) in pages.iter().enumerate() {
        layers.extend(page_layers(take, &look, page, pages.get(index + 1), index));
    }
    layers.extend(attribution(take, &look, &pages));
    let focus = [540.0, 820.0];
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, focus),
        layers,
    }
}

fn look(take: &Take) -> Look {
    let stand = [Stand::Start, Stand::Centre, Stand::End, Stand::Stack][take.variant("stand", 4)];
    let landing = [
        Entrance::Rise(54.0),
        Entrance::Pop,
        Entrance::Drop(46.0),
        Entrance::Slide(70.0),
        Entrance::Swing(-9.0),
    ][take.variant("landing", 5)];
    let photo = photo::fills(take);
    let mut palette = take.palette;
    if photo {
        palette = Palette { ink: WHITE, accent: take.palette.caption_accent(), ..palette };
    }
    Look { stand, landing, swoosh: take.variant("swoosh", 2) == 0, palette, photo }
}

fn glued(name: &str, content: Content, pose: Pose) -> Layer {
    Layer { name: name.into(), content, depth: 0.0, from_frame: 0, until_frame: u32::MAX, pose }
}

fn filled(d: String, fill: Rgba) -> Content {
    let (trim_from, trim_to) = (Track::fixed(0.0), Track::fixed(1.0));
    Content::Path(PathArt { d, fill: Some(fill), stroke: None, trim_from, trim_to })
}

/// Both strokes round the origin, `scale` times 122 × 98.
fn mark_path(scale: f32) -> String {
    let stroke = |shift: f32| {
        let mut is_x = true;
        let mut out = String::new();
        for part in MARK.split_whitespace() {
            let (letter, number) =
                part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
            out.push_str(letter);
            if let Ok(value) = number.parse::<f32>() {
                let moved = if is_x { value + shift - 61.0 } else { value - 49.0 };
                out.push_str(&format!("{:.1} ", moved * scale));
                is_x = !is_x;
            }
        }
        out
    };
    format!("{} {}", stroke(0.0), stroke(68.0))
}

/// The opening mark over the first line; on the close also its partner after the last.
fn mark(take: &Take, look: &Look, pages: &[Page]) -> Vec<Layer> {
    let top = pages.iter().map(|page| page.span_px[0]).fold(LINES_PX[1], f32::min);
    let y = (top - 104.0).clamp(340.0, 640.0);
    let scale = 1.25;
    let half = 61.0 * scale;
    let x = match look.stand {
        Stand::Start | Stand::Stack if right_to_left(take) => SAFE_RIGHT_PX - 18.0 - half,
        Stand::Start | Stand::Stack => left_edge(pages.first()) + half,
        Stand::Centre => 540.0,
        Stand::End => SAFE_RIGHT_PX - 18.0 - half,
    };
    let mut pose = Pose::at(x, y);
    pose.idle = Some(motion::idle(3, 0.5));
    pose = motion::enter(pose, Entrance::Settle, -8.0);
    let colour = look.palette.accent;
    let mut layers = vec![glued("opening mark", filled(mark_path(scale), colour), pose)];
    if let Some(page) = pages.last().filter(|_| take.is_close()) {
        let bottom = page.span_px[1];
        let x = if look.stand == Stand::End || right_to_left(take) {
            SAFE_LEFT_PX + 18.0 + half
        } else {
            SAFE_RIGHT_PX - 18.0 - half
        };
        let mut pose = Pose::at(x, bottom + 74.0);
        pose.rotation_deg = Track::fixed(180.0);
        pose.idle = Some(motion::idle(4, 0.5));
        let at = page.words.last().map_or(0.0, |word| word.at_frame) + 4.0;
        pose = motion::enter(pose, Entrance::Pop, at);
        layers.push(glued("closing mark", filled(mark_path(scale), colour), pose));
    }
    layers
}

/// True where the shot is read from the right.
fn right_to_left(take: &Take) -> bool {
    take.words().next().is_some_and(|word| lettering::is_rtl(&word.text))
}

/// Where the lines of a page begin on the left.
fn left_edge(page: Option<&Page>) -> f32 {
    let words = page.into_iter().flat_map(|page| &page.words);
    let edge = words.map(|word| word.centre_px[0] - word.width_px / 2.0).fold(f32::MAX, f32::min);
    edge.clamp(SAFE_LEFT_PX + 18.0, 480.0)
}

/// A small illustration beside the mark, where the shot has one and is neither first nor last.
fn picture(take: &Take, look: &Look) -> Option<Layer> {
    let Visual::Drawing { hero, .. } = &take.shot.visual else { return None };
    if take.is_first() || take.is_close() || look.stand == Stand::Centre {
        return None;
    }
    let x = if look.stand == Stand::End || right_to_left(take) { 262.0 } else { 818.0 };
    let art = SvgArt {
        svg: Arc::clone(&hero.svg),
        width_px: 220.0,
        height_px: 220.0,
        shadow: Some(Shadow { blur_px: 16.0, offset_y_px: 24.0, colour: look.palette.shadow() }),
        blur_px: 0.0,
    };
    let mut pose = Pose::at(x, 386.0);
    pose.idle = Some(motion::idle(take.index + 1, 1.0));
    pose = motion::enter(pose, Entrance::Pop, hero.at_frame as f32);
    let mut layer = glued("picture", Content::Svg(art), pose);
    layer.from_frame = hero.at_frame;
    Some(layer)
}

fn set_word(word: &Placed, colour: Rgba) -> Lettering {
    Lettering::title(&word.text, word.size_px, colour).within(word.width_px + 40.0)
}

/// Ghosts, words as they land, and the swoosh under the stressed one.
fn page_layers(
    take: &Take,
    look: &Look,
    page: &Page,
    next: Option<&Page>,
    index: usize,
) -> Vec<Layer> {
    let from = if index == 0 { 0.0 } else { (page.spoken[0] - 1.0).max(0.0) };
    let last_landing = page.words.last().map_or(0.0, |word| word.at_frame);
    let gone = next.map(|next| next.spoken[0].max(last_landing + 8.0));
    let shadow = if look.palette.is_light() { None } else { Some(NIGHT_INK.with_alpha(0.35)) };
    let mut layers = Vec::new();
    for (n, word) in page.words.iter().enumerate() {
        // The hook's first word already stands on frame 0.
        let opening = take.is_first() && index == 0 && n == 0;
        let at = if opening { -8.0 } else { (word.at_frame - 2.0).max(from) };
        let [x, y] = word.centre_px;
        let mut place =
            |name: &str, pose: Pose, colour: Rgba, from: f32, until: Option<f32>, soft: bool| {
                let text = set_word(word, colour);
                let text = match shadow.filter(|_| soft) {
                    Some(shadow) => text.shadowed(shadow),
                    None => text,
                };
                let pose = match gone.filter(|_| until.is_none()) {
                    Some(gone) => exit(pose, gone),
                    None => pose,
                };
                let mut layer = text.layer(name, pose, from.max(0.0) as u32);
                if let Some(until) = until.or(gone) {
                    layer.until_frame = until.max(0.0).ceil() as u32;
                }
                layers.push(layer);
            };
        if at > from + 1.0 {
            let ghost = look.palette.ink.with_alpha(GHOST);
            let mut pose = Pose::at(x, y);
            if index > 0 {
                pose.opacity = Track::fixed(0.0).to(from, from + 5.0, 1.0, Ease::Linear);
            }
            place("ghost", pose, ghost, from, Some(at), false);
        }
        let colour = if word.stressed { look.palette.accent } else { look.palette.ink };
        let landing = if opening { Entrance::Settle } else { look.landing };
        let mut pose = motion::enter(Pose::at(x, y), landing, at);
        if word.stressed {
            pose = motion::grow(pose, at + 14.0, 1.03);
        }
        place("word", pose, colour, at, None, true);
        if word.stressed && look.swoosh {
            layers.push(swoosh(look, word, at, gone));
        }
    }
    layers
}

/// A page leaves upwards and quickly.
fn exit(mut pose: Pose, gone: f32) -> Pose {
    let start = gone - EXIT_FRAMES;
    let y = motion::settled(&pose.y_px);
    motion::push(&mut pose.opacity, start, gone, 0.0, Ease::In);
    motion::push(&mut pose.y_px, start, gone, y - 46.0, Ease::In);
    pose
}

/// A brush stroke that draws itself under the stressed word.
fn swoosh(look: &Look, word: &Placed, at: f32, gone: Option<f32>) -> Layer {
    let half = word.width_px / 2.0;
    let d = format!(
        "M-{half} 4 C-{a} -8 {b} -12 {half} -4 C{b} 0 -{b} 6 -{c} 12",
        a = half * 0.4,
        b = half * 0.3,
        c = half * 0.2
    );
    let art = PathArt {
        d,
        fill: None,
        stroke: Some(Stroke {
            colour: look.palette.accent.with_alpha(0.9),
            width_px: 9.0,
            dash_px: Vec::new(),
        }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(0.0).to(at + 5.0, at + 17.0, 1.0, Ease::InOut),
    };
    let [x, y] = word.centre_px;
    let mut pose = Pose::at(x, word.size_px.mul_add(0.47, y));
    if let Some(gone) = gone {
        pose = exit(pose, gone);
    }
    let mut layer = glued("swoosh", Content::Path(art), pose);
    layer.from_frame = (at + 5.0).max(0.0) as u32;
    layer.until_frame = gone.map_or(u32::MAX, |gone| gone.ceil() as u32);
    layer
}

/// A thin rule that draws itself, and who said it: the on-screen text, unless it is being spoken.
fn attribution(take: &Take, look: &Look, pages: &[Page]) -> Vec<Layer> {
    let Some(page) = pages.last() else { return Vec::new() };
    let spoken: String = take.words().map(|word| bare(&word.text)).collect();
    let name = take
        .shot
        .on_screen
        .as_deref()
        .map(|name| name.trim().trim_start_matches(['—', '–', '-']).trim());
    let name = name.filter(|name| !name.is_empty() && !spoken.contains(&bare(name)));
    let last = page.words.last().map_or(0.0, |word| word.at_frame);
    // An early glimpse where the shot ends soon after its last word.
    let at = (last + 6.0).min(take.shot.frames as f32 - 24.0).max(2.0);
    let y = page.span_px[1] + 58.0;
    let text = name.map(|name| {
        Lettering::secondary(name, 56.0, look.palette.ink).weight(500).fitted(take, 640.0, 140.0)
    });
    let [width, height] = text.as_ref().map_or([0.0, 0.0], |text| text.size(take));
    let rule = 130.0;
    let place = |wide: f32| match look.stand {
        Stand::Start | Stand::Stack if right_to_left(take) => SAFE_RIGHT_PX - 18.0 - wide / 2.0,
        Stand::Start | Stand::Stack => left_edge(Some(page)) + wide / 2.0,
        Stand::Centre => 540.0,
        Stand::End => SAFE_RIGHT_PX - 18.0 - wide / 2.0,
    };
    let art = PathArt {
        d: format!("M-{0} 0 H{0}", rule / 2.0),
        fill: None,
        stroke: Some(Stroke { colour: look.palette.accent, width_px: 7.0, dash_px: Vec::new() }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(0.0).to(at, at + 12.0, 1.0, Ease::Out),
    };
    let mut layers = vec![glued("rule", Content::Path(art), Pose::at(place(rule), y))];
    layers[0].from_frame = at as u32;
    if let Some(text) = text {
        let pose = Pose::at(place(width), y + 38.0 + height / 2.0);
        let pose = motion::enter(pose, Entrance::Rise(30.0), at + 5.0);
        layers.push(text.layer("attribution", pose, at as u32));
    }
    layers
}
