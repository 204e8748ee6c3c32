//! Planar 4:2:0 pictures: owned ([`Frame`]) and borrowed from somebody else's memory
//! ([`FrameMut`]). Knows nothing of scenes. Samples are 8-bit BT.709 limited range (Y 16–235, U and
//! V 16–240).

use crate::colour::yuv_to_rgb;

/// Why a frame could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FrameError {
    /// Width or height is zero, odd, or beyond 16384.
    #[error("frame size {width_px}x{height_px} is not even and within 2..=16384")]
    Size {
        /// Asked for.
        width_px: usize,
        /// Asked for.
        height_px: usize,
    },
    /// A plane's stride is narrower than its row or the plane is too short.
    #[error("plane {plane} has {len_bytes} bytes at stride {stride_bytes}, needs {need_bytes}")]
    Plane {
        /// `y`, `u` or `v`.
        plane: char,
        /// Bytes given.
        len_bytes: usize,
        /// Stride given.
        stride_bytes: usize,
        /// Bytes needed.
        need_bytes: usize,
    },
}

const SIDE_MAX_PX: usize = 16_384;

fn check_size(width_px: usize, height_px: usize) -> Result<(), FrameError> {
    let good = |side: usize| side >= 2 && side.is_multiple_of(2) && side <= SIDE_MAX_PX;
    if good(width_px) && good(height_px) {
        Ok(())
    } else {
        Err(FrameError::Size { width_px, height_px })
    }
}

/// An owned frame with tight strides: Y is `width × height`, U and V a quarter of that each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    width_px: usize,
    height_px: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Frame {
    /// A black frame.
    ///
    /// # Errors
    /// [`FrameError::Size`] unless both sides are even and at least 2.
    pub fn new(width_px: usize, height_px: usize) -> Result<Self, FrameError> {
        check_size(width_px, height_px)?;
        let luma = width_px * height_px;
        Ok(Self {
            width_px,
            height_px,
            y: vec![16; luma],
            u: vec![128; luma / 4],
            v: vec![128; luma / 4],
        })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width_px(&self) -> usize {
        self.width_px
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height_px(&self) -> usize {
        self.height_px
    }

    /// The planes Y, U and V, rows packed.
    #[must_use]
    pub fn planes(&self) -> [&[u8]; 3] {
        [&self.y, &self.u, &self.v]
    }

    /// Borrows it for drawing.
    pub fn as_mut(&mut self) -> FrameMut<'_> {
        FrameMut {
            width_px: self.width_px,
            height_px: self.height_px,
            y: &mut self.y,
            u: &mut self.u,
            v: &mut self.v,
            strides_bytes: [self.width_px, self.width_px / 2, self.width_px / 2],
        }
    }

    /// Converts to packed sRGB, `width × height × 3` bytes, chroma repeated: for tests and stills.
    #[must_use]
    pub fn to_rgb(&self) -> Vec<u8> {
        let mut rgb = Vec::with_capacity(self.y.len() * 3);
        for row in 0..self.height_px {
            for column in 0..self.width_px {
                let chroma = (row / 2) * (self.width_px / 2) + column / 2;
                let luma = self.y[row * self.width_px + column];
                rgb.extend_from_slice(&yuv_to_rgb(luma, self.u[chroma], self.v[chroma]));
            }
        }
        rgb
    }
}

/// A frame in borrowed planes, such as an encoder's own picture buffer.
#[derive(Debug)]
pub struct FrameMut<'a> {
    width_px: usize,
    height_px: usize,
    y: &'a mut [u8],
    u: &'a mut [u8],
    v: &'a mut [u8],
    strides_bytes: [usize; 3],
}

