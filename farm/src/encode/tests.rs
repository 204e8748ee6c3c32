//! Encodes and decodes back: what a player would see and hear.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{
    EncodeError, aac, boxes,
    decode::{self, Fidelity},
    mux::mux,
    picture::Picture,
    qc::{self, Expectations, TextBox},
    rendition,
    segment::{SegmentEncoder, VideoSettings},
};
use crate::audio::{Stereo, loudness};

const WIDTH: u32 = 180;
const HEIGHT: u32 = 320;

/// A soft gradient that moves, so that no frame equals another.
fn paint(picture: &mut Picture, frame: u32) {
    let planes = picture.planes_mut().expect("writable");
    let [luma_stride, chroma_stride, _] = planes.stride_bytes;
    for row in 0..planes.height_px as usize {
        for column in 0..planes.width_px as usize {
            let wave = ((row + column) as f32 / 23.0 + frame as f32 / 5.0).sin();
            planes.y[row * luma_stride + column] = (126.0 + 70.0 * wave) as u8;
        }
    }
    for row in 0..planes.height_px as usize / 2 {
        for column in 0..planes.width_px as usize / 2 {
            let at = row * chroma_stride + column;
            planes.u[at] = (128.0 + 40.0 * (column as f32 / 30.0).cos()) as u8;
            planes.v[at] = (128.0 + 40.0 * ((row as f32 + frame as f32) / 40.0).sin()) as u8;
        }
    }
}

fn still(picture: &mut Picture, luma: u8) {
    let planes = picture.planes_mut().expect("writable");
    planes.y.fill(luma);
    planes.u.fill(128);
    planes.v.fill(128);
}

fn segment(path: &Path, frames: std::ops::Range<u32>, draw: impl Fn(&mut Picture, u32)) {
    let settings = VideoSettings::delivery(WIDTH, HEIGHT);
    let mut encoder =
        SegmentEncoder::create(path, &settings, CancellationToken::new()).expect("opens");
    let mut picture = Picture::new(WIDTH, HEIGHT).expect("even");
    for frame in frames {
        draw(&mut picture, frame);
        encoder.encode(&mut picture).expect("encodes");
    }
    encoder.finish().expect("ends");
}

fn tone(seconds: f32) -> Stereo {
    let samples = (seconds * 48_000.0) as usize;
    let channel = |hz: f32| {
        (0..samples)
            .map(|at| 0.3 * (at as f32 * hz * std::f32::consts::TAU / 48_000.0).sin())
            .collect()
    };
    let mix = Stereo { left: channel(330.0), right: channel(333.0) };
    let ceiling = loudness::CEILING_BEFORE_AAC_DBTP;
    loudness::master(&mix, 48_000, loudness::TARGET_LUFS, ceiling).expect("48 kHz")
}

struct Film {
    folder: tempfile::TempDir,
}

impl Film {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A finished file of one or more segments with sound.
    fn make(&self, lengths: &[u32], sound: &Stereo, draw: impl Fn(&mut Picture, u32)) -> PathBuf {
        let mut segments = Vec::new();
        let mut start = 0;
        for (index, length) in lengths.iter().enumerate() {
            let path = self.path(&format!("{index}.mp4"));
            segment(&path, start..start + length, &draw);
            segments.push(path);
            start += length;
        }
        let (track, out) = (self.path("sound.mp4"), self.path("film.mp4"));
        let cancel = CancellationToken::new();
        aac::encode(sound, &track, &cancel).expect("AAC");
        let frames = mux(&segments, Some(&track), &out, &cancel).expect("joins");
        assert_eq!(frames, start);
        out
    }
}

fn expect(frames: u32, shot_starts: &[u32]) -> Expectations {
    Expectations {
        frames,
        picture_px: (WIDTH, HEIGHT),
        shot_starts: shot_starts.to_vec(),
        text_boxes: None,
    }
}

fn failed(path: &Path, expectations: &Expectations) -> Vec<String> {
    let report = qc::inspect(path, Some(expectations), &CancellationToken::new()).expect("a video");
    report.checks.into_iter().filter(|check| !check.passed).map(|check| check.name).collect()
}

