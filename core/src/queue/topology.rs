//! What exists on the broker: names, arguments, bounds. Declaring is idempotent and done on every
//! new channel, so a queue that an operator deleted is back a moment later.
//!
//! RabbitMQ 3.10: quorum queues have no priorities of their own, hence two queues; dead-lettering
//! is at-least-once only with `x-overflow=reject-publish` (rabbitmq.com/docs/quorum-queues).

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

use crate::{actor::Platform, job};

/// Dead letters of both job queues.
pub const DEAD: &str = "jobs.dead";
/// Topic exchange of what happens to jobs; routing keys are `{platform}.{kind}`.
pub const EVENTS: &str = "events";
/// Fanout exchange to every worker: cancel, drain.
pub const CONTROL: &str = "control";
/// Front ends that run as a service: each has a durable queue that outlives its restarts. The
/// terminal chat listens only while it is open.
pub const DURABLE_PLATFORMS: [Platform; 3] =
    [Platform::Discord, Platform::Telegram, Platform::Gateway];

/// A message that came back this often without being acknowledged is a dead letter. Jobs count
/// their own attempts (3); this only ends messages that kill whoever reads them.
const DELIVERIES_MAX: i64 = 20;
/// More waiting jobs are refused to the relay, which keeps them in the outbox.
const WAITING_MAX: i64 = 200_000;
/// Dead letters kept; beyond it they stay where they died.
const DEAD_MAX: i64 = 100_000;
/// Events kept for a front end that is down; the oldest go first.
const EVENTS_MAX: i64 = 50_000;
/// Events older than this are of no use to anybody, in milliseconds (7 days).
const EVENTS_TTL_MS: i64 = 7 * 24 * 3600 * 1000;

/// The queue's name on the broker.
#[must_use]
pub fn queue_name(queue: job::Queue) -> &'static str {
    match queue {
        job::Queue::Standard => "jobs.standard",
        job::Queue::Priority => "jobs.priority",
    }
}

/// The durable queue of a front end.
#[must_use]
pub fn events_queue(platform: Platform) -> String {
    format!("events.{}", platform.as_str())
}

/// Declares everything.
pub(super) async fn declare(channel: &Channel) -> Result<(), lapin::Error> {
    let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
    let none = FieldTable::default;
    channel.exchange_declare(EVENTS.into(), ExchangeKind::Topic, durable, none()).await?;
    channel.exchange_declare(CONTROL.into(), ExchangeKind::Fanout, durable, none()).await?;
    let lasting = QueueDeclareOptions::durable();
    let dead = [kind("quorum"), text("x-overflow", "reject-publish"), max(DEAD_MAX)];
    channel.queue_declare(DEAD.into(), lasting, table(dead)).await?;
    for queue in [job::Queue::Standard, job::Queue::Priority] {
        let arguments = [
            kind("quorum"),
            number("x-delivery-limit", DELIVERIES_MAX),
            text("x-dead-letter-exchange", ""),
            text("x-dead-letter-routing-key", DEAD),
            text("x-dead-letter-strategy", "at-least-once"),
            text("x-overflow", "reject-publish"),
            max(WAITING_MAX),
        ];
        channel.queue_declare(queue_name(queue).into(), lasting, table(arguments)).await?;
    }
    for platform in DURABLE_PLATFORMS {
        let arguments = [
            kind("quorum"),
            text("x-overflow", "drop-head"),
            number("x-message-ttl", EVENTS_TTL_MS),
            max(EVENTS_MAX),
        ];
        let name = events_queue(platform);
        channel.queue_declare(name.as_str().into(), lasting, table(arguments)).await?;
        bind(channel, &name, EVENTS, &format!("{}.*", platform.as_str())).await?;
    }
    Ok(())
}

/// A queue of this connection alone, gone with it, bound to an exchange.
pub(super) async fn declare_exclusive(
    channel: &Channel,
    exchange: &str,
    routing_key: &str,
) -> Result<String, lapin::Error> {
    let options = QueueDeclareOptions::exclusive().auto_delete();
    let arguments = table([max(10_000), text("x-overflow", "drop-head")]);
    let queue = channel.queue_declare("".into(), options, arguments).await?;
    let name = queue.name().as_str().to_owned();
    bind(channel, &name, exchange, routing_key).await?;
    Ok(name)
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    let options = QueueBindOptions::default();
    channel
        .queue_bind(queue.into(), exchange.into(), key.into(), options, FieldTable::default())
        .await
}

type Argument = (&'static str, AMQPValue);

fn table(arguments: impl IntoIterator<Item = Argument>) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        table.insert(name.into(), value);
    }
    table
}

fn kind(name: &str) -> Argument {
    text("x-queue-type", name)
}

fn max(messages: i64) -> Argument {
    number("x-max-length", messages)
}

fn text(name: &'static str, value: &str) -> Argument {
    (name, AMQPValue::LongString(value.into()))
}

fn number(name: &'static str, value: i64) -> Argument {
    (name, AMQPValue::LongLongInt(value))
}
