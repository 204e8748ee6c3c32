//! Crops and scales decoded pictures, and brings their colours to BT.709 in limited range.

use ffmpeg_next::{
    color, ffi,
    format::Pixel,
    frame,
    software::scaling::{Context, Flags},
};

use super::{EncodeError, Planes, planes_of};

/// Pictures of fewer rows are BT.601 where they do not say (ITU-R BT.601 is the standard of SD).
const HD_ROWS_MIN: u32 = 720;
/// sws_setColorspaceDetails: no change, in 16.16.
const UNCHANGED: i32 = 1 << 16;

/// Fits one clip's pictures.
pub(super) struct Fitter {
    size_px: (u32, u32),
    /// Cut off: left, top, right, bottom.
    crop_px: [u32; 4],
    scaler: Option<Scaler>,
    fitted: Option<frame::Video>,
}

/// A scaler and what it was made for.
struct Scaler {
    context: Context,
    from: Colours,
}

// SAFETY: a scaling context belongs to whoever holds it; nothing of it is tied to a thread
// (libswscale/swscale.h asks only that it is not used by two at once, which `&mut` sees to).
#[expect(unsafe_code, reason = "ffmpeg-next leaves the scaler without the marker")]
unsafe impl Send for Scaler {}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Colours {
    format: Pixel,
    sd: bool,
    full_range: bool,
}

impl Fitter {
    /// For pictures of `own_px` that are shown at `size_px`.
    pub(super) fn new(own_px: (u32, u32), size_px: (u32, u32), focus: [f32; 2]) -> Self {
        Self { size_px, crop_px: crop(own_px, size_px, focus), scaler: None, fitted: None }
    }

    /// The next picture is another one.
    pub(super) fn forget(&mut self) {
        self.fitted = None;
    }

    /// The picture, fitted once however often it is shown.
    pub(super) fn fit(
        &mut self,
        picture: &frame::Video,
        name: &str,
    ) -> Result<Planes<'_>, EncodeError> {
        if self.fitted.is_none() {
            self.fitted = Some(self.fitted_anew(picture, name)?);
        }
        match &self.fitted {
            Some(fitted) => Ok(planes_of(fitted)),
            None => Err(EncodeError::Mismatch(format!("{name} was not fitted"))),
        }
    }

    #[expect(
        unsafe_code,
        reason = "cropping and colours of frames, for which there is no safe call"
    )]
    fn fitted_anew(
        &mut self,
        picture: &frame::Video,
        name: &str,
    ) -> Result<frame::Video, EncodeError> {
        let failed = |error| EncodeError::from_ffmpeg(format!("scaling {name}"), error);
        let mut cut = frame::Video::empty();
        // SAFETY: both frames are valid; a new reference to the same pixels is made, and nobody
        // writes to pixels that are shared.
        let status = unsafe { ffi::av_frame_ref(cut.as_mut_ptr(), picture.as_ptr()) };
        if status < 0 {
            return Err(failed(status.into()));
        }
        let colours = Colours::of(picture);
        let ours = Colours { format: Pixel::YUV420P, sd: false, full_range: false };
        if colours == ours && (cut.width(), cut.height()) == self.size_px {
            return Ok(cut);
        }
        let [left, top, right, bottom] = self.crop_px.map(|px| px as usize);
        // SAFETY: the crop lies within the frame (`crop`), whose data pointers FFmpeg moves along.
        let status = unsafe {
            let frame = cut.as_mut_ptr();
            (*frame).crop_left = left;
            (*frame).crop_top = top;
            (*frame).crop_right = right;
            (*frame).crop_bottom = bottom;
            ffi::av_frame_apply_cropping(frame, ffi::AV_FRAME_CROP_UNALIGNED as i32)
        };
        if status < 0 {
            return Err(failed(status.into()));
        }
        if self.scaler.as_ref().is_none_or(|scaler| scaler.from != colours) {
            let own_px = (cut.width(), cut.height());
            self.scaler = Some(Scaler::new(colours, own_px, self.size_px).map_err(failed)?);
        }
        let mut out = frame::Video::new(Pixel::YUV420P, self.size_px.0, self.size_px.1);
        if let Some(scaler) = &mut self.scaler {
            scaler.context.run(&cut, &mut out).map_err(failed)?;
        }
        Ok(out)
    }
}

