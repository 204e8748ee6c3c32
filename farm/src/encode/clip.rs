//! A clip from outside, decoded forward as its pictures are asked for: cropped about a point,
//! scaled to one size, in the colours of everything else here. Holds two decoded pictures and one
//! fitted, however long the clip is. Knows nothing of scenes; whether a clip is worth showing is
//! judged elsewhere.

mod fit;
#[cfg(test)]
mod tests;

use std::path::Path;

use ffmpeg_next::{Packet, Rational, Rescale, codec, color, format, frame, media};

use self::fit::Fitter;
use super::{
    EncodeError, decode,
    picture::{Planes, planes_of},
    shown,
};

/// Largest side that is decoded: a decoder holds up to 17 pictures of a clip (ITU-T H.264, A.3.1),
/// so that one of 1440×2560 costs 90 MB at worst.
pub const SIDE_PX_MAX: u32 = 2560;
/// Asked for a moment this much later, the next key frame is looked for instead of decoding all
/// between.
const SKIP_US_MIN: i64 = 3_000_000;
const MICROSECONDS: Rational = Rational(1, 1_000_000);

/// An open clip.
pub struct Clip {
    input: format::context::Input,
    decoder: codec::decoder::Video,
    stream: usize,
    time_base: Rational,
    /// The clip's own start on its time line.
    zero_us: i64,
    length_us: u64,
    size_px: (u32, u32),
    /// The picture of the moment asked for last.
    current: Option<Decoded>,
    /// The one after it.
    next: Option<Decoded>,
    /// Nothing comes after `next`.
    over: bool,
    fitter: Fitter,
    name: String,
}

/// A decoded picture and when it is first shown, from the clip's start.
struct Decoded {
    at_us: i64,
    frame: frame::Video,
}

impl Clip {
    /// Opens a clip that will be shown at `size_px` (both even), cropped about `focus` (0–1 each
    /// way).
    ///
    /// # Errors
    /// [`EncodeError::NotAVideo`] for anything but an MP4 or QuickTime file of H.264 or HEVC that
    /// is upright, of square pixels, of standard range, and no larger than [`SIDE_PX_MAX`];
    /// [`EncodeError::Io`] when it cannot be read.
    pub fn open(path: &Path, size_px: (u32, u32), focus: [f32; 2]) -> Result<Self, EncodeError> {
        let refused = |reason: &str| decode::not_a_video(path, reason);
        if !is_mp4(path)? {
            return Err(refused("it is no MP4 file"));
        }
        let input = decode::open(path)?;
        let (stream, time_base, length_us, decoder) = {
            let stream = decode::best(&input, media::Type::Video, path)?;
            let time_base = stream.time_base();
            let own = stream.duration().rescale(time_base, MICROSECONDS);
            let length_us = u64::try_from(if own > 0 { own } else { input.duration() });
            let decoder = decode::decoder_for(&stream)?.video();
            let decoder = decoder.map_err(|error| refused(&error.to_string()))?;
            (stream.index(), time_base, length_us.unwrap_or(0), decoder)
        };
        if !matches!(decoder.id(), codec::Id::H264 | codec::Id::HEVC) {
            return Err(refused("its pictures are neither H.264 nor HEVC"));
        }
        let own_px = (decoder.width(), decoder.height());
        if own_px.0.min(own_px.1) < 2 || own_px.0.max(own_px.1) > SIDE_PX_MAX {
            return Err(refused(&format!("its pictures are {}×{}", own_px.0, own_px.1)));
        }
        if length_us == 0 {
            return Err(refused("it says no length"));
        }
        let starts = input.streams().filter(|stream| stream.start_time() != i64::MIN);
        let starts =
            starts.map(|stream| stream.start_time().rescale(stream.time_base(), MICROSECONDS));
        let zero_us = starts.min().unwrap_or(0);
        let fitter = Fitter::new(own_px, size_px, focus);
        let (current, next, over, name) = (None, None, false, shown(path));
        let size_px = own_px;
        Ok(Self {
            input,
            decoder,
            stream,
            time_base,
            zero_us,
            length_us,
            size_px,
            current,
            next,
            over,
            fitter,
            name,
        })
    }

    /// The clip's own size.
    #[must_use]
    pub fn size_px(&self) -> (u32, u32) {
        self.size_px
    }

    /// Its length by its container.
    #[must_use]
    pub fn length_us(&self) -> u64 {
        self.length_us
    }

    /// When the picture given last is first shown, microseconds from the clip's start (a little
    /// less than nothing where a file begins with pictures that are cut off).
    #[must_use]
    pub fn shown_from_us(&self) -> Option<i64> {
        self.current.as_ref().map(|current| current.at_us)
    }

