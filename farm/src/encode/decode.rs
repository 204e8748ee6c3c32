//! Decodes videos back: frames one by one, sound as a whole. The quality gate and the tests stand
//! on it; nothing here judges what it reads.

use std::path::Path;

use ffmpeg_next::{
    ChannelLayout, Packet, Rational, Rescale,
    codec::{self, discard::Discard, threading},
    color,
    format::{self, Pixel, sample},
    frame, media, software,
};
use tokio_util::sync::CancellationToken;

use super::{
    EncodeError, FPS,
    picture::{Planes, planes_of},
    prepare, shown,
};
use crate::audio::Stereo;

/// Longest sound track that is decoded (the longest plan allows 180 s).
const SOUND_S_MAX: usize = 600;

/// What a file says about itself, before anything is decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The best video stream.
    pub video: VideoProbe,
    /// The best sound stream.
    pub sound: Option<SoundProbe>,
}

/// Facts about a video stream.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct VideoProbe {
    /// "h264 High", as FFmpeg names codec and profile.
    pub codec: String,
    pub width_px: u32,
    pub height_px: u32,
    /// Whether the pixels are planar 4:2:0 of 8 bits.
    pub yuv420p: bool,
    /// Whether primaries, transfer and matrix are tagged BT.709 and the range limited.
    pub bt709: bool,
    /// Average frame rate by the container.
    pub frames_per_s: f64,
    /// Length of the stream by the container.
    pub duration_s: f64,
}

/// Facts about a sound stream.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct SoundProbe {
    /// "aac LC", as FFmpeg names codec and profile.
    pub codec: String,
    pub rate_hz: u32,
    pub channels: u16,
    /// Length of the stream by the container.
    pub duration_s: f64,
}

/// A decoded frame.
pub struct DecodedFrame<'a> {
    /// Position in display order, from 0.
    pub index: u32,
    /// Time in frames at 30 per second, times 1000 (so 1000 a frame when the rate is constant).
    pub time_milliframes: i64,
    /// Starts a GOP.
    pub key: bool,
    /// The pixels.
    pub planes: Planes<'a>,
}

/// How to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// Bit-exact.
    Exact,
    /// Without the deblocking filter: a third faster, good enough to see black and frozen frames.
    Draft,
}

/// Reads a file's own description.
///
/// # Errors
/// [`EncodeError::NotAVideo`] when it is none, [`EncodeError::Io`] when it cannot be read.
pub fn probe(path: &Path) -> Result<Probe, EncodeError> {
    let input = open(path)?;
    let stream = best(&input, media::Type::Video, path)?;
    let decoder = decoder_for(&stream)?.video();
    let decoder = decoder.map_err(|error| not_a_video(path, &error.to_string()))?;
    let seconds = |stream: &format::stream::Stream| {
        stream.duration().max(0) as f64 * f64::from(stream.time_base())
    };
    let video = VideoProbe {
        codec: format!("{} {}", decoder.id().name(), profile_name(decoder.profile())),
        width_px: decoder.width(),
        height_px: decoder.height(),
        yuv420p: decoder.format() == Pixel::YUV420P,
        bt709: decoder.color_space() == color::Space::BT709
            && decoder.color_primaries() == color::Primaries::BT709
            && decoder.color_transfer_characteristic() == color::TransferCharacteristic::BT709
            && decoder.color_range() == color::Range::MPEG,
        frames_per_s: f64::from(stream.avg_frame_rate()),
        duration_s: seconds(&stream),
    };
    let sound = match input.streams().best(media::Type::Audio) {
        None => None,
        Some(stream) => {
            let decoder = decoder_for(&stream)?.audio();
            let decoder = decoder.map_err(|error| not_a_video(path, &error.to_string()))?;
            Some(SoundProbe {
                codec: format!("{} {}", decoder.id().name(), profile_name(decoder.profile())),
                rate_hz: decoder.rate(),
                channels: decoder.channels(),
                duration_s: seconds(&stream),
            })
        }
    };
    Ok(Probe { video, sound })
}

