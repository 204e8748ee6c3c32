//! Cards as messages: posted, changed, turned into the video: Telegram as a [`Chat`].

use std::time::Duration;

use async_trait::async_trait;
use cutline_core::{actor::Platform, card::Card};
use teloxide::{
    payloads::{EditMessageCaptionSetters, EditMessageMediaSetters, SendVideoSetters},
    prelude::Requester,
    types::{
        ChatId, InputFile, InputMedia, InputMediaPhoto, InputMediaVideo, MessageId as Id, ThreadId,
    },
};

use super::{CALL_MAX, Telegram, UPLOAD_MAX, reply, settled};
use crate::{
    chat::{Chat, ChatError, MessageId, Picture, Place, Sheet, VideoFile},
    telegram::{
        draw::{self, Drawn},
        errors::Told,
        place::{Address, number},
    },
};

/// Shortest time between two edits of a card (spec §2).
const EDIT_INTERVAL: Duration = Duration::from_secs(5);
/// Edits of cards in one group: at most 20 messages a minute go there (core.telegram.org/bots/faq).
const GROUP_EDITS_EVERY: Duration = Duration::from_secs(4);
/// Where answers and ends have to wait this long for their turn, cards under way come later.
const YIELDS_ABOVE: Duration = Duration::from_millis(200);
const YIELDS_FOR: Duration = Duration::from_secs(1);

impl Telegram {
    /// The same for a message that is a video.
    async fn change_caption(
        &self,
        address: Address,
        message: i32,
        card: &Card,
    ) -> Result<(), Told> {
        let drawn = draw::card(card, draw::CAPTION_MAX, 1);
        let request = self
            .0
            .bot
            .edit_message_caption(ChatId(address.chat), Id(message))
            .caption(drawn.text)
            .caption_entities(drawn.entities)
            .reply_markup(drawn.keyboard);
        settled(self.call(address, CALL_MAX, request).await)
    }

    /// The status message gets a picture, whether it is text or a picture by now
    /// (core.telegram.org/bots/api#editmessagemedia: “or to add media to text messages”).
    async fn become_picture(
        &self,
        address: Address,
        message: i32,
        card: &Card,
        picture: &Picture,
    ) -> Result<(), Told> {
        let drawn = draw::card(card, draw::CAPTION_MAX, 1);
        let file = InputFile::memory(picture.data.clone()).file_name(picture.name.clone());
        let media = InputMediaPhoto::new(file).caption(drawn.text).caption_entities(drawn.entities);
        let request = self
            .0
            .bot
            .edit_message_media(ChatId(address.chat), Id(message), InputMedia::Photo(media))
            .reply_markup(drawn.keyboard);
        settled(self.call(address, CALL_MAX, request).await)
    }

    /// The status message becomes the video.
    async fn become_video(
        &self,
        address: Address,
        message: i32,
        drawn: &Drawn,
        video: &VideoFile,
    ) -> Result<(), Told> {
        let small = |n: u32| u16::try_from(n).ok().filter(|n| *n > 0);
        let mut media = InputMediaVideo::new(upload(video))
            .caption(drawn.text.clone())
            .caption_entities(drawn.entities.clone())
            .supports_streaming(true);
        media.width = small(video.width_px);
        media.height = small(video.height_px);
        media.duration = small(seconds(video));
        media.thumbnail = video.thumbnail.clone().map(thumbnail);
        let request = self
            .0
            .bot
            .edit_message_media(ChatId(address.chat), Id(message), InputMedia::Video(media))
            .reply_markup(drawn.keyboard.clone());
        settled(self.call(address, UPLOAD_MAX, request).await)
    }

    /// A message of its own, for where a status message cannot become a video.
    async fn send_video(
        &self,
        address: Address,
        drawn: Drawn,
        video: &VideoFile,
    ) -> Result<Id, ChatError> {
        let mut request = self
            .0
            .bot
            .send_video(ChatId(address.chat), upload(video))
            .caption(drawn.text)
            .caption_entities(drawn.entities)
            .supports_streaming(true)
            .reply_markup(drawn.keyboard);
        if video.width_px > 0 && video.height_px > 0 {
            request = request.width(video.width_px).height(video.height_px);
        }
        if video.duration_ms > 0 {
            request = request.duration(seconds(video));
        }
        if let Some(picture) = video.thumbnail.clone() {
            request = request.thumbnail(thumbnail(picture));
        }
        if let Some(thread) = address.thread {
            request = request.message_thread_id(ThreadId(Id(thread)));
        }
        if let Some(message) = address.reply_to {
            request = request.reply_parameters(reply(message));
        }
        let sent = self.call(address, UPLOAD_MAX, request).await.map_err(Told::chat)?;
        Ok(sent.id)
    }