#[test]
fn joined_segments_decode_to_every_frame_at_its_time() {
    let film = Film::new();
    let path = film.make(&[70, 31], &tone(101.0 / 30.0), paint);
    let mut reference = Picture::new(WIDTH, HEIGHT).expect("even");
    let mut keys = Vec::new();
    let mut worst_db = f64::INFINITY;
    let count = decode::frames(&path, Fidelity::Exact, &CancellationToken::new(), |frame| {
        assert_eq!(frame.time_milliframes, i64::from(frame.index) * 1000);
        if frame.key {
            keys.push(frame.index);
        }
        paint(&mut reference, frame.index);
        let wanted = reference.planes();
        let mut squares = 0.0;
        for row in 0..HEIGHT as usize {
            let line = |planes: &super::picture::Planes<'_>| {
                planes.data[0][row * planes.stride_bytes[0]..][..WIDTH as usize].to_vec()
            };
            for (one, other) in line(&frame.planes).iter().zip(line(&wanted)) {
                squares += (f64::from(*one) - f64::from(other)).powi(2);
            }
        }
        let mean = squares / f64::from(WIDTH * HEIGHT);
        worst_db = worst_db.min(10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10());
        Ok(())
    })
    .expect("decodes");
    assert_eq!(count, 101);
    assert!(worst_db >= 35.0, "a frame came back at {worst_db:.1} dB");
    assert!(keys.contains(&0) && keys.contains(&70), "each segment starts a GOP: {keys:?}");
}

#[test]
fn a_good_file_passes_the_gate_but_for_its_size_when_nothing_is_known() {
    let film = Film::new();
    let path = film.make(&[45, 45], &tone(3.0), paint);
    assert_eq!(failed(&path, &expect(90, &[0, 45])), Vec::<String>::new());
    let bare = qc::inspect(&path, None, &CancellationToken::new()).expect("a video");
    let wrong: Vec<_> = bare.checks.iter().filter(|check| !check.passed).collect();
    assert_eq!(wrong.len(), 1, "{bare}");
    assert_eq!(wrong[0].name, "picture");
    assert!(bare.to_string().contains("not checked"));
    assert!(boxes::index_first(&boxes::top_level(&path).expect("readable")));
}

#[test]
fn the_gate_names_what_is_wrong_with_a_picture() {
    let film = Film::new();
    let black = film.make(&[30], &tone(1.0), |picture, _| still(picture, 16));
    assert_eq!(failed(&black, &expect(30, &[0])), ["black", "frozen"]);
    let halves = |picture: &mut Picture, frame: u32| {
        if frame < 20 { still(picture, 120) } else { paint(picture, frame) }
    };
    let frozen = film.make(&[50], &tone(50.0 / 30.0), halves);
    assert_eq!(failed(&frozen, &expect(50, &[0])), ["frozen"]);
    assert_eq!(failed(&frozen, &expect(50, &[0, 10])), Vec::<String>::new(), "two short stills");
    assert_eq!(failed(&frozen, &expect(60, &[0, 10])), ["duration"]);
}

/// One broad slope of light, `moved_px` to the side of where it began.
fn slope(picture: &mut Picture, moved_px: f32) {
    still(picture, 128);
    let planes = picture.planes_mut().expect("writable");
    let stride = planes.stride_bytes[0];
    for row in 0..planes.height_px as usize {
        for column in 0..planes.width_px as usize {
            let luma = 60.0 + (column as f32 + moved_px) * 0.3 + row as f32 * 0.1;
            // Dithered, as a photograph's grain would.
            let grain = (row * 7 + column * 13) % 16;
            planes.y[row * stride + column] = (luma + grain as f32 / 16.0) as u8;
        }
    }
}

