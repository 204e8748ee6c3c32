//! Joins segments and a sound track into the delivered MP4 without re-encoding either.

use std::path::{Path, PathBuf};

use ffmpeg_next::{Dictionary, Packet, Rational, codec, format, media};
use tokio_util::sync::CancellationToken;

use super::{EncodeError, FPS, SAMPLE_RATE_HZ, prepare, shown};

/// One tick a frame.
const PICTURE_BASE: Rational = Rational(1, FPS as i32);
/// One tick a sample.
const SOUND_BASE: Rational = Rational(1, SAMPLE_RATE_HZ as i32);

/// Writes the segments one after the other, with the sound track beside them, index first.
/// Returns the number of video frames.
///
/// # Errors
/// [`EncodeError::Mismatch`] when a segment's headers differ from the first one's,
/// [`EncodeError::Io`] when a file cannot be read or written, [`EncodeError::Cancelled`].
pub fn mux(
    segments: &[PathBuf],
    sound: Option<&Path>,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<u32, EncodeError> {
    prepare();
    let writing = |error| EncodeError::from_ffmpeg(format!("writing {}", shown(out)), error);
    let first =
        segments.first().ok_or_else(|| EncodeError::Mismatch("no segments to join".to_owned()))?;
    let headers = Headers::of(first)?;
    let mut output = format::output_as(out, "mp4").map_err(writing)?;
    add_stream(&mut output, &headers.parameters, PICTURE_BASE).map_err(writing)?;
    let mut sound = sound.map(SoundTrack::open).transpose()?;
    if let Some(track) = &sound {
        add_stream(&mut output, &track.parameters, SOUND_BASE).map_err(writing)?;
    }
    let options = Dictionary::from_iter([("movflags", "+faststart"), ("fflags", "bitexact")]);
    output.write_header_with(options).map_err(writing)?;
    let base = |index: usize| output.stream(index).map(|stream| stream.time_base());
    let picture_out = base(0).unwrap_or(PICTURE_BASE);
    let sound_out = base(1).unwrap_or(SOUND_BASE);

    let mut frames: i64 = 0;
    for segment in segments {
        if Headers::of(segment)?.extradata != headers.extradata {
            return Err(EncodeError::Mismatch(format!(
                "{} was encoded with other settings than the first segment",
                shown(segment)
            )));
        }
        let mut written: i64 = 0;
        for_each_packet(segment, media::Type::Video, |mut packet, time_base| {
            if cancel.is_cancelled() {
                return Err(EncodeError::Cancelled);
            }
            if let Some(track) = &mut sound {
                // Sound up to this frame goes first, so that the muxer need not hold much.
                let until_sample = (frames + written) * i64::from(SAMPLE_RATE_HZ / FPS);
                track.write_until(Some(until_sample), sound_out, &mut output).map_err(writing)?;
            }
            place(&mut packet, time_base, frames);
            packet.rescale_ts(PICTURE_BASE, picture_out);
            written += 1;
            packet.write_interleaved(&mut output).map_err(writing)
        })?;
        frames += written;
    }
    if let Some(track) = &mut sound {
        track.write_until(None, sound_out, &mut output).map_err(writing)?;
    }
    output.write_trailer().map_err(writing)?;
    u32::try_from(frames).map_err(|_| EncodeError::Mismatch("too many frames".to_owned()))
}

fn add_stream(
    output: &mut format::context::Output,
    parameters: &codec::Parameters,
    time_base: Rational,
) -> Result<(), ffmpeg_next::Error> {
    let mut stream = output.add_stream(codec::encoder::find(codec::Id::None))?;
    stream.set_parameters(parameters.clone());
    stream.set_time_base(time_base);
    if time_base == PICTURE_BASE {
        stream.set_avg_frame_rate((FPS as i32, 1));
    }
    Ok(())
}

/// Moves a segment's packet to its place in the film, in frames.
fn place(packet: &mut Packet, time_base: Rational, offset_frames: i64) {
    packet.rescale_ts(time_base, PICTURE_BASE);
    let (pts, dts) = (packet.pts(), packet.dts());
    packet.set_pts(pts.map(|time| time + offset_frames));
    packet.set_dts(dts.map(|time| time + offset_frames));
    packet.set_duration(1);
    packet.set_stream(0);
    packet.set_position(-1);
}

/// A segment's stream parameters and, for comparison, its SPS and PPS.
struct Headers {
    parameters: codec::Parameters,
    extradata: Vec<u8>,
}

impl Headers {
    fn of(path: &Path) -> Result<Self, EncodeError> {
        let input = open(path)?;
        let stream = input
            .streams()
            .best(media::Type::Video)
            .ok_or_else(|| not_a_video(path, "it has no video stream"))?;
        let parameters = untagged(stream.parameters());
        let extradata = extradata(&parameters);
        Ok(Self { parameters, extradata })
    }
}

/// All packets of a sound track, held in memory (24 kB a second).
struct SoundTrack {
    parameters: codec::Parameters,
    packets: std::iter::Peekable<std::vec::IntoIter<Packet>>,
}

impl SoundTrack {
    fn open(path: &Path) -> Result<Self, EncodeError> {
        let parameters = {
            let input = open(path)?;
            let stream = input
                .streams()
                .best(media::Type::Audio)
                .ok_or_else(|| not_a_video(path, "it has no sound"))?;
            untagged(stream.parameters())
        };
        let mut packets = Vec::new();
        for_each_packet(path, media::Type::Audio, |mut packet, time_base| {
            packet.rescale_ts(time_base, SOUND_BASE);
            packets.push(packet);
            Ok(())
        })?;
        Ok(Self { parameters, packets: packets.into_iter().peekable() })
    }

    fn write_until(
        &mut self,
        until_sample: Option<i64>,
        time_base: Rational,
        output: &mut format::context::Output,
    ) -> Result<(), ffmpeg_next::Error> {
        let due = |packet: &Packet| {
            until_sample.is_none_or(|until| packet.pts().is_none_or(|pts| pts <= until))
        };
        while let Some(mut packet) = self.packets.next_if(due) {
            packet.set_stream(1);
            packet.set_position(-1);
            packet.rescale_ts(SOUND_BASE, time_base);
            packet.write_interleaved(output)?;
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<format::context::Input, EncodeError> {
    format::input(path)
        .map_err(|error| EncodeError::from_ffmpeg(format!("reading {}", shown(path)), error))
}

fn for_each_packet(
    path: &Path,
    kind: media::Type,
    mut visit: impl FnMut(Packet, Rational) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let mut input = open(path)?;
    let index = input
        .streams()
        .best(kind)
        .map(|stream| stream.index())
        .ok_or_else(|| not_a_video(path, "a stream is missing"))?;
    for (stream, packet) in input.packets() {
        if stream.index() == index {
            visit(packet, stream.time_base())?;
        }
    }
    Ok(())
}

fn not_a_video(path: &Path, reason: &str) -> EncodeError {
    EncodeError::NotAVideo { path: shown(path), reason: reason.to_owned() }
}

/// Parameters without the tag of the container they come from.
#[expect(unsafe_code, reason = "the wrapper has no setter for the codec tag")]
fn untagged(parameters: codec::Parameters) -> codec::Parameters {
    let mut parameters = parameters.clone();
    // SAFETY: a cloned `Parameters` owns a valid `AVCodecParameters`.
    unsafe { (*parameters.as_mut_ptr()).codec_tag = 0 };
    parameters
}

#[expect(unsafe_code, reason = "the wrapper does not show the codec's global headers")]
fn extradata(parameters: &codec::Parameters) -> Vec<u8> {
    // SAFETY: `extradata` points to `extradata_size` bytes owned by the parameters, or is null.
    unsafe {
        let raw = &*parameters.as_ptr();
        if raw.extradata.is_null() || raw.extradata_size <= 0 {
            return Vec::new();
        }
        std::slice::from_raw_parts(raw.extradata, raw.extradata_size as usize).to_vec()
    }
}
