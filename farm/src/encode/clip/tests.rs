//! A clip is shown at its own pace, and its pictures are the same from wherever one comes to them.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::encode::{
    picture::Picture,
    segment::{SegmentEncoder, VideoSettings},
};

const SIZE_PX: (u32, u32) = (96, 160);

/// A clip whose nth picture is of a brightness of its own, with a key frame every two seconds.
fn film(path: &Path, frames: u32) {
    let settings = VideoSettings { crf: 10, ..VideoSettings::delivery(SIZE_PX.0, SIZE_PX.1) };
    let mut encoder =
        SegmentEncoder::create(path, &settings, CancellationToken::new()).expect("opens");
    let mut picture = Picture::new(SIZE_PX.0, SIZE_PX.1).expect("even");
    for frame in 0..frames {
        picture.planes_mut().expect("writable").y.fill(luma(frame));
        encoder.encode(&mut picture).expect("encodes");
    }
    encoder.finish().expect("ends");
}

fn luma(frame: u32) -> u8 {
    (30 + frame * 53 % 190) as u8
}

/// The middle of a frame at 30 a second.
fn middle_us(frame: u32) -> u64 {
    (2 * u64::from(frame) + 1) * 1_000_000 / 60
}

fn seen(clip: &mut Clip, frame: u32) -> (u32, Vec<u8>) {
    let planes = clip.at(middle_us(frame)).expect("a picture");
    let line = &planes.data[0][..planes.width_px as usize];
    let mean = line.iter().map(|&luma| u32::from(luma)).sum::<u32>() / planes.width_px;
    (mean, planes.to_rgb())
}

#[test]
fn every_frame_is_shown_in_its_own_time_and_the_last_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    film(&path, 150);
    let mut clip = Clip::open(&path, SIZE_PX, [0.5, 0.5]).unwrap();
    assert_eq!((clip.size_px(), clip.length_us()), (SIZE_PX, 5_000_000));
    for frame in 0..170 {
        let (mean, _) = seen(&mut clip, frame);
        let due = luma(frame.min(149));
        assert!(mean.abs_diff(u32::from(due)) <= 3, "frame {frame}: {mean}, not {due}");
    }
    assert_eq!(clip.shown_from_us(), Some(4_966_667), "when frame 149 begins");
}

#[test]
fn a_picture_is_the_same_from_wherever_one_comes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    film(&path, 330);
    let size_px = (72, 128);
    let mut forward = Clip::open(&path, size_px, [0.5, 0.5]).unwrap();
    let pictures: Vec<_> = (0..330).map(|frame| seen(&mut forward, frame)).collect();
    let mut about = Clip::open(&path, size_px, [0.5, 0.5]).unwrap();
    for frame in [200, 0, 329, 61, 60, 59, 300, 120, 0] {
        assert!(seen(&mut about, frame) == pictures[frame as usize], "frame {frame}");
    }
}

#[test]
fn what_is_no_clip_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let outcome = Clip::open(&path, SIZE_PX, [0.5, 0.5]).map(|mut clip| clip.at(0).map(drop));
        matches!(
            outcome,
            Err(EncodeError::NotAVideo { .. }) | Ok(Err(EncodeError::NotAVideo { .. }))
        )
    };
    assert!(refused("empty.mp4", b""));
    assert!(refused("page.mp4", b"<html>Sorry, this video is gone</html>"));
    assert!(refused("list.mp4", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n"));
    assert!(refused("bare.mp4", b"\0\0\0\x14ftypisom\0\0\x02\0isom"));
    let whole = folder.path().join("whole.mp4");
    film(&whole, 30);
    let bytes = std::fs::read(&whole).unwrap();
    assert!(refused("cut.mp4", &bytes[..bytes.len() / 2]), "its index is at the end");
}
