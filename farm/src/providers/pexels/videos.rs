//! Pexels' videos: the same account and search, files in several sizes, credited like its
//! photographs (pexels.com/api/documentation, videos).

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::{locale, photos::PER_PAGE, words_of};
use crate::{
    encode::clip::SIDE_PX_MAX,
    providers::{
        ClipOffer, ClipSource, ClipWish, FetchedPicture, PictureOffer, ProviderError, Source,
        http::{Ask, Vendor},
    },
};

/// The only kind that is taken; the list also names streams (`application/x-mpegURL`).
const KINDS: [&str; 1] = ["video/mp4"];
/// Longer clips are large files of which little would be shown.
const LENGTH_S_MAX: u32 = 40;
/// Rows of Full HD; "medium" asks for that at least, "small" for HD.
const FULL_HD_PX: u32 = 1080;

/// Pexels' videos.
pub struct Videos {
    vendor: Arc<Vendor>,
}

#[derive(Deserialize)]
struct Found {
    videos: Vec<Video>,
}

#[derive(Deserialize)]
struct Video {
    id: u64,
    url: String,
    /// Whole seconds.
    duration: u32,
    user: User,
    video_files: Vec<File>,
}

#[derive(Deserialize)]
struct User {
    name: String,
}

#[derive(Deserialize)]
struct File {
    file_type: String,
    /// Not there for streams.
    width: Option<u32>,
    height: Option<u32>,
    link: String,
}

impl Videos {
    /// Videos from an account.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>) -> Self {
        Self { vendor }
    }
}

/// The smallest file that fills the picture; failing that, the largest there is.
fn file(files: Vec<File>, picture_px: (u32, u32)) -> Option<(File, (u32, u32))> {
    let sized = files.into_iter().filter(|file| KINDS.contains(&file.file_type.as_str()));
    let sized = sized.filter_map(|file| file.width.zip(file.height).map(|size| (file, size)));
    let mut sized: Vec<_> =
        sized.filter(|(_, (width, height))| *width.max(height) <= SIDE_PX_MAX).collect();
    sized.sort_by_key(|(_, (width, height))| u64::from(*width) * u64::from(*height));
    let fills = |size: &(u32, u32)| size.0 >= picture_px.0 && size.1 >= picture_px.1;
    match sized.iter().position(|(_, size)| fills(size)) {
        Some(at) => Some(sized.swap_remove(at)),
        None => sized.pop(),
    }
}

fn offer(video: Video, picture_px: (u32, u32)) -> Option<ClipOffer> {
    let (file, (width_px, height_px)) = file(video.video_files, picture_px)?;
    let file = PictureOffer {
        id: format!("pexels-video-{}", video.id),
        words: words_of(&video.url),
        width_px,
        height_px,
        address: file.link,
        report: None,
        source: Source {
            title: format!("Video by {} on Pexels", video.user.name),
            licence: "Pexels License".to_owned(),
            url: Some(video.url),
        },
    };
    Some(ClipOffer { file, length_ms: video.duration.saturating_mul(1000) })
}

#[async_trait]
impl ClipSource for Videos {
    fn name(&self) -> &str {
        "pexels"
    }

    fn version(&self) -> &str {
        "pexels-videos-1"
    }

    async fn offers(
        &self,
        query: &str,
        wish: &ClipWish<'_>,
        cancel: &CancellationToken,
    ) -> Result<Vec<ClipOffer>, ProviderError> {
        let size = if wish.picture_px.0 >= FULL_HD_PX { "medium" } else { "small" };
        let mut ask = Ask::get("videos/search")
            .query("query", query)
            .query("per_page", PER_PAGE)
            .query("orientation", "portrait")
            .query("size", size);
        if let Some(locale) = locale(wish.language) {
            ask = ask.query("locale", locale);
        }
        let found: Found = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        let short =
            found.videos.into_iter().filter(|video| (1..=LENGTH_S_MAX).contains(&video.duration));
        Ok(short.filter_map(|video| offer(video, wish.picture_px)).collect())
    }

    async fn fetch(
        &self,
        offer: &ClipOffer,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError> {
        let answer = self.vendor.fetch(&offer.file.address, &KINDS, cancel).await?;
        Ok(FetchedPicture { bytes: answer.bytes, cost_microusd: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_file_that_fills_the_picture_is_taken() {
        let file_of = |width, height, kind: &str| File {
            file_type: kind.into(),
            width,
            height,
            link: String::new(),
        };
        let all = || {
            vec![
                file_of(Some(2160), Some(3840), "video/mp4"),
                file_of(Some(1080), Some(1920), "video/mp4"),
                file_of(None, None, "application/x-mpegURL"),
                file_of(Some(720), Some(1280), "video/mp4"),
                file_of(Some(360), Some(640), "video/mp4"),
            ]
        };
        let taken = |picture_px| file(all(), picture_px).map(|(_, size)| size);
        assert_eq!(taken((1080, 1920)), Some((1080, 1920)));
        assert_eq!(taken((720, 1280)), Some((720, 1280)));
        assert_eq!(taken((2000, 2500)), Some((1080, 1920)), "never larger than can be decoded");
        assert!(file(vec![file_of(None, None, "application/x-mpegURL")], (1, 1)).is_none());
    }
}
