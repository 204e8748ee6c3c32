//! Telegram as a [`Chat`]: cards become messages, the status message becomes the video. Every call
//! waits its turn here: what `retry_after` said holds for its chat, edits included, and all chats
//! together stay below what a bot may send.

use std::{future::IntoFuture, sync::Arc, time::Duration};

use async_trait::async_trait;
use cutline_core::{actor::Platform, card::Card};
use teloxide::{
    Bot, RequestError,
    payloads::{
        EditMessageCaptionSetters, EditMessageMediaSetters, EditMessageTextSetters,
        SendDocumentSetters, SendMessageSetters, SendVideoSetters,
    },
    prelude::Requester,
    types::{
        CallbackQueryId, ChatId, InputFile, InputMedia, InputMediaVideo, LinkPreviewOptions,
        MessageId as Id, ReplyParameters, ThreadId,
    },
};
use tokio::time::timeout;

use super::{
    config::TelegramConfig,
    draw::{self, Drawn},
    errors::{Told, told},
    place::{Address, number},
};
use crate::chat::{Chat, ChatError, MessageId, Place, VideoFile, pace::Pace};

/// Shortest time between two edits of a card (spec §2).
const EDIT_INTERVAL: Duration = Duration::from_secs(5);
/// About 25 calls a second for all chats together; Telegram's limit is 30
/// (core.telegram.org/bots/faq, "My bot is hitting limits").
const CALLS_EVERY: Duration = Duration::from_millis(40);
/// Edits of cards in one group: at most 20 messages a minute go there (same place).
const GROUP_EDITS_EVERY: Duration = Duration::from_secs(4);
/// A call without a file takes no longer; a drawing's right ends at 20 s.
const CALL_MAX: Duration = Duration::from_secs(16);
/// An upload of 50 MB over a slow line.
const UPLOAD_MAX: Duration = Duration::from_secs(300);
/// An answer to a press of a button (core.telegram.org/bots/api#answercallbackquery).
pub(super) const ALERT_MAX: usize = 200;

/// The Bot API. Cheap to clone.
#[derive(Clone)]
pub(super) struct Telegram(Arc<Inner>);

struct Inner {
    bot: Bot,
    upload_bytes_max: u64,
    /// What `retry_after` said, by chat.
    patience: Pace<i64>,
    /// Turns at editing cards, by group.
    edits: Pace<i64>,
    /// Turns at calling at all.
    calls: Pace<()>,
}

impl Telegram {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(super) fn new(config: &TelegramConfig) -> Result<Self, String> {
        // Calls have limits of their own, below: an upload and a long poll take longer than the rest.
        let client = teloxide::net::default_reqwest_settings()
            .timeout(UPLOAD_MAX)
            .build()
            .map_err(|error| format!("an HTTP client: {error}"))?;
        let bot = Bot::with_client(config.token.expose(), client);
        let bot = bot.set_api_url(config.api_url.clone());
        Ok(Self(Arc::new(Inner {
            bot,
            upload_bytes_max: config.upload_bytes_max,
            patience: Pace::default(),
            edits: Pace::default(),
            calls: Pace::default(),
        })))
    }

    /// For calls that belong to no chat.
    pub(super) fn bot(&self) -> &Bot {
        &self.0.bot
    }

    /// Makes a call about a chat, when its turn comes.
    async fn call<T>(
        &self,
        address: Address,
        limit: Duration,
        request: impl IntoFuture<Output = Result<T, RequestError>>,
    ) -> Result<T, Told> {
        if let Some(wait) = self.0.patience.wait(&address.chat) {
            return Err(ChatError::RetryAfter(wait).into());
        }
        while let Err(wait) = self.0.calls.turn((), CALLS_EVERY) {
            tokio::time::sleep(wait).await;
        }
        let answer = match timeout(limit, request.into_future()).await {
            Ok(answer) => answer.map_err(|error| told(error, Some(address))),
            Err(_) => Err(ChatError::Temporary("no answer in time".into()).into()),
        };
        if let Err(Told::Chat(ChatError::RetryAfter(wait))) = &answer {
            tracing::info!(chat = address.chat, wait_ms = wait.as_millis(), "told to wait");
            self.0.patience.hold(address.chat, *wait);
        }
        answer
    }

