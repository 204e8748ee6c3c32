//! Encodes one shot as an independent H.264 segment: closed GOPs, its own IDR, headers that are the
//! same for every segment of the same settings, so that [`super::mux`] can join them as they are.

use std::path::Path;

use ffmpeg_next::{
    Dictionary, Packet, Rational,
    codec::{self, Flags, encoder},
    color, format,
};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{EncodeError, FPS, picture::Picture, prepare, shown};

/// How pictures are encoded. Part of every segment's checkpoint key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VideoSettings {
    /// Picture width (even).
    pub width_px: u32,
    /// Picture height (even).
    pub height_px: u32,
    /// x264's constant rate factor: lower is better and larger; 18–23 is usual.
    pub crf: u8,
    /// x264's preset.
    pub preset: String,
    /// Encoder threads a segment. Fixed, because x264's output depends on it.
    pub threads: u8,
    /// A ceiling on the rate; `None` lets quality alone decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<RateCap>,
}

/// A leaky bucket: the encoder's output never outruns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RateCap {
    /// Bits a second that flow out.
    pub max_bps: u64,
    /// What the bucket holds.
    pub buffer_bits: u64,
}

impl VideoSettings {
    /// The settings of every delivered video: veryfast, CRF 20, one thread a segment (segments run
    /// side by side, which fills the cores without the losses of frame threading).
    #[must_use]
    pub fn delivery(width_px: u32, height_px: u32) -> Self {
        Self { width_px, height_px, crf: 20, preset: "veryfast".to_owned(), threads: 1, cap: None }
    }
}

/// Encodes one black frame at `path` and removes it: whether this machine can make videos at all.
///
/// # Errors
/// As in [`SegmentEncoder::create`].
pub fn trial(path: &Path) -> Result<(), EncodeError> {
    let settings = VideoSettings::delivery(720, 1280);
    let encoded = (|| {
        let mut encoder = SegmentEncoder::create(path, &settings, CancellationToken::new())?;
        encoder.encode(&mut Picture::new(settings.width_px, settings.height_px)?)?;
        encoder.finish()
    })();
    match (encoded, std::fs::remove_file(path)) {
        (Err(error), _) => Err(error),
        (Ok(_), Err(source)) => {
            Err(EncodeError::Io { what: format!("removing {}", shown(path)), source })
        }
        (Ok(_), Ok(())) => Ok(()),
    }
}

/// Encodes pictures into one MP4 segment. Dropping it unfinished leaves a broken file behind: give
/// it a temporary path.
pub struct SegmentEncoder {
    encoder: encoder::Video,
    output: format::context::Output,
    packet: Packet,
    stream_time_base: Rational,
    frames: u32,
    cancel: CancellationToken,
    name: String,
}

impl SegmentEncoder {
    /// Opens x264 and the file.
    ///
    /// # Errors
    /// [`EncodeError::Io`] when the file cannot be written, [`EncodeError::Codec`] when x264
    /// refuses the settings.
    pub fn create(
        path: &Path,
        settings: &VideoSettings,
        cancel: CancellationToken,
    ) -> Result<Self, EncodeError> {
        prepare();
        let name = shown(path);
        let encoder = open_x264(settings)?;
        let failed = |error| EncodeError::from_ffmpeg(format!("writing {name}"), error);
        let mut output = format::output_as(path, "mp4").map_err(failed)?;
        let mut stream = output.add_stream_with(&encoder).map_err(failed)?;
        stream.set_time_base((1, FPS as i32));
        stream.set_avg_frame_rate((FPS as i32, 1));
        let options = Dictionary::from_iter([("fflags", "bitexact")]);
        output.write_header_with(options).map_err(failed)?;
        let stream_time_base =
            output.stream(0).map_or(Rational(1, FPS as i32), |stream| stream.time_base());
        let packet = Packet::empty();
        Ok(Self { encoder, output, packet, stream_time_base, frames: 0, cancel, name })
    }

