//! The Bot API, as far as this bot uses it. Every call
//! waits its turn here: what `retry_after` said holds for its chat, edits included, and all chats
//! together stay below what a bot may send.

mod cards;

use std::{future::IntoFuture, sync::Arc, time::Duration};

use teloxide::{
    Bot, RequestError,
    payloads::{EditMessageTextSetters, SendDocumentSetters, SendMessageSetters},
    prelude::Requester,
    types::{
        CallbackQueryId, ChatId, InputFile, LinkPreviewOptions, MessageId as Id, ReplyParameters,
        ThreadId,
    },
};
use tokio::time::timeout;

use super::{
    config::TelegramConfig,
    draw::Drawn,
    errors::{Told, told},
    place::Address,
};
use crate::chat::{
    ChatError,
    pace::{Line, Pace, Turnstile},
};

/// 25 calls a second for all chats together; Telegram's limit is 30
/// (core.telegram.org/bots/faq, "My bot is hitting limits").
const CALLS_EVERY: Duration = Duration::from_millis(40);
/// Of these, at most 12 a second are edits of cards under way: the more cards there are, the less
/// often each is drawn, and whoever asks something is answered at once all the same.
const EDITS_EVERY: Duration = Duration::from_millis(83);
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
    /// Turns at editing cards at all, by chat and message.
    line: Line<(i64, i32)>,
    /// When a card was drawn last, by chat and message.
    drawn: Pace<(i64, i32)>,
    /// Turns at calling at all.
    calls: Turnstile,
}

impl Telegram {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(super) fn new(config: &TelegramConfig) -> Result<Self, String> {
        // Calls have limits of their own, below: an upload and a long poll take longer than the
        // rest.
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
            line: Line::new(EDITS_EVERY),
            drawn: Pace::default(),
            calls: Turnstile::new(CALLS_EVERY),
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
        self.0.calls.pass().await;
        // It may have been said to somebody who stood before us.
        if let Some(wait) = self.0.patience.wait(&address.chat) {
            return Err(ChatError::RetryAfter(wait).into());
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
