//! Updates by long polling. Telegram keeps an update until a later offset is asked for, so one is
//! confirmed only when it has been answered: a bot that dies in between gets it again. One that is
//! answered slowly stops holding the others up after a while ([`window`]). Each chat's updates are
//! answered in their order, different chats' at once. One replica polls at a time, as Telegram
//! wants it; another takes over when it falls silent.

mod lane;
mod window;

use std::{collections::HashMap, future::Future, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use teloxide::{
    RequestError,
    payloads::GetUpdatesSetters,
    prelude::Requester,
    types::{AllowedUpdate, Update},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::{lane::Lane, window::Window};
use super::{
    errors::{Told, told},
    turn::Receiver,
};
use crate::{
    chat::ChatError,
    tasks::{Group, Panicked},
};

/// The kinds of updates that are of use.
pub(super) const KINDS: [AllowedUpdate; 3] =
    [AllowedUpdate::Message, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];
/// How long Telegram holds a poll that has nothing to say.
const POLL: Duration = Duration::from_secs(25);
/// How long a poll may take altogether.
const POLL_MAX: Duration = Duration::from_secs(40);
/// Between polls while updates are being answered: each confirms what is done and fetches what
/// came.
const GLANCE: Duration = Duration::from_millis(250);
/// Updates in one answer, Telegram's own limit.
const BATCH: u8 = 100;
/// After an error: from, up to.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(30)];
/// How long the lead is ours without a sign of life, and how often one is given.
const LEAD: Duration = Duration::from_secs(15);
const LEAD_SIGN: Duration = Duration::from_secs(5);
/// How long a stopping bot finishes what it has in hand.
const STOPPING: Duration = Duration::from_secs(15);

/// Polls until `stop`, whenever this replica has the lead.
pub(super) async fn poll(receiver: Receiver, replica: Uuid, stop: CancellationToken) {
    let mut polling = Polling::new(receiver.clone());
    loop {
        while !leads(&receiver, replica).await {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LEAD_SIGN) => {}
            }
        }
        tracing::info!("reading updates");
        let still = async {
            loop {
                tokio::time::sleep(LEAD_SIGN).await;
                if !leads(&receiver, replica).await {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = still => tracing::warn!("another replica reads the updates now"),
            () = polling.run() => {}
        }
    }
    if tokio::time::timeout(STOPPING, polling.finish()).await.is_err() {
        tracing::info!("some updates are left to the next start");
    }
}

async fn leads(receiver: &Receiver, replica: Uuid) -> bool {
    let name = format!("telegram:{}", receiver.me());
    match receiver.front().store.chat_lead(&name, replica, LEAD).await {
        Ok(ours) => ours,
        Err(error) => {
            tracing::warn!(%error, "who reads the updates is not known; waiting");
            false
        }
    }
}

/// What has been fetched and not yet confirmed.
struct Polling {
    receiver: Receiver,
    window: Window,
    /// Chats of which something is being answered.
    lanes: HashMap<i64, Lane>,
    tasks: Group<(i64, u32)>,
    pause: Duration,
}

impl Polling {
    fn new(receiver: Receiver) -> Self {
        Self {
            receiver,
            window: Window::default(),
            lanes: HashMap::new(),
            tasks: Group::default(),
            pause: PAUSES[0],
        }
    }

    /// Fetches and answers, for ever. Cancel-safe: what is being answered goes on, and is found in
    /// `tasks` by the next call.
    async fn run(&mut self) {
        loop {
            let now = Instant::now();
            let (offset, idle) = (self.window.offset(now), self.window.held(now).is_none());
            let receiver = self.receiver.clone();
            let fetched = self.beside(fetch(&receiver, offset, idle)).await;
            match fetched {
                Ok(updates) => {
                    self.pause = PAUSES[0];
                    // The offset has confirmed everything below it.
                    if let Some(offset) = offset {
                        self.window.confirmed(offset);
                    }
                    if !self.take(updates) && !self.window.is_empty() {
                        self.beside(tokio::time::sleep(GLANCE)).await;
                    }
                }
                Err(error) => {
                    let wait = match &error {
                        Told::Chat(ChatError::RetryAfter(wait)) => *wait,
                        _ => self.pause,
                    };
                    tracing::warn!(?error, wait_ms = wait.as_millis(), "no updates");
                    self.beside(tokio::time::sleep(wait)).await;
                    self.pause = (self.pause * 2).min(PAUSES[1]);
                }
            }
        }
    }

    /// Waits for something while what is answered goes on.
    async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(done) = self.tasks.next() => self.done(done),
                value = &mut work => return value,
            }
        }
    }

    /// Starts what is new; whether anything was.
    fn take(&mut self, updates: Vec<Update>) -> bool {
        let mut any = false;
        for update in updates {
            if !self.window.fetched(update.id.0, Instant::now()) {
                continue;
            }
            any = true;
            let chat = update.chat().map_or(0, |chat| chat.id.0);
            self.lanes.entry(chat).or_default().waiting.push_back(update);
            self.advance(chat);
        }
        any
    }

    fn done(&mut self, done: Result<(i64, u32), Panicked>) {
        // Panics are caught inside, so that a chat is never left waiting.
        let Ok((chat, id)) = done else { return };
        self.window.answered(id);
        if let Some(lane) = self.lanes.get_mut(&chat) {
            lane.running = lane.running.saturating_sub(1);
        }
        self.advance(chat);
    }

    /// Starts what may start in a chat.
    fn advance(&mut self, chat: i64) {
        let Some(lane) = self.lanes.get_mut(&chat) else { return };
        while let Some(update) = lane.next() {
            start(&mut self.tasks, &self.receiver, chat, update);
        }
        if lane.running == 0 {
            self.lanes.remove(&chat);
        }
    }

    /// Lets what is being answered finish, then confirms it.
    async fn finish(&mut self) {
        while let Some(done) = self.tasks.next().await {
            self.done(done);
        }
        if let Some(offset) = self.window.after_all() {
            let confirmed = fetch(&self.receiver, Some(offset), false).await;
            if let Err(error) = confirmed {
                tracing::debug!(?error, "the last updates may come again");
            }
        }
    }
}

fn start(tasks: &mut Group<(i64, u32)>, receiver: &Receiver, chat: i64, update: Update) {
    let receiver = receiver.clone();
    tasks.start(async move {
        let id = update.id.0;
        let answering = AssertUnwindSafe(receiver.receive(update)).catch_unwind();
        if answering.await.is_err() {
            tracing::error!(update = id, "answering an update panicked; it is left");
        }
        (chat, id)
    });
}

/// Asks for updates from an offset on, which confirms those below it.
async fn fetch(receiver: &Receiver, offset: Option<u32>, idle: bool) -> Result<Vec<Update>, Told> {
    let wait_s = if idle { POLL.as_secs() as u32 } else { 0 };
    let mut request =
        receiver.telegram().bot().get_updates().timeout(wait_s).limit(BATCH).allowed_updates(KINDS);
    if let Some(offset) = offset {
        request = request.offset(i32::try_from(offset).unwrap_or(i32::MAX));
    }
    let asked = async { request.await };
    let answer: Result<_, RequestError> = match tokio::time::timeout(POLL_MAX, asked).await {
        Ok(answer) => answer,
        Err(_) => return Err(ChatError::Temporary("no answer to a poll".into()).into()),
    };
    answer.map_err(|error| told(error, None))
}
