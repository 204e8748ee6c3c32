//! A picture in the encoder's own memory: what the compositor draws into and x264 reads from.

use ffmpeg_next::{format::Pixel, frame};

use super::EncodeError;

/// One planar 4:2:0 picture, 8 bits, BT.709, limited range, in an `AVFrame`.
pub struct Picture {
    pub(super) frame: frame::Video,
}

/// The planes of a [`Picture`], borrowed for drawing.
pub struct PlanesMut<'a> {
    /// Width of the luma plane in pixels (even).
    pub width_px: u32,
    /// Height of the luma plane in pixels (even).
    pub height_px: u32,
    /// Luma: `stride_bytes[0]` × height.
    pub y: &'a mut [u8],
    /// Blue difference: `stride_bytes[1]` × height / 2.
    pub u: &'a mut [u8],
    /// Red difference: `stride_bytes[2]` × height / 2.
    pub v: &'a mut [u8],
    /// Bytes from one row to the next, per plane.
    pub stride_bytes: [usize; 3],
}

/// The planes of a picture, borrowed for reading.
#[derive(Clone, Copy)]
pub struct Planes<'a> {
    /// Width of the luma plane in pixels.
    pub width_px: u32,
    /// Height of the luma plane in pixels.
    pub height_px: u32,
    /// Luma, blue difference, red difference.
    pub data: [&'a [u8]; 3],
    /// Bytes from one row to the next, per plane.
    pub stride_bytes: [usize; 3],
}

/// Black in limited-range Y, U, V.
const BLACK: [u8; 3] = [16, 128, 128];

impl Picture {
    /// A black picture of the given size.
    ///
    /// # Errors
    /// [`EncodeError::Mismatch`] for odd or zero sides, or when there is no memory.
    pub fn new(width_px: u32, height_px: u32) -> Result<Self, EncodeError> {
        let fits = |side: u32| side > 0 && side.is_multiple_of(2) && side <= 8192;
        if !fits(width_px) || !fits(height_px) {
            return Err(EncodeError::Mismatch(format!(
                "a picture of {width_px}×{height_px} cannot be 4:2:0"
            )));
        }
        let mut frame = frame::Video::new(Pixel::YUV420P, width_px, height_px);
        if frame.planes() != 3 {
            return Err(EncodeError::Mismatch("no memory for a picture".to_owned()));
        }
        for (plane, black) in BLACK.into_iter().enumerate() {
            frame.data_mut(plane).fill(black);
        }
        Ok(Self { frame })
    }

    /// The planes for drawing. If the encoder still holds on to the last picture, this one moves to
    /// fresh memory first.
    ///
    /// # Errors
    /// [`EncodeError::Codec`] when there is no memory.
    #[expect(unsafe_code, reason = "three planes of one frame, borrowed at once")]
    pub fn planes_mut(&mut self) -> Result<PlanesMut<'_>, EncodeError> {
        // SAFETY: the frame is allocated (checked in `new`), and uniquely borrowed here.
        let status = unsafe { ffmpeg_next::ffi::av_frame_make_writable(self.frame.as_mut_ptr()) };
        if status < 0 {
            return Err(EncodeError::from_ffmpeg("making a picture writable", status.into()));
        }
        let (width_px, height_px) = (self.frame.width(), self.frame.height());
        let stride_bytes = [0, 1, 2].map(|plane| self.frame.stride(plane));
        let rows = [height_px as usize, height_px as usize / 2, height_px as usize / 2];
        // SAFETY: `av_frame_get_buffer` laid out three separate planes of `stride × rows` bytes
        // each; they do not overlap, and the borrow of `self` keeps them alive and unshared.
        let [y, u, v] = unsafe {
            let data = (*self.frame.as_mut_ptr()).data;
            [0, 1, 2].map(|plane| {
                std::slice::from_raw_parts_mut(data[plane], stride_bytes[plane] * rows[plane])
            })
        };
        // Nobody draws into the padding at the end of each row, but x264's kernels read it: left as
        // the allocator gave it, the same pictures would not always give the same bytes.
        let widths = [width_px as usize, width_px as usize / 2, width_px as usize / 2];
        let planes = [&mut *y, &mut *u, &mut *v]
            .into_iter()
            .zip(BLACK)
            .zip(stride_bytes.into_iter().zip(widths));
        for ((plane, black), (stride, width)) in planes {
            for row in plane.chunks_exact_mut(stride) {
                row[width..].fill(black);
            }
        }
        Ok(PlanesMut { width_px, height_px, y, u, v, stride_bytes })
    }

    /// The planes for reading.
    #[must_use]
    pub fn planes(&self) -> Planes<'_> {
        planes_of(&self.frame)
    }
}

/// Borrows the three planes of a decoded or drawn frame. The frame must be planar 4:2:0.
pub(super) fn planes_of(frame: &frame::Video) -> Planes<'_> {
    Planes {
        width_px: frame.width(),
        height_px: frame.height(),
        data: [frame.data(0), frame.data(1), frame.data(2)],
        stride_bytes: [frame.stride(0), frame.stride(1), frame.stride(2)],
    }
}

impl Planes<'_> {
    /// The picture as packed 8-bit RGB (BT.709, limited range; chroma taken from the nearest
    /// sample: for stills, not for measuring).
    #[must_use]
    pub fn to_rgb(&self) -> Vec<u8> {
        let (width, height) = (self.width_px as usize, self.height_px as usize);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in 0..height {
            for column in 0..width {
                let at = |plane: usize, x: usize, y: usize| {
                    f32::from(self.data[plane][y * self.stride_bytes[plane] + x])
                };
                let luma = (at(0, column, row) - 16.0) * (255.0 / 219.0);
                let blue = (at(1, column / 2, row / 2) - 128.0) * (255.0 / 224.0);
                let red = (at(2, column / 2, row / 2) - 128.0) * (255.0 / 224.0);
                // ITU-R BT.709-6, item 3.2–3.4, solved for R, G and B.
                for value in
                    [luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue]
                {
                    rgb.push(value.round().clamp(0.0, 255.0) as u8);
                }
            }
        }
        rgb
    }
}
