//! Encodes a finished mix as AAC-LC, 48 kHz stereo, in an MP4 of its own.

use std::path::Path;

use ffmpeg_next::{
    ChannelLayout, Dictionary, Packet, Rational,
    codec::{self, Flags, encoder},
    format::{self, sample},
    frame,
};
use tokio_util::sync::CancellationToken;

use super::{EncodeError, SAMPLE_RATE_HZ, prepare, shown};
use crate::audio::Stereo;

/// Bit rate of the sound track: transparent for speech over a quiet bed.
const BIT_RATE_BPS: usize = 192_000;

/// Encodes a stereo mix. The file's edit list hides the encoder's priming samples, so it decodes to
/// the same samples at the same times.
///
/// # Errors
/// [`EncodeError::Io`] when the file cannot be written, [`EncodeError::Cancelled`].
pub fn encode(mix: &Stereo, path: &Path, cancel: &CancellationToken) -> Result<(), EncodeError> {
    encode_at(mix, path, BIT_RATE_BPS, cancel)
}

/// As [`encode`], at another bit rate.
///
/// # Errors
/// As [`encode`].
pub fn encode_at(
    mix: &Stereo,
    path: &Path,
    bit_rate_bps: usize,
    cancel: &CancellationToken,
) -> Result<(), EncodeError> {
    prepare();
    let name = shown(path);
    let writing = |error| EncodeError::from_ffmpeg(format!("writing {name}"), error);
    let mut encoder = open(bit_rate_bps)?;
    let mut output = format::output_as(path, "mp4").map_err(writing)?;
    let mut stream = output.add_stream_with(&encoder).map_err(writing)?;
    stream.set_time_base((1, SAMPLE_RATE_HZ as i32));
    let options = Dictionary::from_iter([("fflags", "bitexact")]);
    output.write_header_with(options).map_err(writing)?;
    let time_base =
        output.stream(0).map_or(Rational(1, SAMPLE_RATE_HZ as i32), |stream| stream.time_base());

    let mut packet = Packet::empty();
    let mut drain = |encoder: &mut encoder::Audio| -> Result<(), EncodeError> {
        loop {
            match encoder.receive_packet(&mut packet) {
                Ok(()) => {}
                Err(ffmpeg_next::Error::Eof) => return Ok(()),
                Err(ffmpeg_next::Error::Other { errno })
                    if errno == ffmpeg_next::util::error::EAGAIN =>
                {
                    return Ok(());
                }
                Err(error) => return Err(EncodeError::from_ffmpeg("encoding sound", error)),
            }
            packet.set_stream(0);
            packet.rescale_ts(Rational(1, SAMPLE_RATE_HZ as i32), time_base);
            packet.write_interleaved(&mut output).map_err(writing)?;
        }
    };
    let block = encoder.frame_size().max(1) as usize;
    let mut start = 0;
    while start < mix.len() {
        if cancel.is_cancelled() {
            return Err(EncodeError::Cancelled);
        }
        let end = (start + block).min(mix.len());
        let frame = sound_frame(mix, start, end);
        encoder
            .send_frame(&frame)
            .map_err(|error| EncodeError::from_ffmpeg("encoding sound", error))?;
        drain(&mut encoder)?;
        start = end;
    }
    encoder.send_eof().map_err(|error| EncodeError::from_ffmpeg("ending the sound", error))?;
    drain(&mut encoder)?;
    output.write_trailer().map_err(writing)
}

fn open(bit_rate_bps: usize) -> Result<encoder::Audio, EncodeError> {
    let failed = |error| EncodeError::from_ffmpeg("opening the AAC encoder", error);
    let codec =
        encoder::find_by_name("aac").ok_or(ffmpeg_next::Error::EncoderNotFound).map_err(failed)?;
    let mut audio = codec::Context::new_with_codec(codec).encoder().audio().map_err(failed)?;
    audio.set_rate(SAMPLE_RATE_HZ as i32);
    audio.set_channel_layout(ChannelLayout::STEREO);
    audio.set_channels(2);
    audio.set_format(format::Sample::F32(sample::Type::Planar));
    audio.set_bit_rate(bit_rate_bps);
    audio.set_time_base((1, SAMPLE_RATE_HZ as i32));
    audio.set_flags(Flags::GLOBAL_HEADER | Flags::BITEXACT);
    // Noise in place of what sounds like noise (PNS) saves bits that are not short here, and the
    // encoder gets it wrong with some voices before FFmpeg 8.1: harsh, and 4 dB above the ceiling.
    let options =
        Dictionary::from_iter([("profile", "aac_low"), ("threads", "1"), ("aac_pns", "0")]);
    audio.open_with(options).map_err(failed)
}

fn sound_frame(mix: &Stereo, start: usize, end: usize) -> frame::Audio {
    let planar = format::Sample::F32(sample::Type::Planar);
    let mut frame = frame::Audio::new(planar, end - start, ChannelLayout::STEREO);
    frame.set_channels(2);
    frame.set_rate(SAMPLE_RATE_HZ);
    frame.plane_mut::<f32>(0).copy_from_slice(&mix.left[start..end]);
    frame.plane_mut::<f32>(1).copy_from_slice(&mix.right[start..end]);
    frame.set_pts(Some(start as i64));
    frame
}
