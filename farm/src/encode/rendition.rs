//! A smaller MP4 of a finished one, under a byte budget: what chats take as an attachment.
//!
//! The picture is scaled so that the budget leaves enough bits for each pixel, and encoded at a
//! constant quality with a ceiling on the rate: still scenes take what they need and no more, and
//! the whole can never be longer than ceiling × time + buffer (the leaky bucket of H.264, annex
//! C.1.2).

use std::path::Path;

use ffmpeg_next::{format::Pixel, software::scaling};
use tokio_util::sync::CancellationToken;

use super::{
    EncodeError, FPS, aac,
    decode::{self, Fidelity},
    mux,
    picture::{Picture, Planes},
    segment::{RateCap, SegmentEncoder, VideoSettings},
};

/// Sound of the rendition: clean for one voice over a quiet bed.
const SOUND_BPS: usize = 96_000;
/// Bits a pixel and frame from which drawn pictures should look right at this preset: an estimate,
/// not measured. Photographs want more, and get softer instead.
const BITS_PER_PIXEL: f64 = 0.035;
/// Below this no size looks like anything.
const VIDEO_BPS_MIN: f64 = 60_000.0;
/// Widths tried, widest first; heights follow the master's shape.
const WIDTHS_PX: [u32; 5] = [1080, 720, 540, 360, 270];
/// Quality above which no more bits are spent.
const CRF: u8 = 23;
/// Length of the rate's buffer: long enough for a transition, short enough to count against the
/// budget.
const BUFFER_S: f64 = 2.0;
/// Share of the budget that is planned for; the rest is for the container and the encoder's slips.
const PLANNED: f64 = 0.97;
/// How often a file that came out too long is made again, tighter.
const TRIES: u32 = 3;

/// Size and rate for a budget.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Plan {
    picture_px: (u32, u32),
    video_bps: f64,
}

/// Writes a rendition of `master` of at most `budget_bytes` to `out`, and says whether there is
/// one: none is needed when the master fits, and none is possible when the budget is absurd.
/// `progress` hears fractions 0–1. The same master and budget give the same bytes.
///
/// # Errors
/// [`EncodeError::NotAVideo`], [`EncodeError::Io`], [`EncodeError::Cancelled`].
pub fn fit(
    master: &Path,
    out: &Path,
    budget_bytes: u64,
    cancel: &CancellationToken,
    progress: &dyn Fn(f32),
) -> Result<bool, EncodeError> {
    let io = |source| EncodeError::Io { what: format!("looking at {}", master.display()), source };
    if master.metadata().map_err(io)?.len() <= budget_bytes {
        return Ok(false);
    }
    let probe = decode::probe(master)?;
    let (sound, _) = decode::sound(master, cancel)?;
    let folder = out.parent().unwrap_or(Path::new("."));
    let track = temporary(folder)?;
    aac::encode_at(&sound, &track, SOUND_BPS, cancel)?;
    let sound_bytes = track.metadata().map_err(io)?.len();
    let shape = (probe.video.width_px, probe.video.height_px);
    let mut share = PLANNED;
    for attempt in 0..TRIES {
        let left_bytes = (budget_bytes as f64 * share) - sound_bytes as f64;
        let Some(plan) = plan(left_bytes, probe.video.duration_s, shape) else { return Ok(false) };
        let film = temporary(folder)?;
        encode(master, &film, &plan, cancel, progress, probe.video.duration_s)?;
        mux::mux(&[film.to_path_buf()], Some(&track), out, cancel)?;
        let size_bytes = out.metadata().map_err(io)?.len();
        if size_bytes <= budget_bytes {
            tracing::debug!(?plan, size_bytes, attempt, "made a rendition");
            return Ok(true);
        }
        tracing::info!(?plan, size_bytes, budget_bytes, "the rendition is too long; once more");
        share *= 0.95 * budget_bytes as f64 / size_bytes as f64;
    }
    Ok(false)
}

/// The largest picture that `left_bytes` of video can carry for so long.
fn plan(left_bytes: f64, duration_s: f64, (width_px, height_px): (u32, u32)) -> Option<Plan> {
    // A full buffer may go out on top of the rate.
    let video_bps = left_bytes * 8.0 / (duration_s + BUFFER_S);
    if !video_bps.is_finite() || video_bps < VIDEO_BPS_MIN || duration_s <= 0.0 {
        return None;
    }
    let sizes = WIDTHS_PX.into_iter().filter(|width| *width < width_px).map(|width| {
        let height = f64::from(height_px) * f64::from(width) / f64::from(width_px);
        (width, (height / 2.0).round().max(1.0) as u32 * 2)
    });
    let rate = |(width, height): (u32, u32)| {
        f64::from(width) * f64::from(height) * f64::from(FPS) * BITS_PER_PIXEL
    };
    let mut smallest = (width_px, height_px);
    for size in std::iter::once(smallest).chain(sizes) {
        smallest = size;
        if rate(size) <= video_bps {
            break;
        }
    }
    Some(Plan { picture_px: smallest, video_bps })
}

