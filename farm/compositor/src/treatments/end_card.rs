//! What follows a free video: a second and a half that says whose it is, in the colours the video
//! ended in. A wordmark, because a word would have to be in everybody's language.

use crate::{
    palette::Palette,
    scene::{
        Backdrop, Content, DESIGN_HEIGHT_PX, DESIGN_WIDTH_PX, Ease, FPS, Glow, Layer, PathArt,
        Pose, Scene, Stroke, Track,
    },
    story::CameraMove,
    treatments::pieces::{
        lettering::Lettering,
        motion::{self, Entrance},
    },
};

/// Its length.
pub const FRAMES: u32 = FPS * 3 / 2;
/// The wordmark.
const NAME: &str = "Cutline";
/// Where everything stands, in design pixels: the optical centre, a little above the middle.
const CENTRE_PX: [f32; 2] = [DESIGN_WIDTH_PX / 2.0, DESIGN_HEIGHT_PX * 0.46];
/// Half the length of the line under the name.
const LINE_PX: f32 = 270.0;
/// The line's place below the name's centre.
const UNDER_PX: f32 = 118.0;
/// When the line is cut.
const CUT_FRAME: f32 = 17.0;

/// The card. Its transition in is the film's business.
#[must_use]
pub fn scene(palette: Palette) -> Scene {
    let mut pose = Pose::at(CENTRE_PX[0], CENTRE_PX[1]);
    pose.idle = Some(motion::idle(1, 1.0));
    let pose = motion::enter(pose, Entrance::Settle, -4.0);
    let mut name = Lettering::title(NAME, 168.0, palette.ink).layer("end card name", pose, 0);
    name.depth = 1.0;
    Scene {
        frames: FRAMES,
        camera: motion::camera(CameraMove::Push { to: 1.06 }, FRAMES, CENTRE_PX),
        layers: vec![backdrop(palette), half(palette, -1.0), half(palette, 1.0), name],
    }
}

fn backdrop(palette: Palette) -> Layer {
    let glow =
        Glow { centre_px: CENTRE_PX, radius_px: 760.0, colour: palette.glow.with_alpha(0.55) };
    Layer {
        name: "end card backdrop".into(),
        content: Content::Backdrop(Backdrop {
            stops: vec![(0.0, palette.bg1), (1.0, palette.bg2)],
            angle_deg: 16.0,
            glows: vec![glow],
        }),
        depth: 0.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: Pose::at(CENTRE_PX[0], DESIGN_HEIGHT_PX / 2.0),
    }
}

/// One side of the line: drawn towards the middle as part of one stroke, then parted from the other
/// along the cut.
fn half(palette: Palette, side: f32) -> Layer {
    let (outer, slant) = (side * LINE_PX, 9.0);
    // Both ends meet on a slanted cut: the one above the line, the other below it.
    let inner = side * slant;
    let (starts, ends) = if side < 0.0 { (1.0, 8.0) } else { (8.0, 15.0) };
    let (from, to) = if side < 0.0 { (outer, inner) } else { (inner, outer) };
    let parted = |at: f32, by: f32| {
        Track::fixed(at).to(CUT_FRAME, CUT_FRAME + 10.0, at + by, Ease::Spring(0.08))
    };
    let mut pose = Pose::at(CENTRE_PX[0], CENTRE_PX[1] + UNDER_PX);
    pose.x_px = parted(CENTRE_PX[0], side * 22.0);
    pose.y_px = parted(CENTRE_PX[1] + UNDER_PX, side * 13.0);
    Layer {
        name: "end card line".into(),
        content: Content::Path(PathArt {
            d: format!("M{from} 0 L{to} 0"),
            fill: None,
            stroke: Some(Stroke { colour: palette.accent, width_px: 16.0, dash_px: Vec::new() }),
            trim_from: Track::fixed(0.0),
            trim_to: Track::fixed(0.0).to(starts, ends, 1.0, Ease::Linear),
        }),
        depth: 1.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose,
    }
}
