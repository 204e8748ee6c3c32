//! Interactions that were acknowledged and not yet answered. Should this process die in between,
//! “is thinking…” would stand for fifteen minutes; written down, the next process (or a replica)
//! says to ask again. What was written down and never acknowledged is looked at once, and found not
//! to stand.

use std::{sync::Arc, time::Duration};

use cutline_core::{actor::Platform, words::Tongue};
use serde_json::Value;
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{
    address::Address,
    asked::Asked,
    bot::Bot,
    look,
    rest::{RestError, Route},
};
use crate::{chat::Place, words::say};

/// Whoever has not been answered for so long: the process that did it is gone. One that is only
/// slow writes its answer over the words.
const WAITING: Duration = Duration::from_secs(30);
/// How often is looked.
const SWEEP: Duration = Duration::from_secs(10);
/// The interaction's token is good for no longer.
const ANSWERABLE: Duration = Duration::from_secs(14 * 60);
/// Patience with the database and with limits.
const PATIENCE: Duration = Duration::from_secs(2);
/// Answers that are crossed out at once.
const AT_ONCE: usize = 200;
/// Flag of a message that is “thinking…” (docs: "Message Flags", `LOADING`).
const LOADING: u64 = 1 << 7;

/// Tells that an interaction has been answered, when it is dropped.
#[derive(Debug)]
pub(super) struct Due {
    key: String,
    answered: mpsc::UnboundedSender<String>,
}

impl Due {
    /// Leaves it as it is written: the answer is another's to give.
    pub(super) fn leave(mut self) {
        self.key.clear();
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        if !self.key.is_empty() {
            // Nobody listens in a process that ends; another crosses it out.
            let _ = self.answered.send(std::mem::take(&mut self.key));
        }
    }
}

/// Writes down that an interaction is being acknowledged. Where that cannot be done, it is answered
/// all the same.
pub(super) async fn due(bot: &Bot, asked: &Asked) -> Option<Due> {
    let place = asked.address.place().ok()?;
    let (key, locale) = (asked.key(), Some(asked.locale.as_str()));
    let written = bot.front.store.chat_acknowledged(Platform::Discord, &key, &place.0, locale);
    match tokio::time::timeout(PATIENCE, written).await {
        Ok(Ok(())) => {}
        // It may have been written all the same: it is crossed out like any other.
        Ok(Err(error)) => tracing::debug!(%error, "an interaction was not written down"),
        Err(_) => tracing::debug!("an interaction was not written down in time"),
    }
    Some(Due { key, answered: bot.answered.clone() })
}

/// Crosses out what was answered, and answers what somebody left, until `stop`.
pub(super) async fn watch(
    bot: Arc<Bot>,
    mut answered: mpsc::UnboundedReceiver<String>,
    stop: CancellationToken,
) {
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut keys = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = answered.recv_many(&mut keys, AT_ONCE) => {}
            _ = sweep.tick() => resolve(&bot).await,
        }
        cross_out(&bot, &mut keys).await;
    }
    while let Ok(key) = answered.try_recv() {
        keys.push(key);
    }
    cross_out(&bot, &mut keys).await;
}

/// What cannot be crossed out is kept for the next time.
async fn cross_out(bot: &Bot, keys: &mut Vec<String>) {
    if keys.is_empty() {
        return;
    }
    match bot.front.store.chat_answered(Platform::Discord, keys).await {
        Ok(()) => keys.clear(),
        Err(error) => tracing::debug!(%error, "answered interactions are crossed out later"),
    }
}

async fn resolve(bot: &Bot) {
    let store = &bot.front.store;
    match store.chat_unanswered_take(Platform::Discord, WAITING, ANSWERABLE).await {
        Ok(left) => {
            for (place, locale) in left {
                if let Err(error) = apologise(bot, place, locale.as_deref()).await {
                    tracing::info!(%error, "an interaction stays unanswered");
                }
            }
        }
        Err(error) => tracing::debug!(%error, "unanswered interactions are looked for later"),
    }
}

/// Says that there was no answer, where “thinking…” still stands.
async fn apologise(bot: &Bot, place: Value, locale: Option<&str>) -> Result<(), RestError> {
    let Ok(Address { token: Some(token), .. }) = Place(place).read() else { return Ok(()) };
    let original = Route::Original(bot.application, token.secret.clone());
    let stands = bot.rest.send(&original, &Value::Null, PATIENCE).await?;
    if stands["flags"].as_u64().is_some_and(|flags| flags & LOADING != 0) {
        let words = say!(Tongue::of(locale), "interrupted");
        let route = Route::EditOriginal(bot.application, token.secret);
        bot.rest.send(&route, &look::refusal(&words), PATIENCE).await?;
    }
    Ok(())
}