    /// Shows a card in a message of ours, whatever the message is by now.
    async fn show(&self, address: Address, message: i32, card: &Card) -> Result<(), ChatError> {
        let drawn = draw::card(card, draw::TEXT_MAX, 1);
        match self.change(address, message, drawn).await {
            Err(Told::NoText) => self.change_caption(address, message, card).await,
            answer => answer,
        }
        .map_err(Told::chat)
    }
}

fn upload(video: &VideoFile) -> InputFile {
    InputFile::memory(video.data.clone()).file_name(video.name.clone())
}

fn thumbnail(picture: bytes::Bytes) -> InputFile {
    InputFile::memory(picture).file_name("preview.jpg")
}

fn seconds(video: &VideoFile) -> u32 {
    u32::try_from(video.duration_ms.div_ceil(1000)).unwrap_or(u32::MAX)
}

#[async_trait]
impl Chat for Telegram {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    fn edit_interval(&self) -> Duration {
        EDIT_INTERVAL
    }

    fn delivers_in_place(&self) -> bool {
        true
    }

    fn takes_previews(&self) -> bool {
        true
    }

    fn upload_bytes_max(&self, _place: &Place) -> u64 {
        self.0.upload_bytes_max
    }

    async fn post(&self, place: &Place, card: &Card) -> Result<MessageId, ChatError> {
        let address = Address::of(place)?;
        let sent = self.send(address, draw::card(card, draw::TEXT_MAX, 1)).await?;
        Ok(MessageId(sent.0.to_string()))
    }

    async fn edit(
        &self,
        place: &Place,
        message: &MessageId,
        card: &Card,
        sheet: &Sheet,
    ) -> Result<(), ChatError> {
        let address = Address::of(place)?;
        let message = number(message)?;
        let card_of = (address.chat, message);
        let drawn = self.0.drawn.wait(&card_of);
        if let Some(wait) = drawn.or_else(|| self.0.edits.wait(&address.chat)) {
            return Err(ChatError::Busy(wait));
        }
        if self.0.calls.length() > YIELDS_ABOVE {
            return Err(ChatError::Busy(YIELDS_FOR));
        }
        self.0.line.pass(card_of).map_err(ChatError::Busy)?;
        if address.is_group() {
            self.0.edits.hold(address.chat, GROUP_EDITS_EVERY);
        }
        let answer = match sheet {
            Sheet::None => self.show(address, message, card).await,
            Sheet::Stands => self.change_caption(address, message, card).await.map_err(Told::chat),
            Sheet::New(picture) => {
                self.become_picture(address, message, card, picture).await.map_err(Told::chat)
            }
        };
        // From its end on: however long it was on its way, two are never seen closer together.
        self.0.drawn.hold(card_of, EDIT_INTERVAL);
        answer
    }

    async fn deliver(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        card: &Card,
        video: Option<VideoFile>,
        _nonce: &str,
    ) -> Result<MessageId, ChatError> {
        let address = Address::of(place)?;
        let status = status.ok_or_else(|| ChatError::Refused("no status message".into()))?;
        let message = number(status)?;
        let Some(video) = video else {
            self.show(address, message, card).await?;
            return Ok(status.clone());
        };
        let drawn = draw::card(card, draw::CAPTION_MAX, 1);
        match self.become_video(address, message, &drawn, &video).await.map_err(Told::chat) {
            Ok(()) => Ok(status.clone()),
            // A server of one's own may be too old to turn text into a video.
            Err(ChatError::Refused(why)) => Err(ChatError::NotInPlace(why)),
            Err(error) => Err(error),
        }
    }

    async fn deliver_beside(
        &self,
        place: &Place,
        status: &MessageId,
        card: &Card,
        video: VideoFile,
    ) -> Result<MessageId, ChatError> {
        let address = Address::of(place)?;
        let drawn = draw::card(card, draw::CAPTION_MAX, 1);
        let sent = self.send_video(address, drawn, &video).await?;
        // Nothing draws the status message again: it is brought to its end here.
        if let Err(error) = self.show(address, number(status)?, card).await {
            tracing::info!(%error, "a status message stands as it was");
        }
        Ok(MessageId(sent.0.to_string()))
    }

    async fn notice(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        text: &str,
    ) -> Result<(), ChatError> {
        let mut address = Address::of(place)?;
        if let Some(status) = status {
            address.reply_to = Some(number(status)?);
        }
        self.send(address, draw::words(text)).await.map(drop)
    }
}
