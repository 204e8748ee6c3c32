//! A clip as a shot's picture: at its own pace, from its start again when it is over, and part of
//! what a finished part is remembered by.

use cutline_compositor::clip::ClipEnd;

use super::*;
use crate::{
    blob::Blob,
    encode::{
        picture::Picture as Canvas,
        segment::{SegmentEncoder, VideoSettings},
    },
};

const CLIP_PX: (u32, u32) = (320, 180);
const CLIP_FRAMES: u32 = 40;

fn luma(frame: u32, shift: u32) -> u8 {
    (40 + (frame * 61 + shift) % 160) as u8
}

/// A landscape clip whose every frame is of one brightness.
fn clip(studio: &Studio, shift: u32) -> Blob {
    let file = super::super::work::temporary(&studio.context.blobs).expect("a file");
    let settings = VideoSettings { crf: 12, ..VideoSettings::delivery(CLIP_PX.0, CLIP_PX.1) };
    let mut encoder =
        SegmentEncoder::create(&file, &settings, CancellationToken::new()).expect("opens");
    let mut canvas = Canvas::new(CLIP_PX.0, CLIP_PX.1).expect("even");
    for frame in 0..CLIP_FRAMES {
        canvas.planes_mut().expect("writable").y.fill(luma(frame, shift));
        encoder.encode(&mut canvas).expect("encodes");
    }
    encoder.finish().expect("ends");
    studio.context.blobs.adopt(&file, "mp4").expect("stored")
}

fn shown(studio: &Studio, rendered: &Rendered) -> Vec<u8> {
    let mut seen = Vec::new();
    let path = studio.context.blobs.path(&rendered.master);
    decode::frames(&path, Fidelity::Exact, &CancellationToken::new(), |frame| {
        // At the left edge, below titles and above captions.
        seen.push(frame.planes.data[0][300 * frame.planes.stride_bytes[0] + 6]);
        Ok(())
    })
    .expect("decodes");
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_is_shown_at_its_own_pace_and_named_by_its_content() {
    let studio = Studio::new();
    let mut input = studio.input(Format::Educational);
    let mut show = |blob| {
        input.imagery.shots[1].picture = Picture::Clip {
            blob,
            width_px: CLIP_PX.0,
            height_px: CLIP_PX.1,
            length_ms: CLIP_FRAMES * 1000 / 30,
            from_ms: 100,
            ends: ClipEnd::Loop,
            focus: [0.5, 0.5],
        };
        input.clone()
    };
    let first = studio.render(&show(clip(&studio, 0))).await;
    assert!(first.qc.passed(), "{}", first.qc.failures());
    let seen = shown(&studio, &first);
    // Past the transition at the shot's start. The shade leaves nine tenths of the brightness.
    for frame in 20..SHOT_FRAMES {
        let due = luma((frame + 3) % CLIP_FRAMES, 0);
        let there = f32::from(seen[(SHOT_FRAMES + frame) as usize]);
        let lit = (there - 0.88 * f32::from(due)).abs();
        assert!(lit < 9.0, "frame {frame}: {there} for {due}");
    }
    let kept = studio.memory.parts();
    studio.render(&show(clip(&studio, 7))).await;
    let made = studio.memory.parts().len() - kept.len();
    assert_eq!(made, 4, "the parts of its shot and of the one it gives way to, no others");
}
