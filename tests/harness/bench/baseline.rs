//! What the broker does with bare messages: a durable quorum queue, persistent messages, publisher
//! confirms, manual acknowledgement. The floor under everything else.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::{StreamExt, stream::FuturesUnordered};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
        ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable},
};

use super::percentiles::Percentiles;

/// Unconfirmed messages at once.
pub(super) const IN_FLIGHT: usize = 256;
const MESSAGES: usize = 10_000;
const PACED: usize = 300;
const PACE: Duration = Duration::from_millis(10);
const QUEUE: &str = "bench.baseline";
const BODY: &[u8] = br#"{"job":"01890a5d-ac96-774b-bcce-b302099a8057"}"#;

/// What was measured.
#[derive(Debug)]
pub(super) struct Figures {
    /// Confirmed messages a second.
    pub(super) publish_rate: f64,
    /// Acknowledged messages a second.
    pub(super) consume_rate: f64,
    /// From publishing to the consumer's hands.
    pub(super) way: Percentiles,
}

/// Measures and cleans up.
///
/// # Errors
/// When the broker does not answer.
pub(super) async fn measure(url: &str) -> Result<Figures> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let publisher = connection.create_channel().await?;
    publisher.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut quorum = FieldTable::default();
    quorum.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    publisher.queue_declare(QUEUE.into(), QueueDeclareOptions::durable(), quorum).await?;

    let begun = Instant::now();
    let mut unconfirmed = FuturesUnordered::new();
    for _ in 0..MESSAGES {
        unconfirmed.push(publish(&publisher).await?);
        if unconfirmed.len() >= IN_FLIGHT {
            unconfirmed.next().await.context("a confirmation")??;
        }
    }
    while let Some(confirmed) = unconfirmed.next().await {
        confirmed?;
    }
    let publish_rate = MESSAGES as f64 / begun.elapsed().as_secs_f64();

    let reader = connection.create_channel().await?;
    reader.basic_qos(200, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let name = "baseline".into();
    let consumer = reader.basic_consume(QUEUE.into(), name, options, FieldTable::default());
    let consumer = &mut consumer.await?;
    let begun = Instant::now();
    for _ in 0..MESSAGES {
        take(consumer).await?;
    }
    let consume_rate = MESSAGES as f64 / begun.elapsed().as_secs_f64();

    let mut way = Vec::with_capacity(PACED);
    let mut beats = tokio::time::interval(PACE);
    for _ in 0..PACED {
        beats.tick().await;
        let begun = Instant::now();
        let confirmation = publish(&publisher).await?;
        take(consumer).await?;
        way.push(begun.elapsed());
        confirmation.await?;
    }
    publisher.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    connection.close(200, "measured".into()).await?;
    Ok(Figures { publish_rate, consume_rate, way: Percentiles::of(way) })
}

async fn publish(channel: &Channel) -> lapin::Result<lapin::PublisherConfirm> {
    let properties = BasicProperties::default().with_delivery_mode(2);
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    channel.basic_publish("".into(), QUEUE.into(), options, BODY, properties).await
}

async fn take(consumer: &mut Consumer) -> Result<()> {
    let delivery = consumer.next().await.context("the consumer ended")??;
    delivery.acker.ack(BasicAckOptions::default()).await?;
    Ok(())
}
