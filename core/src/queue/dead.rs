//! Dead letters for operators, and how deep the queues are.
//!
//! Every call works on a channel of its own: closing it gives back whatever was only looked at.

use lapin::{
    Channel,
    message::Delivery,
    options::{BasicAckOptions, BasicGetOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use serde::Serialize;

use super::{
    Outgoing, Queue, QueueError, Route,
    jobs::{JobMessage, answered},
    topology::{self, DEAD, DURABLE_PLATFORMS, events_queue, queue_name},
};
use crate::job::{self, JobId};

/// No call looks at more dead letters than this.
pub const LOOK_MAX: usize = 1_000;

/// A message nobody could work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// The job it names; `None` where it names none.
    pub job: Option<JobId>,
    /// The queue it died in; `None` where the broker does not say.
    pub queue: Option<job::Queue>,
    /// The broker's word: `rejected`, `delivery_limit`, `maxlen`, `expired`.
    pub reason: String,
    /// When it died, Unix time in seconds.
    pub died_at_s: Option<u64>,
    /// The message as text, at most 500 bytes of it.
    pub payload: String,
}

/// How much is in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// The broker's name of the queue.
    pub queue: String,
    /// Messages that wait (those being worked on are not counted).
    pub ready: u32,
    /// Who listens: workers that have a slot free, front ends that are up.
    pub consumers: u32,
}

/// Which dead letters to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All there are.
    All,
    /// Those of one job.
    Job(JobId),
}

impl Which {
    fn holds(self, letter: &DeadLetter) -> bool {
        match self {
            Self::All => true,
            Self::Job(job) => letter.job == Some(job),
        }
    }
}

/// Up to `limit` dead letters, oldest first; they stay where they are.
pub(super) async fn list(queue: &Queue, limit: usize) -> Result<Vec<DeadLetter>, QueueError> {
    let channel = asking(queue).await?;
    let mut letters = Vec::new();
    while letters.len() < limit.min(LOOK_MAX) {
        let Some(delivery) = get(&channel).await? else { break };
        letters.push(read(&delivery));
    }
    close(channel).await;
    Ok(letters)
}

/// Puts dead letters back into the queue they died in; returns how many. A letter leaves the dead
/// only after the broker confirmed its new copy.
pub(super) async fn replay(queue: &Queue, which: Which) -> Result<usize, QueueError> {
    act(queue, which, Act::Replay).await
}

/// Throws dead letters away; returns how many.
pub(super) async fn discard(queue: &Queue, which: Which) -> Result<usize, QueueError> {
    act(queue, which, Act::Drop).await
}

#[derive(Clone, Copy)]
enum Act {
    Replay,
    Drop,
}

async fn act(queue: &Queue, which: Which, act: Act) -> Result<usize, QueueError> {
    let channel = asking(queue).await?;
    let mut acted = 0;
    for _ in 0..LOOK_MAX {
        let Some(delivery) = get(&channel).await? else { break };
        let letter = read(&delivery);
        let gone = which.holds(&letter)
            && match act {
                Act::Drop => true,
                Act::Replay => again(queue, &letter).await?,
            };
        if gone {
            answered(delivery.acker.ack(BasicAckOptions::default())).await?;
            acted += 1;
        }
    }
    close(channel).await;
    Ok(acted)
}

/// Publishes a letter's job once more; `false` where it names none.
async fn again(queue: &Queue, letter: &DeadLetter) -> Result<bool, QueueError> {
    let Some(job) = letter.job else { return Ok(false) };
    let route = Route::Job(letter.queue.unwrap_or(job::Queue::Standard));
    let payload = serde_json::json!(JobMessage { job });
    queue.publish(&Outgoing { route, payload }).await.map(|()| true)
}

/// How deep every queue is.
pub(super) async fn depths(queue: &Queue) -> Result<Vec<Depth>, QueueError> {
    let mut names: Vec<String> =
        job::Queue::ALL.iter().map(|lane| queue_name(*lane).to_owned()).collect();
    names.push(DEAD.to_owned());
    names.extend(DURABLE_PLATFORMS.map(events_queue));
    let channel = asking(queue).await?;
    let mut depths = Vec::new();
    for name in names {
        let passive = QueueDeclareOptions::durable().passive();
        let asked = channel.queue_declare(name.as_str().into(), passive, FieldTable::default());
        let found = answered(asked).await?;
        depths.push(Depth {
            queue: name,
            ready: found.message_count(),
            consumers: found.consumer_count(),
        });
    }
    close(channel).await;
    Ok(depths)
}

/// A channel for questions; on a broker that nobody has used yet there is something to ask after.
async fn asking(queue: &Queue) -> Result<Channel, QueueError> {
    let channel = queue.0.consuming.plain_channel().await?;
    answered(topology::declare(&channel)).await?;
    Ok(channel)
}

async fn get(channel: &Channel) -> Result<Option<Delivery>, QueueError> {
    let got = answered(channel.basic_get(DEAD.into(), BasicGetOptions::default())).await?;
    Ok(got.map(|message| message.delivery))
}

async fn close(channel: Channel) {
    // Whatever the answer, the channel ends with its handle.
    let _ = answered(channel.close(200, "done".into())).await;
}

fn read(delivery: &Delivery) -> DeadLetter {
    let death = delivery.properties.headers().as_ref().and_then(first_death);
    let word = |name: &str| match death.as_ref()?.inner().get(name)? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    };
    let died_at_s = death.as_ref().and_then(|death| match death.inner().get("time")? {
        AMQPValue::Timestamp(seconds) => Some(*seconds),
        _ => None,
    });
    let queue = word("queue")
        .and_then(|name| job::Queue::ALL.into_iter().find(|lane| queue_name(*lane) == name));
    let shown = &delivery.data[..delivery.data.len().min(500)];
    DeadLetter {
        job: serde_json::from_slice::<JobMessage>(&delivery.data).ok().map(|message| message.job),
        queue,
        reason: word("reason").unwrap_or_default(),
        died_at_s,
        payload: String::from_utf8_lossy(shown).into_owned(),
    }
}

/// The newest entry of `x-death`.
fn first_death(headers: &FieldTable) -> Option<FieldTable> {
    match headers.inner().get("x-death")? {
        AMQPValue::FieldArray(deaths) => match deaths.as_slice().first()? {
            AMQPValue::FieldTable(death) => Some(death.clone()),
            _ => None,
        },
        _ => None,
    }
}
