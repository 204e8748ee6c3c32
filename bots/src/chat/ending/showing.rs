//! What of a job's end is shown: the best file that the platform takes, else the link.

use cutline_core::{
    card::{Card, CardKind, Link},
    event::EventMessage,
    failpoint,
    job::{DeliveredVideo, JobId},
    store::StoreError,
};
use sha2::{Digest, Sha256};

use crate::{
    chat::{
        ChatError, MessageId, Place,
        board::Board,
        video::{self, VideoFile},
    },
    words,
};

impl Board {
    /// Shows the end, smaller and smaller until it fits.
    pub(super) async fn show_end(
        &self,
        about: &EventMessage,
        place: &Place,
        status: Option<MessageId>,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        let status = match status {
            None if self.chat.delivers_in_place() => {
                let message = self.chat.post(place, card).await?;
                // Written down before it becomes the video: whoever goes on from here finds it.
                let platform = self.chat.platform();
                let kept = self.front.store.card_stands(
                    about.job,
                    platform,
                    &place.0,
                    Some(&message.0),
                    None,
                );
                kept.await.map_err(|error| ChatError::Temporary(error.to_string()))?;
                Some(message)
            }
            status => status,
        };
        let mut files = video::candidates(card).into_iter();
        loop {
            let (upload, _turn) = match files.next() {
                None => (None, None),
                Some(file) => {
                    let turn = self.upload_turn().await;
                    let facts = self.facts(about).await?;
                    let bytes_max = self.chat.upload_bytes_max(place);
                    let objects = &self.front.objects;
                    let read = video::read(objects, &file, facts.as_ref(), bytes_max);
                    let read = read.await.map_err(|e| ChatError::Temporary(e.to_string()))?;
                    let Some(mut upload) = read else { continue };
                    if self.chat.takes_previews() {
                        upload.thumbnail = video::thumbnail(objects, card).await;
                    }
                    (Some(upload), turn)
                }
            };
            let is_last = upload.is_none();
            match self.deliver(about, place, status.as_ref(), card, upload).await {
                Err(ChatError::TooLarge) if !is_last => {}
                // A file that a platform will not have is no reason to say nothing.
                Err(ChatError::Refused(why)) if !is_last => {
                    tracing::error!(job = %about.job, why, "an upload was refused");
                }
                answer => return answer,
            }
        }
    }

    async fn deliver(
        &self,
        about: &EventMessage,
        place: &Place,
        status: Option<&MessageId>,
        card: &Card,
        upload: Option<VideoFile>,
    ) -> Result<MessageId, ChatError> {
        let by_link = upload.is_none() && card.kind == CardKind::Done && !card.files.is_empty();
        let explained = by_link.then(|| too_large(card));
        let card = explained.as_ref().unwrap_or(card);
        failpoint!("chat.before_deliver");
        let nonce = nonce(about.job);
        let shown = self.chat.deliver(place, status, card, upload.clone(), &nonce).await;
        let shown = match (shown, status, upload) {
            (Err(ChatError::NotInPlace(why)), Some(status), Some(video)) => {
                tracing::warn!(job = %about.job, why, "a video goes beside its card");
                self.deliver_beside(about, place, status, card, video).await?
            }
            (shown, ..) => shown?,
        };
        failpoint!("chat.after_deliver");
        Ok(shown)
    }

    /// Nothing keeps such a message from being sent twice but that we remember having begun. Where
    /// it is not known whether it arrived, the card's link stands for it; where there is no link,
    /// twice is better than not at all.
    async fn deliver_beside(
        &self,
        about: &EventMessage,
        place: &Place,
        status: &MessageId,
        card: &Card,
        video: VideoFile,
    ) -> Result<MessageId, ChatError> {
        let (job, store) = (about.job, &self.front.store);
        let platform = self.chat.platform();
        let away = |error: StoreError| ChatError::Temporary(error.to_string());
        let is_first = store.beside_take(job, platform).await.map_err(away)?;
        if !is_first && has_link(card) {
            let mut card = card.clone();
            card.lines.insert(0, words::beside(card.tongue));
            return self.chat.deliver(place, Some(status), &card, None, &nonce(job)).await;
        }
        let sent = self.chat.deliver_beside(place, status, card, video).await;
        if let Err(error) = &sent
            && !matches!(error, ChatError::Temporary(_))
        {
            store.beside_release(job, platform).await.map_err(away)?;
        }
        sent
    }

    /// The file's facts, which the card only has in words.
    async fn facts(&self, about: &EventMessage) -> Result<Option<DeliveredVideo>, ChatError> {
        let job = self.front.store.job(about.account, about.job).await;
        let job = job.map_err(|error| ChatError::Temporary(error.to_string()))?;
        Ok(job.and_then(|job| job.video))
    }
}

/// The same for the same job: 24 hexadecimal digits, which is what Discord's 25 characters hold.
fn nonce(job: JobId) -> String {
    let hash = Sha256::digest(job.0.as_bytes());
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn has_link(card: &Card) -> bool {
    card.links.iter().any(|link: &Link| !link.url.is_empty())
}

/// The card of a video that is too large to upload: the link stands for it.
fn too_large(card: &Card) -> Card {
    let has_link = has_link(card);
    let mut card = card.clone();
    card.lines.insert(0, words::too_large(card.tongue, has_link));
    card
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::board::hash;

    #[test]
    fn a_video_that_is_too_large_says_how_it_can_be_had() {
        let mut card = Card::new(CardKind::Done, "Hearts");
        let alone = too_large(&card);
        assert!(alone.lines[0].contains("no link"), "{alone:?}");
        card.links.push(Link { label: "Watch".into(), url: "https://x.test/v/abc".into() });
        let linked = too_large(&card);
        assert!(linked.lines[0].contains("link"), "{linked:?}");
        assert_ne!(hash(&linked), hash(&alone));
    }
}