/// Decodes every frame in display order and hands it to `visit`.
///
/// # Errors
/// As [`probe`], what `visit` returns, or [`EncodeError::Cancelled`].
pub fn frames(
    path: &Path,
    fidelity: Fidelity,
    cancel: &CancellationToken,
    mut visit: impl FnMut(DecodedFrame<'_>) -> Result<(), EncodeError>,
) -> Result<u32, EncodeError> {
    let mut input = open(path)?;
    let (stream_index, time_base, mut decoder) = {
        let stream = best(&input, media::Type::Video, path)?;
        let mut decoder = decoder_for(&stream)?;
        decoder.set_threading(threading::Config::kind(threading::Type::Frame));
        if fidelity == Fidelity::Draft {
            decoder.skip_loop_filter(Discard::All);
        }
        let opened = decoder.video();
        let opened = opened.map_err(|error| not_a_video(path, &error.to_string()))?;
        (stream.index(), stream.time_base(), opened)
    };
    let mut frame = frame::Video::empty();
    let mut count = 0;
    let mut receive = |decoder: &mut codec::decoder::Video| -> Result<(), EncodeError> {
        while decoder.receive_frame(&mut frame).is_ok() {
            if frame.format() != Pixel::YUV420P {
                return Err(not_a_video(path, "its pixels are not planar 4:2:0 of 8 bits"));
            }
            let time = frame.timestamp().unwrap_or(0);
            visit(DecodedFrame {
                index: count,
                time_milliframes: time.rescale(time_base, Rational(1, FPS as i32 * 1000)),
                key: frame.is_key(),
                planes: planes_of(&frame),
            })?;
            count += 1;
        }
        Ok(())
    };
    let mut packet = Packet::empty();
    while next_packet(&mut input, &mut packet, path)? {
        if cancel.is_cancelled() {
            return Err(EncodeError::Cancelled);
        }
        if packet.stream() == stream_index {
            // A damaged packet is reported by the frames that are missing, not here.
            if decoder.send_packet(&packet).is_err() {
                tracing::debug!(path = %shown(path), "a video packet could not be decoded");
            }
            receive(&mut decoder)?;
        }
    }
    if decoder.send_eof().is_ok() {
        receive(&mut decoder)?;
    }
    Ok(count)
}

/// Decodes the sound to stereo at its own rate, priming samples removed; also returns the rate.
///
/// # Errors
/// As [`probe`], or [`EncodeError::Cancelled`].
pub fn sound(path: &Path, cancel: &CancellationToken) -> Result<(Stereo, u32), EncodeError> {
    let mut input = open(path)?;
    let (stream_index, mut decoder) = {
        let stream = best(&input, media::Type::Audio, path)?;
        let opened = decoder_for(&stream)?.audio();
        (stream.index(), opened.map_err(|error| not_a_video(path, &error.to_string()))?)
    };
    let rate_hz = decoder.rate();
    let mut track = Stereo::default();
    let mut converter = None;
    let mut packet = Packet::empty();
    while next_packet(&mut input, &mut packet, path)? {
        if cancel.is_cancelled() {
            return Err(EncodeError::Cancelled);
        }
        if packet.stream() == stream_index && decoder.send_packet(&packet).is_ok() {
            collect_sound(&mut decoder, &mut converter, &mut track)?;
        }
        if track.len() > SOUND_S_MAX * rate_hz.max(1) as usize {
            return Err(not_a_video(path, "its sound is longer than ten minutes"));
        }
    }
    if decoder.send_eof().is_ok() {
        collect_sound(&mut decoder, &mut converter, &mut track)?;
    }
    Ok((track, rate_hz))
}

fn collect_sound(
    decoder: &mut codec::decoder::Audio,
    converter: &mut Option<software::resampling::Context>,
    track: &mut Stereo,
) -> Result<(), EncodeError> {
    let failed = |error| EncodeError::from_ffmpeg("converting sound", error);
    let planar = format::Sample::F32(sample::Type::Planar);
    let mut decoded = frame::Audio::empty();
    while decoder.receive_frame(&mut decoded).is_ok() {
        if decoded.format() == planar && decoded.channels() == 2 {
            track.left.extend_from_slice(decoded.plane::<f32>(0));
            track.right.extend_from_slice(decoded.plane::<f32>(1));
            continue;
        }
        if decoded.channel_layout().is_empty() {
            decoded.set_channel_layout(ChannelLayout::default(i32::from(decoded.channels())));
        }
        if converter.is_none() {
            *converter = Some(
                software::resampling::Context::get(
                    decoded.format(),
                    decoded.channel_layout(),
                    decoded.rate(),
                    planar,
                    ChannelLayout::STEREO,
                    decoded.rate(),
                )
                .map_err(failed)?,
            );
        }
        if let Some(converter) = converter {
            let mut stereo = frame::Audio::empty();
            converter.run(&decoded, &mut stereo).map_err(failed)?;
            track.left.extend_from_slice(stereo.plane::<f32>(0));
            track.right.extend_from_slice(stereo.plane::<f32>(1));
        }
    }
    Ok(())
}

pub(super) fn open(path: &Path) -> Result<format::context::Input, EncodeError> {
    prepare();
    format::input(path).map_err(|error| match error {
        ffmpeg_next::Error::Other { .. } => {
            EncodeError::from_ffmpeg(format!("reading {}", shown(path)), error)
        }
        other => not_a_video(path, &other.to_string()),
    })
}

pub(super) fn best<'a>(
    input: &'a format::context::Input,
    kind: media::Type,
    path: &Path,
) -> Result<format::stream::Stream<'a>, EncodeError> {
    let reason = match kind {
        media::Type::Audio => "it has no sound",
        _ => "it has no video stream",
    };
    input.streams().best(kind).ok_or_else(|| not_a_video(path, reason))
}

pub(super) fn decoder_for(
    stream: &format::stream::Stream<'_>,
) -> Result<codec::decoder::Decoder, EncodeError> {
    let context = codec::Context::from_parameters(stream.parameters())
        .map_err(|error| EncodeError::from_ffmpeg("opening a decoder", error))?;
    let mut decoder = context.decoder();
    decoder.set_packet_time_base(stream.time_base());
    Ok(decoder)
}

pub(super) fn next_packet(
    input: &mut format::context::Input,
    packet: &mut Packet,
    path: &Path,
) -> Result<bool, EncodeError> {
    *packet = Packet::empty();
    match packet.read(input) {
        Ok(()) => Ok(true),
        Err(ffmpeg_next::Error::Eof) => Ok(false),
        Err(error) => Err(match error {
            ffmpeg_next::Error::Other { .. } => {
                EncodeError::from_ffmpeg(format!("reading {}", shown(path)), error)
            }
            other => not_a_video(path, &other.to_string()),
        }),
    }
}

fn profile_name(profile: codec::Profile) -> String {
    match profile {
        codec::Profile::H264(kind) => format!("{kind:?}"),
        codec::Profile::AAC(codec::profile::AAC::Low) => "LC".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(super) fn not_a_video(path: &Path, reason: &str) -> EncodeError {
    EncodeError::NotAVideo { path: shown(path), reason: reason.to_owned() }
}