#[test]
fn a_slow_move_over_a_picture_without_edges_is_a_move_and_a_still_one_is_not() {
    let film = Film::new();
    // At most 1.8 of luma in half a second: no pixel shows it by itself.
    let moving = film.make(&[60], &tone(2.0), |picture, at| slope(picture, at as f32 * 0.4));
    assert_eq!(failed(&moving, &expect(60, &[0])), Vec::<String>::new());
    let frozen = film.make(&[60], &tone(2.0), |picture, _| slope(picture, 0.0));
    assert_eq!(failed(&frozen, &expect(60, &[0])), ["frozen"]);
}

#[test]
fn the_gate_names_what_is_wrong_with_the_sound() {
    let film = Film::new();
    let mut gap = tone(5.0);
    for sample in 48_000..48_000 * 3 {
        (gap.left[sample], gap.right[sample]) = (0.0, 0.0);
    }
    let path = film.make(&[150], &gap, paint);
    assert_eq!(failed(&path, &expect(150, &[0])), ["silence"]);
    let mut loud = tone(2.0);
    loud.scale(5.0);
    let path = film.make(&[60], &loud, paint);
    assert_eq!(failed(&path, &expect(60, &[0])), ["loudness", "true peak"]);
    let path = film.make(&[60], &Stereo::silent(96_000), paint);
    assert_eq!(failed(&path, &expect(60, &[0])), ["loudness", "silence"]);
    let path = film.make(&[60], &tone(1.5), paint);
    assert_eq!(failed(&path, &expect(60, &[0])), ["sound length"]);
}

#[test]
fn a_file_with_its_index_last_or_text_under_the_buttons_fails() {
    let film = Film::new();
    let path = film.path("plain.mp4");
    segment(&path, 0..30, paint);
    let wrong = failed(&path, &expect(30, &[0]));
    assert!(wrong.contains(&"index first".to_owned()), "{wrong:?}");
    assert!(wrong.contains(&"sound".to_owned()), "{wrong:?}");
    let good = film.make(&[30], &tone(1.0), paint);
    let mut known = expect(30, &[0]);
    let caption = |bounds_px| TextBox { name: "caption".to_owned(), frame: 3, bounds_px };
    known.text_boxes = Some(vec![caption([200.0, 1250.0, 880.0, 1390.0])]);
    assert_eq!(failed(&good, &known), Vec::<String>::new());
    known.text_boxes = Some(vec![caption([200.0, 1350.0, 880.0, 1450.0])]);
    assert_eq!(failed(&good, &known), ["text in safe area"]);
}

#[test]
fn the_same_pictures_give_the_same_bytes() {
    let film = Film::new();
    let (one, other) = (film.path("one.mp4"), film.path("other.mp4"));
    segment(&one, 0..40, paint);
    segment(&other, 0..40, paint);
    assert_eq!(std::fs::read(one).expect("one"), std::fs::read(other).expect("other"));
}

#[test]
fn what_is_no_video_is_said_to_be_none() {
    let film = Film::new();
    let cancel = CancellationToken::new();
    let text = film.path("notes.mp4");
    std::fs::write(&text, "no video at all, just words ".repeat(200)).expect("written");
    assert!(matches!(qc::inspect(&text, None, &cancel), Err(EncodeError::NotAVideo { .. })));
    let empty = film.path("empty.mp4");
    std::fs::write(&empty, b"").expect("written");
    assert!(matches!(qc::inspect(&empty, None, &cancel), Err(EncodeError::NotAVideo { .. })));
    let missing = qc::inspect(&film.path("nowhere.mp4"), None, &cancel);
    assert!(matches!(missing, Err(EncodeError::Io { .. })), "{missing:?}");
}

/// Every third pixel its own noise, so that there is more than a small budget holds.
fn rough(picture: &mut Picture, frame: u32) {
    paint(picture, frame);
    let planes = picture.planes_mut().expect("writable");
    let mut state = frame.wrapping_mul(2_654_435_761) | 1;
    for pixel in planes.y.iter_mut().step_by(3) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *pixel = pixel.wrapping_add((state >> 26) as u8);
    }
}