impl<'a> FrameMut<'a> {
    /// Wraps planes whose rows start every `strides_bytes[plane]` bytes (Y, U, V).
    ///
    /// # Errors
    /// [`FrameError`] when the size is odd or a plane does not hold its last row.
    pub fn new(
        (width_px, height_px): (usize, usize),
        y: &'a mut [u8],
        u: &'a mut [u8],
        v: &'a mut [u8],
        strides_bytes: [usize; 3],
    ) -> Result<Self, FrameError> {
        check_size(width_px, height_px)?;
        let planes = [
            ('y', y.len(), width_px, height_px),
            ('u', u.len(), width_px / 2, height_px / 2),
            ('v', v.len(), width_px / 2, height_px / 2),
        ];
        for ((plane, len_bytes, row_bytes, rows), stride_bytes) in
            planes.into_iter().zip(strides_bytes)
        {
            let need_bytes = stride_bytes.saturating_mul(rows - 1).saturating_add(row_bytes);
            if stride_bytes < row_bytes || len_bytes < need_bytes {
                return Err(FrameError::Plane { plane, len_bytes, stride_bytes, need_bytes });
            }
        }
        Ok(Self { width_px, height_px, y, u, v, strides_bytes })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width_px(&self) -> usize {
        self.width_px
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height_px(&self) -> usize {
        self.height_px
    }

    /// Luma row `row`, `width` bytes.
    pub(crate) fn luma_row(&mut self, row: usize) -> &mut [u8] {
        let start = row * self.strides_bytes[0];
        &mut self.y[start..start + self.width_px]
    }

    /// Chroma rows `row` of U and V, `width / 2` bytes each.
    pub(crate) fn chroma_rows(&mut self, row: usize) -> (&mut [u8], &mut [u8]) {
        let width = self.width_px / 2;
        let (start_u, start_v) = (row * self.strides_bytes[1], row * self.strides_bytes[2]);
        (&mut self.u[start_u..start_u + width], &mut self.v[start_v..start_v + width])
    }

    /// Row `row` of plane 0 (Y), 1 (U) or 2 (V).
    #[inline(always)]
    pub(crate) fn row(&mut self, plane: usize, row: usize) -> &mut [u8] {
        let (samples, width) = match plane {
            0 => (&mut *self.y, self.width_px),
            1 => (&mut *self.u, self.width_px / 2),
            _ => (&mut *self.v, self.width_px / 2),
        };
        let start = row * self.strides_bytes[plane.min(2)];
        &mut samples[start..start + width]
    }

    /// Paints everything in one colour.
    pub fn fill(&mut self, [y, u, v]: [u8; 3]) {
        for row in 0..self.height_px {
            self.luma_row(row).fill(y);
        }
        for row in 0..self.height_px / 2 {
            let (row_u, row_v) = self.chroma_rows(row);
            row_u.fill(u);
            row_v.fill(v);
        }
    }

    /// Copies a frame of the same size.
    ///
    /// # Errors
    /// [`FrameError::Size`] (of the source) when the sizes differ.
    pub fn copy_from(&mut self, source: &Frame) -> Result<(), FrameError> {
        if (source.width_px, source.height_px) != (self.width_px, self.height_px) {
            let (width_px, height_px) = (source.width_px, source.height_px);
            return Err(FrameError::Size { width_px, height_px });
        }
        let width = self.width_px;
        for (row, line) in source.y.chunks_exact(width).enumerate() {
            self.luma_row(row).copy_from_slice(line);
        }
        let lines = source.u.chunks_exact(width / 2).zip(source.v.chunks_exact(width / 2));
        for (row, (line_u, line_v)) in lines.enumerate() {
            let (row_u, row_v) = self.chroma_rows(row);
            row_u.copy_from_slice(line_u);
            row_v.copy_from_slice(line_v);
        }
        Ok(())
    }

    /// Copies this into an owned frame.
    ///
    /// # Errors
    /// Never for a frame that was constructed; the size was checked there.
    pub fn to_owned(&mut self) -> Result<Frame, FrameError> {
        let mut frame = Frame::new(self.width_px, self.height_px)?;
        let width = self.width_px;
        for (row, line) in frame.y.chunks_exact_mut(width).enumerate() {
            line.copy_from_slice(self.luma_row(row));
        }
        let lines = frame.u.chunks_exact_mut(width / 2).zip(frame.v.chunks_exact_mut(width / 2));
        for (row, (line_u, line_v)) in lines.enumerate() {
            let (row_u, row_v) = self.chroma_rows(row);
            line_u.copy_from_slice(row_u);
            line_v.copy_from_slice(row_v);
        }
        Ok(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_and_short_planes_are_refused() {
        assert!(Frame::new(1079, 1920).is_err());
        assert!(Frame::new(0, 2).is_err());
        let (mut y, mut u, mut v) = (vec![0; 64 * 8], vec![0; 32 * 4], vec![0; 32 * 4 - 1]);
        let frame = FrameMut::new((64, 8), &mut y, &mut u, &mut v, [64, 32, 32]);
        assert!(matches!(frame, Err(FrameError::Plane { plane: 'v', .. })));
        let narrow = FrameMut::new((64, 8), &mut y, &mut u, &mut v, [62, 32, 32]);
        assert!(matches!(narrow, Err(FrameError::Plane { plane: 'y', .. })));
    }

    #[test]
    fn a_last_row_without_padding_is_enough() {
        let (mut y, mut u, mut v) = (vec![0; 80 * 7 + 64], vec![0; 40 * 3 + 32], vec![0; 152]);
        assert!(FrameMut::new((64, 8), &mut y, &mut u, &mut v, [80, 40, 40]).is_ok());
    }

    #[test]
    fn a_frame_survives_a_copy_through_padded_planes() {
        let mut source = Frame::new(6, 4).expect("even");
        for (index, sample) in source.y.iter_mut().enumerate() {
            *sample = index as u8;
        }
        source.u[3] = 7;
        let (mut y, mut u, mut v) = (vec![0; 40], vec![0; 20], vec![0; 20]);
        let mut padded =
            FrameMut::new((6, 4), &mut y, &mut u, &mut v, [10, 9, 10]).expect("long enough");
        padded.copy_from(&source).expect("same size");
        assert_eq!(padded.to_owned().expect("same size"), source);
    }
}
