//! What a worker is told about a job, and what it hands back.

use serde::{Deserialize, Serialize};

use super::{AccountId, JobId, JobRef, Notice};
use crate::{actor::Platform, format::Format, objects::ObjectKey, plan::Plan};

/// A job is tried at most this often (spec §4, Retries).
pub const TRIES_MAX: u32 = 3;

/// How a video is made, and so what it costs (spec §1, Talking characters; §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Narrated pictures: covered by the month's videos, else 1 credit.
    Standard,
    /// A drawn talking object.
    Cartoon,
    /// A talking photograph.
    Studio,
    /// A generated film.
    Cinematic,
}

impl Mode {
    /// Every mode, cheapest first.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Cartoon, Self::Studio, Self::Cinematic];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Cartoon => "cartoon",
            Self::Studio => "studio",
            Self::Cinematic => "cinematic",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Where to show a job's card: the platform, and the platform's own coordinates (channel, message,
/// locale), which only its adapter understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Whose events exchange key and whose adapter.
    pub platform: Platform,
    /// Opaque to everyone else; at most 4 KiB as JSON.
    #[serde(default)]
    pub place: serde_json::Value,
}

/// A picture of the person's own, validated, upright, without metadata, stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRef {
    /// SHA-256 of the stored bytes, lower-case hex.
    pub sha256: String,
    /// Where the bytes are.
    pub key: ObjectKey,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Size of the stored file.
    pub bytes: u64,
    /// The file's own name, as a hint to its subject.
    pub name: String,
}

/// What a brand wants seen and said; it enriches and never steers (spec §3, Brand kit).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BrandKit {
    /// Shown small.
    pub logo: Option<UploadRef>,
    /// At most five.
    pub photos: Vec<UploadRef>,
    /// At most two, `#rrggbb`.
    pub colours: Vec<String>,
    /// Each is said or shown.
    pub required_phrases: Vec<String>,
    /// None is said, captioned or shown.
    pub banned_phrases: Vec<String>,
}

/// Everything a worker needs to make a video, frozen when the job was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Which job.
    pub job: JobId,
    /// Whose.
    pub account: AccountId,
    /// As the person knows it.
    pub reference: JobRef,
    /// Validated and tidied.
    pub sentence: String,
    /// Everything random comes from it.
    pub seed: u64,
    /// The plan at the time of asking.
    pub plan: Plan,
    /// How the video is made.
    pub mode: Mode,
    /// A pinned format, where the person may pin one.
    pub format: Option<Format>,
    /// Pictures to use first.
    pub uploads: Vec<UploadRef>,
    /// The brand kit at the time of asking.
    pub brand: Option<BrandKit>,
    /// Where the card is.
    pub origin: Origin,
    /// 1 for the first try, at most [`TRIES_MAX`].
    pub attempt: u32,
}

/// A picture's source and whom to thank for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLine {
    /// Which shot, from 1.
    pub shot: u32,
    /// Which source won ("embedded illustrator", "Unsplash").
    pub source: String,
    /// The licence's short name.
    pub licence: String,
    /// Author and title as the licence wants them named, or empty.
    pub credit: String,
    /// Where it came from, where there is an address.
    #[serde(default)]
    pub url: Option<String>,
}

/// A finished video's files and facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredVideo {
    /// The MP4 in full quality.
    pub master: ObjectKey,
    /// The MP4 under the chats' byte budget; none where the master already is.
    pub chat: Option<ObjectKey>,
    /// Size of the chat rendition.
    #[serde(default)]
    pub chat_bytes: Option<u64>,
    /// Poster frame.
    pub poster: ObjectKey,
    /// WebVTT captions.
    pub captions_vtt: ObjectKey,
    /// SubRip captions.
    pub captions_srt: ObjectKey,
    /// The script as text.
    pub script: ObjectKey,
    /// Contact sheet.
    pub sheet: ObjectKey,
    /// Length.
    pub duration_ms: u64,
    /// Picture width.
    pub width_px: u32,
    /// Picture height.
    pub height_px: u32,
    /// Size of the master.
    pub bytes: u64,
    /// The video's title.
    pub title: String,
    /// The format the director chose.
    #[serde(default)]
    pub format: Option<Format>,
    /// One line a shot.
    pub credits: Vec<CreditLine>,
    /// Said to the person: no voice for the language, shortened, unverified.
    #[serde(default)]
    pub notices: Vec<Notice>,
}
