//! Videos: begun once under a key, looked after by their id, fetched.

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{DONE_MAX, HeyGen, KEY, LOOK_MIN, STAGE, key, repeated, shelf::Avatar};
use crate::providers::{
    http::{Ask, CallError, Effect, Fault},
    purse::{Delivered, Wanted, name_of},
    take::{PhotoTake, Taken, is_mp4},
};

/// What videos come as.
const VIDEOS: [&str; 3] = ["video/", "application/octet-stream", "binary/octet-stream"];

/// Before the id of a video that failed, in the note on its call.
const FAILED: &str = "failed ";

#[derive(Deserialize)]
struct Begun {
    video_id: String,
}

#[derive(Deserialize)]
struct Video {
    status: String,
    video_url: Option<String>,
    failure_code: Option<String>,
}

impl HeyGen {
    /// Has an avatar say a track.
    pub(super) async fn video(
        &self,
        avatar: &Avatar,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Taken, CallError> {
        let voice_sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&take.voice));
        let input = json!(["video", take.photo_sha256, avatar.look, voice_sha256, take.width_px]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: STAGE,
            item: "film",
            input: &input,
            estimate_microusd: self.cost(take),
        };
        let sha256 = name_of(&wanted);
        let noted = self.purse.noted(&sha256).await.unwrap_or_default();
        // Under its key a video that failed would be the same for a day.
        let failed = noted.strip_prefix(FAILED);
        let key = failed.map_or_else(|| key(&sha256), |id| format!("{}-{id}", key(&sha256)));
        let noted = Some(&noted).filter(|id| failed.is_none() && !id.is_empty());
        // Uploaded before anything is booked: it costs nothing, whatever becomes of it.
        let track = match noted.is_some() || self.purse.has(&sha256).await {
            true => None,
            false => Some(self.track(take, &sha256, cancel).await?),
        };
        let begin = || self.begin(avatar, take, (track.as_deref(), &key), sha256, cancel);
        let bought = match self.purse.buy(&wanted, |_| begin()).await {
            Err(error) if error.fault == Fault::Unsure => {
                // Begun in an earlier life of the job: looked after, or begun under the same key.
                let collected = async {
                    match noted {
                        Some(id) => {
                            self.collected(&self.id(id.clone())?, take, sha256, cancel).await
                        }
                        None => begin().await.map_err(repeated),
                    }
                };
                self.purse.collect(&wanted, collected).await?
            }
            other => other?,
        };
        Ok(Taken { file: bought.bytes, cost_microusd: bought.cost_microusd })
    }

    async fn track(
        &self,
        take: &PhotoTake,
        purchase: &[u8; 32],
        cancel: &CancellationToken,
    ) -> Result<String, CallError> {
        self.asset(("voice.wav", "audio/wav"), &take.voice, purchase, cancel).await
    }

    async fn begin(
        &self,
        avatar: &Avatar,
        take: &PhotoTake,
        (track, key): (Option<&str>, &str),
        sha256: [u8; 32],
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let track = match track {
            Some(track) => track.to_owned(),
            // Another job has noted the same video, or its file was here a moment ago.
            None => self.track(take, &sha256, cancel).await?,
        };
        let body = json!({
            "type": "avatar",
            "avatar_id": avatar.look,
            "audio_asset_id": track,
            "title": "Cutline",
            "aspect_ratio": "9:16",
            "resolution": if take.width_px >= 1080 { "1080p" } else { "720p" },
            "fit": "cover",
            "output_format": "mp4",
            "engine": {"type": "avatar_iv"},
        });
        let ask = Ask::post("v3/videos", body, Effect::Keyed).header(KEY, key);
        let begun: Begun = self.read(&self.vendor.call(ask, cancel).await?)?;
        let id = self.id(begun.video_id)?;
        self.purse.note(&sha256, &id).await;
        self.collected(&id, take, sha256, cancel).await
    }

    /// Waits for a video and fetches it. One that failed is not charged.
    async fn collected(
        &self,
        id: &str,
        take: &PhotoTake,
        sha256: [u8; 32],
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut look = LOOK_MIN;
        let address = loop {
            let asked = self.vendor.call(Ask::get(format!("v3/videos/{id}")), cancel).await;
            let video: Video = self.read(&asked.map_err(CallError::unknown)?)?;
            match (video.status.as_str(), video.video_url) {
                ("completed", Some(address)) => break address,
                ("waiting" | "pending" | "processing", _) => {}
                ("failed", _) => {
                    self.purse.note(&sha256, &format!("{FAILED}{id}")).await;
                    return Err(self.failed(video.failure_code));
                }
                _ => return Err(self.vendor.fault(Fault::Foreign).unknown()),
            }
            self.pause(&mut look, deadline, cancel).await?;
        };
        let fetched = self.vendor.fetch(&address, &VIDEOS, cancel).await;
        let bytes = fetched.map_err(CallError::unknown)?.bytes;
        if !is_mp4(&bytes) {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        }
        let request_id = Some(id.to_owned());
        Ok(Delivered { bytes, cost_microusd: self.cost(take), request_id })
    }

    /// What HeyGen says of its own failure.
    fn failed(&self, code: Option<String>) -> CallError {
        let code = code.unwrap_or_default().to_lowercase();
        let policy = ["moderation", "policy", "nsfw"].iter().any(|word| code.contains(word));
        self.vendor.fault(if policy { Fault::Moderated } else { Fault::Refused(422) })
    }

    fn cost(&self, take: &PhotoTake) -> u64 {
        (take.seconds * self.settings.second_microusd as f64).ceil() as u64
    }
}