impl Colours {
    fn of(picture: &frame::Video) -> Self {
        let sd = match picture.color_space() {
            color::Space::BT709 => false,
            color::Space::BT470BG | color::Space::SMPTE170M | color::Space::FCC => true,
            _ => picture.width().min(picture.height()) < HD_ROWS_MIN,
        };
        // The J formats are the old way to say full range.
        let (format, old_full) = match picture.format() {
            Pixel::YUVJ420P => (Pixel::YUV420P, true),
            Pixel::YUVJ422P => (Pixel::YUV422P, true),
            Pixel::YUVJ444P => (Pixel::YUV444P, true),
            other => (other, false),
        };
        Self { format, sd, full_range: old_full || picture.color_range() == color::Range::JPEG }
    }
}

impl Scaler {
    #[expect(unsafe_code, reason = "ffmpeg-next has no way to name the colours")]
    fn new(
        from: Colours,
        own_px: (u32, u32),
        size_px: (u32, u32),
    ) -> Result<Self, ffmpeg_next::Error> {
        // Bit-exact, so that every processor makes the same picture.
        let flags = Flags::BICUBIC | Flags::ACCURATE_RND | Flags::BITEXACT;
        let (format, to) = (from.format, Pixel::YUV420P);
        let mut context =
            Context::get(format, own_px.0, own_px.1, to, size_px.0, size_px.1, flags)?;
        let own = if from.sd { ffi::SWS_CS_ITU601 } else { ffi::SWS_CS_ITU709 };
        // SAFETY: the context was made above, the tables are FFmpeg's own constants.
        let status = unsafe {
            ffi::sws_setColorspaceDetails(
                context.as_mut_ptr(),
                ffi::sws_getCoefficients(own),
                i32::from(from.full_range),
                ffi::sws_getCoefficients(ffi::SWS_CS_ITU709),
                0,
                0,
                UNCHANGED,
                UNCHANGED,
            )
        };
        if status < 0 { Err(status.into()) } else { Ok(Self { context, from }) }
    }
}

/// What is cut off a picture so that the rest has the shape wanted, about a point (0–1): left, top,
/// right, bottom, each even, so that colours stay on their pixels.
fn crop(own_px: (u32, u32), size_px: (u32, u32), focus: [f32; 2]) -> [u32; 4] {
    let (width, height) = (f64::from(own_px.0), f64::from(own_px.1));
    let shape = f64::from(size_px.0) / f64::from(size_px.1.max(1));
    let (kept_width, kept_height) =
        if width > height * shape { (height * shape, height) } else { (width, width / shape) };
    let side = |own: u32, kept: f64, focus: f32| {
        let kept = ((kept / 2.0).round() as u32 * 2).clamp(2, own.max(2)).min(own);
        let spare = own - kept;
        let wanted = f64::from(focus.clamp(0.0, 1.0)) * f64::from(own) - f64::from(kept) / 2.0;
        let start = (wanted / 2.0).round().max(0.0) as u32 * 2;
        let start = start.min(spare / 2 * 2);
        (start, spare - start)
    };
    let (left, right) = side(own_px.0, kept_width, focus[0]);
    let (top, bottom) = side(own_px.1, kept_height, focus[1]);
    [left, top, right, bottom]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_leaves_the_shape_wanted_about_the_point_of_interest() {
        assert_eq!(crop((1080, 1920), (1080, 1920), [0.5, 0.5]), [0; 4]);
        assert_eq!(crop((1080, 1920), (720, 1280), [0.1, 0.9]), [0; 4]);
        assert_eq!(crop((1920, 1080), (720, 1280), [0.5, 0.5]), [656, 0, 656, 0]);
        assert_eq!(crop((1920, 1080), (720, 1280), [0.0, 0.5]), [0, 0, 1312, 0]);
        assert_eq!(crop((1920, 1080), (720, 1280), [1.0, 0.5]), [1312, 0, 0, 0]);
        assert_eq!(crop((720, 1600), (720, 1280), [0.5, 1.0]), [0, 320, 0, 0]);
        let odd = crop((721, 1281), (720, 1280), [0.5, 0.5]);
        assert!(
            [odd[0], odd[1]].iter().all(|px| px.is_multiple_of(2)) && odd[0] + odd[2] < 3,
            "{odd:?}"
        );
    }
}