    /// Encodes the next frame. The picture may be drawn into again afterwards.
    ///
    /// # Errors
    /// [`EncodeError::Cancelled`] once the token fires; otherwise as in [`Self::create`].
    pub fn encode(&mut self, picture: &mut Picture) -> Result<(), EncodeError> {
        if self.cancel.is_cancelled() {
            return Err(EncodeError::Cancelled);
        }
        let size = (picture.frame.width(), picture.frame.height());
        if size != (self.encoder.width(), self.encoder.height()) {
            return Err(EncodeError::Mismatch(format!(
                "a picture of {}×{} for an encoder of {}×{}",
                size.0,
                size.1,
                self.encoder.width(),
                self.encoder.height()
            )));
        }
        picture.frame.set_pts(Some(i64::from(self.frames)));
        self.encoder
            .send_frame(&picture.frame)
            .map_err(|error| EncodeError::from_ffmpeg("encoding a frame", error))?;
        self.frames += 1;
        self.write_packets()
    }

    /// Ends the segment and returns its number of frames.
    ///
    /// # Errors
    /// As in [`Self::create`].
    pub fn finish(mut self) -> Result<u32, EncodeError> {
        self.encoder
            .send_eof()
            .map_err(|error| EncodeError::from_ffmpeg("ending a segment", error))?;
        self.write_packets()?;
        self.output
            .write_trailer()
            .map_err(|error| EncodeError::from_ffmpeg(format!("writing {}", self.name), error))?;
        Ok(self.frames)
    }

    fn write_packets(&mut self) -> Result<(), EncodeError> {
        loop {
            match self.encoder.receive_packet(&mut self.packet) {
                Ok(()) => {}
                Err(ffmpeg_next::Error::Eof) => return Ok(()),
                Err(ffmpeg_next::Error::Other { errno })
                    if errno == ffmpeg_next::util::error::EAGAIN =>
                {
                    return Ok(());
                }
                Err(error) => return Err(EncodeError::from_ffmpeg("encoding a frame", error)),
            }
            self.packet.set_stream(0);
            self.packet.set_duration(1);
            self.packet.rescale_ts(Rational(1, FPS as i32), self.stream_time_base);
            self.packet.write_interleaved(&mut self.output).map_err(|error| {
                EncodeError::from_ffmpeg(format!("writing {}", self.name), error)
            })?;
        }
    }
}

fn open_x264(settings: &VideoSettings) -> Result<encoder::Video, EncodeError> {
    let failed = |error| EncodeError::from_ffmpeg("opening libx264", error);
    let codec = encoder::find_by_name("libx264")
        .ok_or(ffmpeg_next::Error::EncoderNotFound)
        .map_err(failed)?;
    let mut video = codec::Context::new_with_codec(codec).encoder().video().map_err(failed)?;
    video.set_width(settings.width_px);
    video.set_height(settings.height_px);
    video.set_format(format::Pixel::YUV420P);
    video.set_time_base((1, FPS as i32));
    video.set_frame_rate(Some((FPS as i32, 1)));
    video.set_aspect_ratio((1, 1));
    video.set_colorspace(color::Space::BT709);
    video.set_color_range(color::Range::MPEG);
    video.set_color_primaries(color::Primaries::BT709);
    video.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
    // Two seconds: short enough to seek in, long enough to cost nothing.
    video.set_gop(2 * FPS);
    video.set_flags(Flags::GLOBAL_HEADER | Flags::CLOSED_GOP | Flags::BITEXACT);
    let crf = settings.crf.to_string();
    let threads = settings.threads.to_string();
    let mut options = Dictionary::from_iter([
        ("preset", settings.preset.as_str()),
        ("crf", crf.as_str()),
        ("profile", "high"),
        ("threads", threads.as_str()),
        // Headers that do not depend on the content, and every timestamp ours.
        ("x264-params", x264_params()),
    ]);
    if let Some(cap) = settings.cap {
        options.set("maxrate", &cap.max_bps.to_string());
        options.set("bufsize", &cap.buffer_bits.to_string());
    }
    video.open_with(options).map_err(failed)
}

/// Debian's x264 (core 164) reads memory it never wrote in its AVX-512 look-ahead, so that the same
/// pictures give other bytes from run to run. Where the processor has AVX-512, its AVX2 code is
/// used instead: one chroma block in a hundred frames was off by one without this, none with it.
fn x264_params() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        return "stitchable=1:force-cfr=1:open-gop=0:asm=AVX2";
    }
    "stitchable=1:force-cfr=1:open-gop=0"
}