#[test]
fn a_rendition_fits_its_budget_and_plays_as_long_as_the_master() {
    let film = Film::new();
    let master = film.make(&[60, 60], &tone(4.0), rough);
    let master_bytes = master.metadata().expect("there").len();
    let cancel = CancellationToken::new();
    let out = film.path("chat.mp4");
    let fit = |budget| rendition::fit(&master, &out, budget, &cancel, &|_| {}).expect("a video");
    assert!(!fit(master_bytes), "a master that fits needs none");
    assert!(!fit(20_000), "and some budgets are absurd");
    for share in [2, 4] {
        let budget = master_bytes / share;
        assert!(fit(budget));
        let size = out.metadata().expect("there").len();
        assert!(size <= budget, "{size} bytes of {budget}");
        assert!(size * 2 > budget, "most of the budget is used: {size} of {budget}");
        let probe = decode::probe(&out).expect("a video");
        assert_eq!(probe.video.codec, "h264 High");
        assert!(probe.video.bt709 && probe.video.yuv420p);
        let mut times = Vec::new();
        let count = decode::frames(&out, Fidelity::Exact, &cancel, |frame| {
            times.push(frame.time_milliframes);
            Ok(())
        });
        assert_eq!(count.expect("decodes"), 120);
        assert!(times.iter().enumerate().all(|(frame, time)| *time == frame as i64 * 1000));
        let (sound, rate) = decode::sound(&out, &cancel).expect("sound");
        // The encoder fills its last frame: up to one AAC frame of padding stands at the end.
        assert_eq!(rate, 48_000);
        assert!((4 * 48_000..=4 * 48_000 + 1024).contains(&sound.len()), "{}", sound.len());
        assert!(boxes::index_first(&boxes::top_level(&out).expect("readable")));
    }
    let bytes = std::fs::read(&out).expect("there");
    assert!(fit(master_bytes / 4));
    assert!(bytes == std::fs::read(&out).expect("there"), "the same again gives the same bytes");
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    let ended = rendition::fit(&master, &out, master_bytes / 4, &cancelled, &|_| {});
    assert!(matches!(ended, Err(EncodeError::Cancelled)), "{ended:?}");
}

#[test]
fn segments_of_other_settings_do_not_join() {
    let film = Film::new();
    let (one, other) = (film.path("one.mp4"), film.path("other.mp4"));
    segment(&one, 0..10, paint);
    let settings = VideoSettings { height_px: 160, ..VideoSettings::delivery(WIDTH, HEIGHT) };
    let mut encoder =
        SegmentEncoder::create(&other, &settings, CancellationToken::new()).expect("opens");
    let mut wrong_size = Picture::new(WIDTH, HEIGHT).expect("even");
    paint(&mut wrong_size, 0);
    assert!(matches!(encoder.encode(&mut wrong_size), Err(EncodeError::Mismatch(_))));
    let mut picture = Picture::new(WIDTH, 160).expect("even");
    paint(&mut picture, 0);
    encoder.encode(&mut picture).expect("encodes");
    encoder.finish().expect("ends");
    let joined = mux(&[one, other], None, &film.path("film.mp4"), &CancellationToken::new());
    assert!(matches!(joined, Err(EncodeError::Mismatch(_))), "{joined:?}");
}

#[test]
fn a_full_disk_and_a_cancelled_job_are_told_apart() {
    let settings = VideoSettings::delivery(WIDTH, HEIGHT);
    let mut picture = Picture::new(WIDTH, HEIGHT).expect("even");
    let full = SegmentEncoder::create(Path::new("/dev/full"), &settings, CancellationToken::new())
        .and_then(|mut encoder| {
            for frame in 0..60 {
                paint(&mut picture, frame);
                encoder.encode(&mut picture)?;
            }
            encoder.finish()
        });
    let Err(EncodeError::Io { source, .. }) = full else { panic!("{:?}", full.err()) };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);

    let film = Film::new();
    let cancel = CancellationToken::new();
    let mut encoder =
        SegmentEncoder::create(&film.path("cut.mp4"), &settings, cancel.clone()).expect("opens");
    paint(&mut picture, 0);
    encoder.encode(&mut picture).expect("encodes");
    cancel.cancel();
    assert!(matches!(encoder.encode(&mut picture), Err(EncodeError::Cancelled)));
}
