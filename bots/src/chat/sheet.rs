//! The picture on the card of a job under way: a still of every shot, from when there are any. It
//! is sent once; edits after that leave it where it is. Which message shows which picture is known
//! to this process alone: another one, or the next, sends it once more, in place of the first.
//!
//! Nobody waits for a picture: one that cannot be had or sent is left out.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cutline_core::{
    card::{Card, CardFile, FileKind},
    failpoint,
    job::JobId,
    objects::ObjectKey,
};
use tokio::time::timeout;

use super::{ChatError, MessageId, Picture, Place, Sheet, board::Board};

/// Reading a picture takes no longer.
const READING_MAX: Duration = Duration::from_secs(2);
/// Sending a card with a picture takes no longer: the right to draw it ends soon after.
const SENDING_MAX: Duration = Duration::from_secs(12);
/// A platform that does not answer is sent a picture so often.
const TRIES_MAX: u32 = 2;
/// A larger picture is none of ours.
const BYTES_MAX: usize = 4 << 20;
/// Of more cards than these the oldest job's is forgotten, and gets its picture once more.
const CARDS_MAX: usize = 10_000;

/// What this process knows of the pictures on cards. A job's id begins with its time, so that the
/// first is the oldest.
#[derive(Debug, Default)]
pub(super) struct Sheets(Mutex<BTreeMap<JobId, Known>>);

#[derive(Debug)]
struct Known {
    message: MessageId,
    key: ObjectKey,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The message shows it.
    Stands,
    /// So many tries of sending it came to nothing.
    Tried(u32),
    /// It is left out.
    GivenUp,
}

/// What is to be done about a picture.
#[derive(Debug, PartialEq)]
enum Wanted {
    Nothing,
    Stays,
    Sent(CardFile),
}

impl Sheets {
    fn wanted(&self, job: JobId, message: &MessageId, card: &Card) -> Wanted {
        let file = card.files.iter().find(|file| file.kind == FileKind::Sheet);
        let known = self.lock();
        let known = known.get(&job).filter(|known| known.message == *message);
        let stands = known.is_some_and(|known| known.how == How::Stands);
        match (file, known) {
            // What an earlier try of the job showed is no worse than nothing.
            (None, _) if stands => Wanted::Stays,
            (None, _) => Wanted::Nothing,
            (Some(file), Some(known)) if known.key == file.key => match known.how {
                How::Stands => Wanted::Stays,
                How::GivenUp => Wanted::Nothing,
                How::Tried(_) => Wanted::Sent(file.clone()),
            },
            (Some(file), _) => Wanted::Sent(file.clone()),
        }
    }

    fn note(&self, job: JobId, message: &MessageId, key: &ObjectKey, how: How) {
        let mut cards = self.lock();
        while cards.len() >= CARDS_MAX && !cards.contains_key(&job) {
            cards.pop_first();
        }
        cards.insert(job, Known { message: message.clone(), key: key.clone(), how });
    }

    /// One more try that came to nothing.
    fn tried(&self, job: JobId, message: &MessageId, key: &ObjectKey) {
        let before = match self.lock().get(&job) {
            Some(Known { key: known, how: How::Tried(tries), .. }) if known == key => *tries,
            _ => 0,
        };
        let tries = before + 1;
        let how = if tries < TRIES_MAX { How::Tried(tries) } else { How::GivenUp };
        self.note(job, message, key, how);
    }