    /// Sends words to a conversation, in answer to its message.
    pub(super) async fn send(&self, address: Address, drawn: Drawn) -> Result<Id, ChatError> {
        let mut request = self
            .0
            .bot
            .send_message(ChatId(address.chat), drawn.text)
            .entities(drawn.entities)
            .link_preview_options(no_preview());
        if !drawn.keyboard.inline_keyboard.is_empty() {
            request = request.reply_markup(drawn.keyboard);
        }
        if let Some(thread) = address.thread {
            request = request.message_thread_id(ThreadId(Id(thread)));
        }
        if let Some(message) = address.reply_to {
            request = request.reply_parameters(reply(message));
        }
        let sent = self.call(address, CALL_MAX, request).await.map_err(Told::chat)?;
        Ok(sent.id)
    }

    /// Changes what a message of ours says. That it says so already is success.
    pub(super) async fn change(
        &self,
        address: Address,
        message: i32,
        drawn: Drawn,
    ) -> Result<(), Told> {
        let request = self
            .0
            .bot
            .edit_message_text(ChatId(address.chat), Id(message), drawn.text)
            .entities(drawn.entities)
            .link_preview_options(no_preview())
            .reply_markup(drawn.keyboard);
        settled(self.call(address, CALL_MAX, request).await)
    }

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

    /// Sends a text file.
    pub(super) async fn send_file(
        &self,
        address: Address,
        name: &str,
        data: bytes::Bytes,
    ) -> Result<(), ChatError> {
        let file = InputFile::memory(data).file_name(name.to_owned());
        let mut request = self.0.bot.send_document(ChatId(address.chat), file);
        if let Some(thread) = address.thread {
            request = request.message_thread_id(ThreadId(Id(thread)));
        }
        if let Some(message) = address.reply_to {
            request = request.reply_parameters(reply(message));
        }
        self.call(address, UPLOAD_MAX, request).await.map(drop).map_err(Told::chat)
    }

    /// Ends a button's waiting, with words for who pressed it where there are any. Nobody waits
    /// longer for a press that was answered too late: Telegram ended it itself.
    pub(super) async fn answer(&self, id: CallbackQueryId, words: Option<&str>) {
        use teloxide::payloads::AnswerCallbackQuerySetters;
        let mut request = self.0.bot.answer_callback_query(id);
        if let Some(words) = words {
            request = request.text(words).show_alert(true);
        }
        match timeout(CALL_MAX, request.into_future()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => match told(error, None) {
                Told::TooOld => {}
                error => tracing::info!(?error, "a button's press was not answered"),
            },
            Err(_) => tracing::info!("a button's press was not answered in time"),
        }
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

/// “Message is not modified” is success.
fn settled<T>(answer: Result<T, Told>) -> Result<(), Told> {
    match answer {
        Ok(_) | Err(Told::NotModified) => Ok(()),
        Err(error) => Err(error),
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn reply(message: i32) -> ReplyParameters {
    // Should the message be gone, the answer stands without it.
    ReplyParameters::new(Id(message)).allow_sending_without_reply()
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

    fn upload_bytes_max(&self, _place: &Place) -> u64 {
        self.0.upload_bytes_max
    }

    async fn post(&self, place: &Place, card: &Card) -> Result<MessageId, ChatError> {
        let address = Address::of(place)?;
        let sent = self.send(address, draw::card(card, draw::TEXT_MAX, 1)).await?;
        Ok(MessageId(sent.0.to_string()))
    }

    async fn edit(&self, place: &Place, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        let address = Address::of(place)?;
        if address.is_group() {
            let turn = self.0.edits.turn(address.chat, GROUP_EDITS_EVERY);
            turn.map_err(ChatError::RetryAfter)?;
        }
        self.show(address, number(message)?, card).await
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
            Err(ChatError::Refused(why)) => {
                tracing::warn!(why, "a status message did not become the video; sent beside it");
                let sent = self.send_video(address, drawn, &video).await?;
                Ok(MessageId(sent.0.to_string()))
            }
            Err(error) => Err(error),
        }
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
