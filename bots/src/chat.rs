//! What the chats share: a job's card as one message that is kept up to date, and its end posted
//! once. A platform brings a [`Chat`] (how to show things there); everything that must hold
//! although bots are killed, replicas race and platforms say "not now" is here and in the database.
//! It knows no platform's types.

pub mod board;
pub mod confirm;
mod ending;
pub mod follower;
pub mod pace;
pub mod pictures;
mod sheet;
pub mod show;
mod video;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cutline_core::{actor::Platform, card::Card};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use video::{UPLOAD_BYTES_MAX, VideoFile};

/// A platform's own address of a conversation (channel, thread, chat, message, token and its end),
/// as its adapter wrote it. It travels with the job's origin, at most 3,000 bytes of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub Value);

impl Place {
    /// A place from the adapter's own type.
    ///
    /// # Errors
    /// [`ChatError::Refused`] when it has no JSON: a defect of the adapter.
    pub fn of(address: &impl Serialize) -> Result<Self, ChatError> {
        let value = serde_json::to_value(address);
        value.map(Self).map_err(|error| ChatError::Refused(format!("a place: {error}")))
    }

    /// The adapter's own type again.
    ///
    /// # Errors
    /// [`ChatError::Refused`] when this is another's place, or an older program's.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ChatError> {
        T::deserialize(&self.0).map_err(|error| ChatError::Refused(format!("a place: {error}")))
    }
}

/// A message's id on its platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub String);

/// Why a platform did not show something, as what is to be done about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChatError {
    /// Not before this time has passed.
    #[error("the platform asks to wait {} ms", .0.as_millis())]
    RetryAfter(Duration),
    /// Our own doing: so many cards are drawn that this one's turn comes then. Ends do not wait for
    /// it.
    #[error("its turn comes in {} ms", .0.as_millis())]
    Busy(Duration),
    /// The message was deleted: post another.
    #[error("the message is gone")]
    Gone,
    /// Blocked, kicked, or without the permission: leave it.
    #[error("nothing may be shown there")]
    Forbidden,
    /// The interaction's token is too old, and the adapter had no other way.
    #[error("the token has expired")]
    Expired,
    /// The file is over the platform's limit.
    #[error("the file is too large for this platform")]
    TooLarge,
    /// The status message cannot become the video: [`Chat::deliver_beside`].
    #[error("the status message cannot become the video: {0}")]
    NotInPlace(String),
    /// The conversation has another address now.
    #[error("the conversation has moved")]
    Moved(Place),
    /// May pass: lost connections, 5xx, timeouts. Whether it was shown is not known.
    #[error("the platform does not answer: {0}")]
    Temporary(String),
    /// Our defect: never repeated.
    #[error("the platform refuses: {0}")]
    Refused(String),
}

/// A picture to show on a card.
#[derive(Clone, Debug)]
pub struct Picture {
    /// A name for people, with extension.
    pub name: String,
    /// A JPEG or PNG. Cheap to clone.
    pub data: Bytes,
}

/// What becomes of the picture on a card under way: a still of every shot, once there are any.
#[derive(Clone, Debug)]
pub enum Sheet {
    /// There is none to show. One that stands may stay.
    None,
    /// The message has it already: it stays.
    Stands,
    /// To be shown from now on, in place of any before.
    New(Picture),
}

/// One platform's way to show things. Implementations translate and never decide: what is repeated,
/// how often and how long is decided by [`board`].
#[async_trait]
pub trait Chat: Send + Sync + 'static {
    /// Which.
    fn platform(&self) -> Platform;

    /// Shortest time between two edits of a card (spec §2: Discord 3 s, Telegram 5 s).
    fn edit_interval(&self) -> Duration;

    /// True where [`Self::deliver`] turns the status message itself into the end (so that repeating
    /// it changes nothing), and a notice follows because an edit notifies nobody. False where it
    /// posts a message of its own, which the platform shows once for each nonce.
    fn delivers_in_place(&self) -> bool;

    /// Whether a video goes with a preview of ours; a platform may make its own.
    fn takes_previews(&self) -> bool;

    /// Most bytes of a file that may be uploaded there.
    fn upload_bytes_max(&self, place: &Place) -> u64;

    /// Posts a new status message.
    async fn post(&self, place: &Place, card: &Card) -> Result<MessageId, ChatError>;

    /// Changes a status message. That it shows this already is success. Its picture is an extra: an
    /// adapter may leave it out where it cannot stand. Once the job has ended it goes, if the
    /// platform can take it off.
    async fn edit(
        &self,
        place: &Place,
        message: &MessageId,
        card: &Card,
        sheet: &Sheet,
    ) -> Result<(), ChatError>;

    /// Shows how the job ended: the video where there is one, else the card. `status` is always
    /// there where the platform delivers in place. The same nonce never shows it twice, as far as
    /// the platform can tell.
    async fn deliver(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        card: &Card,
        video: Option<VideoFile>,
        nonce: &str,
    ) -> Result<MessageId, ChatError>;

    /// Sends the video as a message of its own, and brings the status message to its end, where
    /// [`Self::deliver`] said [`ChatError::NotInPlace`]. Doing it twice shows the video twice.
    async fn deliver_beside(
        &self,
        _place: &Place,
        _status: &MessageId,
        _card: &Card,
        _video: VideoFile,
    ) -> Result<MessageId, ChatError> {
        Err(ChatError::Refused("this platform delivers otherwise".into()))
    }

    /// Says something short that notifies; asked for at most once for each job.
    async fn notice(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        text: &str,
    ) -> Result<(), ChatError>;
}