    /// The job has ended, or its card is gone.
    pub(super) fn forget(&self, job: JobId) {
        self.lock().remove(&job);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Known>> {
        // What is in there is valid after each step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    /// Changes the card of a job under way, with its picture where it does not stand there yet.
    pub(super) async fn draw(
        &self,
        job: JobId,
        place: &Place,
        message: &MessageId,
        card: &Card,
    ) -> Result<(), ChatError> {
        let file = match self.sheets.wanted(job, message, card) {
            Wanted::Nothing => return self.chat.edit(place, message, card, &Sheet::None).await,
            Wanted::Stays => return self.chat.edit(place, message, card, &Sheet::Stands).await,
            Wanted::Sent(file) => file,
        };
        let key = &file.key;
        let Some(picture) = self.picture(place, &file).await else {
            self.sheets.note(job, message, key, How::GivenUp);
            return self.chat.edit(place, message, card, &Sheet::None).await;
        };
        let sheet = Sheet::New(picture);
        let sent = timeout(SENDING_MAX, self.chat.edit(place, message, card, &sheet)).await;
        let late = |_| Err(ChatError::Temporary("a picture takes too long to send".into()));
        match sent.unwrap_or_else(late) {
            Ok(()) => {
                failpoint!("chat.after_sheet");
                self.sheets.note(job, message, key, How::Stands);
                Ok(())
            }
            Err(error @ (ChatError::TooLarge | ChatError::Refused(_))) => {
                tracing::warn!(%job, %error, "a card goes without its picture");
                self.sheets.note(job, message, key, How::GivenUp);
                self.chat.edit(place, message, card, &Sheet::None).await
            }
            Err(error) => {
                if matches!(error, ChatError::Temporary(_)) {
                    self.sheets.tried(job, message, key);
                }
                Err(error)
            }
        }
    }

    /// The picture, if it can be had at once and may be shown there.
    async fn picture(&self, place: &Place, file: &CardFile) -> Option<Picture> {
        let read = timeout(READING_MAX, self.front.objects.get(&file.key)).await;
        let data = match read {
            Ok(Ok(data)) => data,
            Ok(Err(error)) => {
                tracing::info!(key = %file.key, %error, "a card goes without its picture");
                return None;
            }
            Err(_) => {
                tracing::info!(key = %file.key, "a card goes without its picture: it comes too late");
                return None;
            }
        };
        let bytes = data.len();
        let fits = bytes <= BYTES_MAX && bytes as u64 <= self.chat.upload_bytes_max(place);
        fits.then(|| Picture { name: file.name.clone(), data })
    }
}

#[cfg(test)]
mod tests {
    use cutline_core::card::CardKind;

    use super::*;

    fn running(sheet: Option<&str>) -> Card {
        let mut card = Card::new(CardKind::Running, "Hearts");
        card.files.extend(sheet.map(|key| CardFile {
            kind: FileKind::Sheet,
            key: key.parse().unwrap(),
            name: "hearts-sheet.jpg".into(),
            bytes: None,
        }));
        card
    }

    #[test]
    fn a_picture_is_sent_once_to_a_message_and_twice_in_vain() {
        let (sheets, job) = (Sheets::default(), JobId::fresh());
        let (one, other) = (MessageId("1".into()), MessageId("2".into()));
        let card = running(Some("a/1/running.jpg"));
        let sent = Wanted::Sent(card.files[0].clone());
        assert_eq!(sheets.wanted(job, &one, &running(None)), Wanted::Nothing);
        assert_eq!(sheets.wanted(job, &one, &card), sent);
        sheets.tried(job, &one, &card.files[0].key);
        assert_eq!(sheets.wanted(job, &one, &card), sent);
        sheets.note(job, &one, &card.files[0].key, How::Stands);
        assert_eq!(sheets.wanted(job, &one, &card), Wanted::Stays);
        // The job went back to the queue: what stands may stay. Its next try has pictures of its
        // own.
        assert_eq!(sheets.wanted(job, &one, &running(None)), Wanted::Stays);
        let again = running(Some("a/2/running.jpg"));
        assert_eq!(sheets.wanted(job, &one, &again), Wanted::Sent(again.files[0].clone()));
        assert_eq!(sheets.wanted(job, &other, &card), sent);
        for _ in 0..TRIES_MAX {
            sheets.tried(job, &one, &again.files[0].key);
        }
        assert_eq!(sheets.wanted(job, &one, &again), Wanted::Nothing);
        sheets.forget(job);
        assert_eq!(sheets.wanted(job, &one, &again), Wanted::Sent(again.files[0].clone()));
    }

    #[test]
    fn where_there_are_too_many_the_oldest_is_forgotten() {
        let (sheets, message) = (Sheets::default(), MessageId("1".into()));
        let key: ObjectKey = "a/1/running.jpg".parse().unwrap();
        let jobs: Vec<JobId> =
            (0..=CARDS_MAX as u128).map(|at| JobId(uuid::Uuid::from_u128(at << 80))).collect();
        for job in &jobs {
            sheets.note(*job, &message, &key, How::Stands);
        }
        let card = running(Some("a/1/running.jpg"));
        assert_eq!(sheets.lock().len(), CARDS_MAX);
        assert_ne!(sheets.wanted(jobs[0], &message, &card), Wanted::Stays);
        assert_eq!(sheets.wanted(jobs[1], &message, &card), Wanted::Stays);
        // Noting again what is known takes nobody's place.
        sheets.note(jobs[2], &message, &key, How::Stands);
        assert_eq!(sheets.wanted(jobs[1], &message, &card), Wanted::Stays);
    }
}