    /// The picture at a moment, microseconds from the clip's start: the last one that is shown by
    /// then. Before the first it is the first, after the end the last.
    ///
    /// Pictures that are damaged or missing are bridged by the one before.
    ///
    /// # Errors
    /// [`EncodeError::NotAVideo`] when there is no picture at all, or one that cannot be shown (see
    /// [`Self::open`]); [`EncodeError::Io`]; [`EncodeError::Codec`] for want of memory.
    pub fn at(&mut self, moment_us: u64) -> Result<Planes<'_>, EncodeError> {
        let moment_us = i64::try_from(moment_us).unwrap_or(i64::MAX / 2);
        let far = self.current.as_ref().is_none_or(|current| {
            moment_us < current.at_us || moment_us > current.at_us + SKIP_US_MIN
        });
        let there = self.over && self.next.is_none();
        if far && !(there && self.current.as_ref().is_some_and(|last| last.at_us <= moment_us)) {
            self.go_to(moment_us)?;
        }
        loop {
            if self.next.is_none() && !self.over {
                self.next = self.decode()?;
                self.over = self.next.is_none();
            }
            let due = self
                .next
                .as_ref()
                .is_some_and(|next| next.at_us <= moment_us || self.current.is_none());
            if !due {
                break;
            }
            self.current = self.next.take();
            self.fitter.forget();
        }
        match &self.current {
            Some(current) => self.fitter.fit(&current.frame, &self.name),
            None => Err(self.refused("it has no pictures")),
        }
    }

    /// Goes to the key frame before a moment. Containers are not always exact about where that is:
    /// what turns out to lie behind the moment is tried again from the start.
    fn go_to(&mut self, moment_us: i64) -> Result<(), EncodeError> {
        if self.current.is_none() && moment_us < SKIP_US_MIN {
            return Ok(());
        }
        for target_us in [moment_us, 0] {
            let target_us = target_us + self.zero_us;
            self.input.seek(target_us, ..target_us).or_else(|_| self.input.seek(0, ..)).map_err(
                |error| EncodeError::from_ffmpeg(format!("seeking in {}", self.name), error),
            )?;
            self.decoder.flush();
            (self.current, self.over) = (None, false);
            self.fitter.forget();
            self.next = self.decode()?;
            self.over = self.next.is_none();
            if self.next.as_ref().is_some_and(|first| first.at_us <= moment_us) {
                break;
            }
        }
        Ok(())
    }

    /// The next picture in the order of showing; none at the end.
    fn decode(&mut self) -> Result<Option<Decoded>, EncodeError> {
        loop {
            let mut frame = frame::Video::empty();
            match self.decoder.receive_frame(&mut frame) {
                Ok(()) => {
                    self.check(&frame)?;
                    let Some(time) = frame.timestamp() else { continue };
                    let at_us = time.rescale(self.time_base, MICROSECONDS) - self.zero_us;
                    return Ok(Some(Decoded { at_us, frame }));
                }
                Err(ffmpeg_next::Error::Eof) => return Ok(None),
                // It wants more, or makes nothing of what it was given: the next packet, then.
                Err(_) => {}
            }
            let mut packet = Packet::empty();
            let more = decode::next_packet(&mut self.input, &mut packet, Path::new(&self.name))?;
            let sent = match more {
                true if packet.stream() != self.stream => continue,
                true => self.decoder.send_packet(&packet),
                false => self.decoder.send_eof(),
            };
            match sent {
                Ok(()) => {}
                Err(ffmpeg_next::Error::Eof) => return Ok(None),
                Err(error) => {
                    tracing::debug!(path = %self.name, %error, "a packet could not be decoded");
                }
            }
        }
    }

    /// Whether a picture is one that can be shown as it is.
    fn check(&self, frame: &frame::Video) -> Result<(), EncodeError> {
        if (frame.width(), frame.height()) != self.size_px {
            return Err(self.refused("its pictures change their size"));
        }
        let ratio = frame.aspect_ratio();
        if ratio.numerator() > 0 && ratio.numerator() != ratio.denominator() {
            return Err(self.refused("its pixels are not square"));
        }
        if matches!(
            frame.color_transfer_characteristic(),
            color::TransferCharacteristic::SMPTE2084 | color::TransferCharacteristic::ARIB_STD_B67
        ) {
            return Err(self.refused("its pictures are of high dynamic range"));
        }
        if frame.side_data(frame::side_data::Type::DisplayMatrix).is_some_and(turned) {
            return Err(self.refused("it lies on its side"));
        }
        Ok(())
    }

    fn refused(&self, reason: &str) -> EncodeError {
        decode::not_a_video(Path::new(&self.name), reason)
    }
}

/// Whether a display matrix (nine 16.16 numbers; libavutil/display.h) does anything but scale.
fn turned(matrix: frame::SideData<'_>) -> bool {
    let number = |at: usize| {
        let four = matrix.data().get(at * 4..at * 4 + 4).and_then(|four| four.try_into().ok());
        four.map_or(0, i32::from_ne_bytes)
    };
    number(0) <= 0 || number(4) <= 0 || number(1) != 0 || number(3) != 0
}

/// Whether a file begins as one of the MP4 family does (ISO/IEC 14496-12, 4.3): FFmpeg reads many
/// more kinds, some of which name other files.
fn is_mp4(path: &Path) -> Result<bool, EncodeError> {
    use std::io::Read as _;
    let mut start = [0; 8];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    match read {
        Ok(()) => Ok(&start[4..] == b"ftyp"),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(source) => Err(EncodeError::Io { what: format!("reading {}", shown(path)), source }),
    }
}