fn encode(
    master: &Path,
    film: &Path,
    plan: &Plan,
    cancel: &CancellationToken,
    progress: &dyn Fn(f32),
    duration_s: f64,
) -> Result<(), EncodeError> {
    let (width_px, height_px) = plan.picture_px;
    let settings = VideoSettings {
        crf: CRF,
        cap: Some(RateCap {
            max_bps: plan.video_bps as u64,
            buffer_bits: (plan.video_bps * BUFFER_S) as u64,
        }),
        ..VideoSettings::delivery(width_px, height_px)
    };
    let mut encoder = SegmentEncoder::create(film, &settings, cancel.clone())?;
    let mut scaler = None;
    let frames = (duration_s * f64::from(FPS)).max(1.0) as f32;
    decode::frames(master, Fidelity::Exact, cancel, |frame| {
        let scaler = match &mut scaler {
            Some(scaler) => scaler,
            none => none.insert(Scaler::new(&frame.planes, width_px, height_px)?),
        };
        encoder.encode(scaler.scale(&frame.planes)?)?;
        progress((frame.index + 1) as f32 / frames);
        Ok(())
    })?;
    encoder.finish().map(drop)
}

/// Brings pictures of one size to another.
struct Scaler {
    context: scaling::Context,
    from: Picture,
    to: Picture,
}

impl Scaler {
    fn new(planes: &Planes<'_>, width_px: u32, height_px: u32) -> Result<Self, EncodeError> {
        let context = scaling::Context::get(
            Pixel::YUV420P,
            planes.width_px,
            planes.height_px,
            Pixel::YUV420P,
            width_px,
            height_px,
            scaling::Flags::BICUBIC | scaling::Flags::ACCURATE_RND | scaling::Flags::BITEXACT,
        );
        Ok(Self {
            context: context
                .map_err(|error| EncodeError::from_ffmpeg("preparing to scale", error))?,
            from: Picture::new(planes.width_px, planes.height_px)?,
            to: Picture::new(width_px, height_px)?,
        })
    }

    fn scale(&mut self, planes: &Planes<'_>) -> Result<&mut Picture, EncodeError> {
        let size = (self.from.frame.width(), self.from.frame.height());
        if (planes.width_px, planes.height_px) != size {
            return Err(EncodeError::Mismatch("the picture's size changes in the film".to_owned()));
        }
        copy(planes, &mut self.from)?;
        // The encoder may still hold on to the last picture.
        self.to.planes_mut()?;
        self.context
            .run(&self.from.frame, &mut self.to.frame)
            .map_err(|error| EncodeError::from_ffmpeg("scaling a frame", error))?;
        // Scaling may write past the rows' ends; what stands there must not vary.
        self.to.planes_mut()?;
        Ok(&mut self.to)
    }
}

fn copy(from: &Planes<'_>, to: &mut Picture) -> Result<(), EncodeError> {
    let to = to.planes_mut()?;
    let (width, height) = (from.width_px as usize, from.height_px as usize);
    let planes =
        [(to.y, width, height), (to.u, width / 2, height / 2), (to.v, width / 2, height / 2)];
    for (plane, (pixels, width, height)) in planes.into_iter().enumerate() {
        for row in 0..height {
            let source = &from.data[plane][row * from.stride_bytes[plane]..][..width];
            pixels[row * to.stride_bytes[plane]..][..width].copy_from_slice(source);
        }
    }
    Ok(())
}

fn temporary(folder: &Path) -> Result<tempfile::TempPath, EncodeError> {
    let made = tempfile::NamedTempFile::new_in(folder);
    made.map(tempfile::NamedTempFile::into_temp_path).map_err(|source| EncodeError::Io {
        what: format!("writing to {}", folder.display()),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_decides_how_large_the_picture_is() {
        let budget = (8 << 20) as f64;
        let size = |seconds| plan(budget, seconds, (1080, 1920)).unwrap().picture_px;
        assert_eq!(size(10.0), (1080, 1920));
        assert_eq!(size(30.0), (720, 1280));
        assert_eq!(size(90.0), (540, 960));
        assert_eq!(size(180.0), (360, 640));
        assert_eq!(plan(budget, 15.0, (720, 1280)).unwrap().picture_px, (720, 1280));
        assert_eq!(plan(budget, 60.0, (180, 320)).unwrap().picture_px, (180, 320), "never larger");
        assert_eq!(plan(20_000.0, 60.0, (1080, 1920)), None, "nothing to be seen");
        assert_eq!(plan(-1.0, 60.0, (1080, 1920)), None);
    }
}
