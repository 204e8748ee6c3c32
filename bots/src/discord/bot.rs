//! What every answer stands on, and how an interaction is acknowledged, answered and refused.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    actor::{Actor, Platform},
    failpoint,
};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{
    asked::Asked,
    look,
    payload::{Payload, Upload, thinking, will_edit},
    rest::{Id, Rest, RestError, Route, code},
    suggestions::Suggestions,
    unanswered::{self, Due},
};
use crate::{chat::board::Board, front::Front, words::say};

/// The acknowledgement is due within three seconds: no limit is waited for longer.
const ACKNOWLEDGE_PATIENCE: Duration = Duration::from_millis(2_200);
/// Answers may wait: the person sees “is thinking…”.
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// Turns that go to the desk at once; more wait, acknowledged.
const TURNS_MAX: u32 = 64;
/// How long a stopping bot lets turns finish.
const STOPPING: Duration = Duration::from_secs(10);

/// How an interaction is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledged {
    /// A new message, for all to see.
    Openly,
    /// A new message, for the person alone.
    Privately,
    /// The message with the button will change.
    InPlace,
}

/// The bot.
pub(super) struct Bot {
    pub(super) front: Front,
    pub(super) board: Board,
    pub(super) rest: Arc<Rest>,
    pub(super) application: Id,
    pub(super) suggestions: Suggestions,
    /// Where it is told that an interaction has been answered.
    pub(super) answered: mpsc::UnboundedSender<String>,
    turns: Arc<Semaphore>,
}

impl Bot {
    /// The bot, and what it says of its answers (for [`unanswered::watch`]).
    pub(super) fn new(
        front: Front,
        board: Board,
        rest: Arc<Rest>,
        application: Id,
    ) -> (Self, mpsc::UnboundedReceiver<String>) {
        let turns = Arc::new(Semaphore::new(TURNS_MAX as usize));
        let (answered, told) = mpsc::unbounded_channel();
        let suggestions = Suggestions::default();
        (Self { front, board, rest, application, suggestions, answered, turns }, told)
    }

    /// Who asks, as the desk knows them.
    pub(super) fn actor(&self, asked: &Asked) -> Actor {
        let locale = Some(asked.locale.clone()).filter(|locale| !locale.is_empty());
        self.front.operators.actor(Platform::Discord, asked.user.to_string(), locale)
    }

    /// Says within three seconds that an answer will come, and waits for nothing before. `None`:
    /// there is nobody to answer, because it is too late or another replica does.
    ///
    /// That an answer is due is written down at the same time, so that a process that dies once
    /// Discord has taken the acknowledgement leaves word of it. Neither waits for the other:
    /// written first, it would make Discord's three seconds depend on the database, and written
    /// afterwards, it would not be there in time. The database is next door and Discord is not;
    /// where it is slower all the same, the three seconds win.
    pub(super) async fn acknowledge(&self, asked: &Asked, how: Acknowledged) -> Option<Turn> {
        let answer = match how {
            Acknowledged::Openly => thinking(false),
            Acknowledged::Privately => thinking(true),
            Acknowledged::InPlace => will_edit(),
        };
        let route = Route::Callback(asked.id, asked.token().to_owned());
        let noted = async {
            match how {
                // Nobody waits for the answer to a button that changes its message.
                Acknowledged::InPlace => None,
                Acknowledged::Openly | Acknowledged::Privately => {
                    unanswered::due(self, asked).await
                }
            }
        };
        let sent = self.rest.send(&route, &answer, ACKNOWLEDGE_PATIENCE);
        let (sent, due) = tokio::join!(sent, noted);
        if let Err(error) = sent {
            match error.code() {
                Some(code::ACKNOWLEDGED) => {
                    tracing::debug!(interaction = asked.id, "another replica answers");
                }
                Some(code::UNKNOWN_INTERACTION) => {
                    tracing::warn!(interaction = asked.id, "too late to answer; nothing done");
                }
                _ => tracing::error!(interaction = asked.id, %error, "not acknowledged"),
            }
            // Whoever answers crosses it out; where nobody does, it says what is to be looked at.
            due.into_iter().for_each(Due::leave);
            return None;
        }
        failpoint!("chat.after_defer");
        let place = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        Some(Turn { how, _due: due, _place: place })
    }

    /// Writes the answer into the acknowledgement's message.
    pub(super) async fn answer(
        &self,
        asked: &Asked,
        payload: &Payload,
        files: &[Upload],
    ) -> Result<Value, RestError> {
        let route = Route::EditOriginal(self.application, asked.token().to_owned());
        self.rest.upload(&route, payload, files, ANSWER_PATIENCE).await
    }

    /// The same, where nobody could do anything about a failure but the log's reader.
    pub(super) async fn say(&self, asked: &Asked, payload: &Payload) {
        if let Err(error) = self.answer(asked, payload, &[]).await {
            tracing::warn!(interaction = asked.id, %error, "an answer was not shown");
        }
    }

    /// Says no to the person alone: what is wrong with their plan or their words is nobody else's.
    pub(super) async fn refuse(&self, asked: &Asked, turn: &Turn, message: &str) {
        let payload = look::refusal(message);
        match turn.how {
            Acknowledged::Privately => return self.say(asked, &payload).await,
            Acknowledged::InPlace => {}
            Acknowledged::Openly => {
                // “Is thinking…” cannot become private: it goes, and a private message comes.
                let token = asked.token().to_owned();
                let route = Route::DeleteOriginal(self.application, token);
                let gone = self.rest.send(&route, &Value::Null, ANSWER_PATIENCE).await;
                if let Err(error) = gone {
                    tracing::debug!(interaction = asked.id, %error, "the answer's message stays");
                    return self.say(asked, &payload).await;
                }
            }
        }
        self.tell(asked, payload).await;
    }

    /// One more message, for the person alone.
    pub(super) async fn tell(&self, asked: &Asked, payload: Payload) {
        let route = Route::Followup(self.application, asked.token().to_owned());
        if let Err(error) = self.rest.send(&route, &payload.private(), ANSWER_PATIENCE).await {
            tracing::warn!(interaction = asked.id, %error, "a refusal was not shown");
        }
    }

    /// Waits until nobody is being answered, for as long as a stopping process may.
    pub(super) async fn finish(&self) {
        let all = self.turns.acquire_many(TURNS_MAX);
        if tokio::time::timeout(STOPPING, all).await.is_err() {
            tracing::warn!("some answers were cut off by the end of the process");
        }
    }

    /// Says that something of ours broke, whether or not the interaction was acknowledged before.
    pub(super) async fn apologise(&self, asked: &Asked) {
        let words = say!(asked.tongue(), "broken");
        let payload = look::refusal(&words);
        match self.acknowledge(asked, Acknowledged::Privately).await {
            Some(turn) => self.refuse(asked, &turn, &words).await,
            None => self.say(asked, &payload).await,
        }
    }
}

/// An acknowledged interaction that is being answered.
pub(super) struct Turn {
    pub(super) how: Acknowledged,
    _due: Option<Due>,
    _place: OwnedSemaphorePermit,
}
