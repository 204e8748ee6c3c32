//! Waiting jobs, handed out one at a time: the priority queue first, the standard queue never
//! starved.
//!
//! A worker asks only when it has a slot free, so no job waits behind a busy worker while another
//! one idles: what a worker holds unacknowledged is what it is working on. It pulls (`basic.get`)
//! while there is something to pull, which makes the order exact, and subscribes to both queues for
//! exactly one message when there is nothing, which makes the wait end the moment a job arrives.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use lapin::{
    Acker, Channel, Consumer,
    message::Delivery,
    options::{
        BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicGetOptions,
        BasicNackOptions, BasicQosOptions, BasicRejectOptions,
    },
    types::FieldTable,
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Queue, QueueError, topology::queue_name};
use crate::{
    job::{self, JobId},
    tasks,
};

/// After so many priority jobs in a row one standard job goes first.
pub const PRIORITY_RUN_MAX: u32 = 4;
/// The broker answers a request on a channel within this time, or the channel is given up.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// A subscription brings this many messages at once.
const PREFETCH: u16 = 1;
/// While subscribed, both queues are also looked at this often: a subscription that the broker
/// silently lost costs a delay, not a job.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A queue found empty is not looked at again for so long: asking costs the broker a write to disk.
/// A priority job may so wait for one standard job that began in that moment, never for two.
const EMPTY_FOR: Duration = Duration::from_millis(50);

/// What a message carries: everything else is in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobMessage {
    /// The job that waits.
    pub job: JobId,
}

/// A job's message, unacknowledged. It occupies a slot until it is dropped.
#[derive(Debug)]
pub struct JobDelivery {
    /// The job that waits.
    pub job: JobId,
    /// Where it waited.
    pub queue: job::Queue,
    /// The broker has handed it out before.
    pub redelivered: bool,
    acker: Acker,
    /// Keeps the channel open: closing it would hand the message to somebody else.
    channel: Option<Channel>,
    _slot: OwnedSemaphorePermit,
}

impl JobDelivery {
    /// Done with it, once the database knows; returns when the broker has heard of it. A lost
    /// acknowledgement does no harm: the job has ended when the message comes back.
    pub async fn ack(self) {
        if !matches!(timeout(ANSWER_MAX, self.tell()).await, Ok(Ok(true))) {
            tracing::debug!(job = %self.job, "the acknowledgement was lost; the message returns");
        }
    }

    /// The broker answers no acknowledgement, and forgets those it has received but not read when
    /// the connection ends right behind them. It does answer the question that follows, and in
    /// turn.
    async fn tell(&self) -> lapin::Result<bool> {
        let told = self.acker.ack(BasicAckOptions::default()).await?;
        if let Some(channel) = &self.channel {
            channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        }
        Ok(told)
    }

    /// Gives it back to the queue for somebody else.
    pub async fn give_back(self) {
        give_back(&self.acker).await;
    }

    /// Makes it a dead letter, which an operator can look at and replay.
    pub async fn reject(self) {
        reject(&self.acker).await;
    }
}

async fn give_back(acker: &Acker) {
    let options = BasicNackOptions { requeue: true, ..Default::default() };
    // A message that is not given back comes back when the channel closes.
    let _ = timeout(ANSWER_MAX, acker.nack(options)).await;
}

async fn reject(acker: &Acker) {
    metrics::counter!("cutline_dead_letters_total").increment(1);
    let _ = timeout(ANSWER_MAX, acker.reject(BasicRejectOptions { requeue: false })).await;
}

/// Hands out jobs until `stop`, at most `slots` unacknowledged at once.
pub(super) fn consume(
    queue: Queue,
    slots: usize,
    stop: CancellationToken,
) -> mpsc::Receiver<JobDelivery> {
    let (sender, receiver) = mpsc::channel(1);
    let slots = Arc::new(Semaphore::new(slots));
    tasks::start(async move {
        let receiver_gone = sender.clone();
        tokio::select! {
            () = hand_out(&queue, &slots, sender, &stop) => {}
            () = receiver_gone.closed() => {}
        }
    })
    .detach();
    receiver
}

async fn hand_out(
    queue: &Queue,
    slots: &Arc<Semaphore>,
    sender: mpsc::Sender<JobDelivery>,
    stop: &CancellationToken,
) {
    let mut hand = Hand::default();
    loop {
        let slot = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        let (Ok(slot), Some((lane, delivery))) = (slot, hand.next(queue, stop).await) else {
            break;
        };
        let Some(delivery) = hand.read(lane, delivery, slot).await else {
            // Left open, the subscription would take the next message and nobody would read it.
            hand.unsubscribe().await;
            continue;
        };
        if let Err(mpsc::error::SendError(unwanted)) = sender.send(delivery).await {
            unwanted.give_back().await;
            break;
        }
        // Behind the delivery's back: the job has begun meanwhile.
        hand.unsubscribe().await;
        if slots.available_permits() == 0 {
            hand.give_back_spare().await;
        }
    }
    hand.unsubscribe().await;
    hand.give_back_spare().await;
}

/// The reading end of both queues.
#[derive(Default)]
struct Hand {
    channel: Option<Channel>,
    /// The subscriptions of a wait that is over.
    open: Vec<Consumer>,
    /// Came with the one that was waited for; goes next.
    spare: VecDeque<(job::Queue, Delivery)>,
    priority_run: u32,
    /// When a queue was last found empty.
    empty_at: HashMap<job::Queue, Instant>,
}

impl Hand {
    /// The next message, whenever it comes; `None` once `stop` fired.
    async fn next(
        &mut self,
        queue: &Queue,
        stop: &CancellationToken,
    ) -> Option<(job::Queue, Delivery)> {
        loop {
            if let Some(spare) = self.spare.pop_front() {
                if spare.1.acker.usable() {
                    return Some(spare);
                }
                continue;
            }
            if stop.is_cancelled() {
                return None;
            }
            match self.attempt(queue, stop).await {
                Ok(Some(found)) => return Some(found),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "reading jobs failed; beginning again");
                    self.channel = None;
                    self.open.clear();
                    if matches!(error, QueueError::Unavailable) {
                        queue.0.consuming.suspect().await;
                    }
                }
            }
        }
    }

    /// A message as a job, or nothing where it is none: then it is a dead letter already.
    async fn read(
        &mut self,
        lane: job::Queue,
        delivery: Delivery,
        slot: OwnedSemaphorePermit,
    ) -> Option<JobDelivery> {
        let Ok(message) = serde_json::from_slice::<JobMessage>(&delivery.data) else {
            let text = String::from_utf8_lossy(&delivery.data[..delivery.data.len().min(200)]);
            tracing::error!(queue = queue_name(lane), %text, "not a job: made a dead letter");
            reject(&delivery.acker).await;
            return None;
        };
        self.priority_run = match lane {
            job::Queue::Priority => self.priority_run + 1,
            job::Queue::Standard => 0,
        };
        Some(JobDelivery {
            job: message.job,
            queue: lane,
            redelivered: delivery.redelivered,
            acker: delivery.acker,
            channel: self.channel.clone(),
            _slot: slot,
        })
    }

    async fn attempt(
        &mut self,
        queue: &Queue,
        stop: &CancellationToken,
    ) -> Result<Option<(job::Queue, Delivery)>, QueueError> {
        let usable = self.channel.take().filter(|channel| channel.status().connected());
        let channel = match usable {
            Some(channel) => channel,
            None => {
                let opened = queue.0.consuming.channel();
                let Some(channel) = stop.run_until_cancelled(opened).await else {
                    return Ok(None);
                };
                answered(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
                channel
            }
        };
        self.channel = Some(channel.clone());
        for lane in order(self.priority_run) {
            if self.empty_at.get(&lane).is_some_and(|at| at.elapsed() < EMPTY_FOR) {
                continue;
            }
            let get = channel.basic_get(queue_name(lane).into(), BasicGetOptions::default());
            if let Some(message) = answered(get).await? {
                return Ok(Some((lane, message.delivery)));
            }
            self.empty_at.insert(lane, Instant::now());
        }
        self.wait(&channel, stop).await
    }

    /// Waits for the first message on either queue.
    async fn wait(
        &mut self,
        channel: &Channel,
        stop: &CancellationToken,
    ) -> Result<Option<(job::Queue, Delivery)>, QueueError> {
        let (priority, standard) = tokio::join!(
            subscribe(channel, job::Queue::Priority),
            subscribe(channel, job::Queue::Standard)
        );
        let (mut priority, mut standard) = (priority?, standard?);
        let first = tokio::select! {
            biased;
            found = priority.next() => Some(found),
            found = standard.next() => Some(found),
            () = stop.cancelled() => None,
            () = tokio::time::sleep(LOOK_EVERY) => None,
        };
        self.open = vec![priority, standard];
        let Some(first) = first else {
            self.unsubscribe().await;
            return Ok(None);
        };
        let delivery = first.ok_or(QueueError::Closed)??;
        Ok(Some((lane_of(&delivery), delivery)))
    }

    /// Ends the subscriptions of a wait; what came through them meanwhile goes next.
    async fn unsubscribe(&mut self) {
        let open = std::mem::take(&mut self.open);
        let Some(channel) = self.channel.clone().filter(|_| !open.is_empty()) else { return };
        let cancels = open.iter().map(|consumer| {
            answered(channel.basic_cancel(consumer.tag(), BasicCancelOptions::default()))
        });
        if futures::future::join_all(cancels).await.iter().any(Result::is_err) {
            // Closing the channel would take running jobs' messages away; it goes with the last.
            self.channel = None;
            return;
        }
        for consumer in open {
            let rest: Vec<Delivery> =
                consumer.filter_map(async |delivery| delivery.ok()).collect().await;
            self.spare.extend(rest.into_iter().map(|delivery| (lane_of(&delivery), delivery)));
        }
        let first = order(self.priority_run)[0];
        self.spare.make_contiguous().sort_by_key(|(lane, _)| *lane != first);
    }

    async fn give_back_spare(&mut self) {
        for (_, delivery) in self.spare.drain(..) {
            give_back(&delivery.acker).await;
        }
    }
}

/// Which queue is looked at first.
fn order(priority_run: u32) -> [job::Queue; 2] {
    if priority_run >= PRIORITY_RUN_MAX {
        [job::Queue::Standard, job::Queue::Priority]
    } else {
        [job::Queue::Priority, job::Queue::Standard]
    }
}

fn lane_of(delivery: &Delivery) -> job::Queue {
    if delivery.routing_key.as_str() == queue_name(job::Queue::Priority) {
        job::Queue::Priority
    } else {
        job::Queue::Standard
    }
}

async fn subscribe(channel: &Channel, lane: job::Queue) -> Result<Consumer, QueueError> {
    let options = BasicConsumeOptions::default();
    let name = queue_name(lane).into();
    answered(channel.basic_consume(name, "".into(), options, FieldTable::default())).await
}

/// Bounds an answer of the broker.
pub(super) async fn answered<T>(
    question: impl Future<Output = lapin::Result<T>>,
) -> Result<T, QueueError> {
    timeout(ANSWER_MAX, question).await.map_err(|_| QueueError::Unavailable)?.map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_four_priority_jobs_a_standard_one_goes_first() {
        let first: Vec<job::Queue> = (0..6).map(|run| order(run)[0]).collect();
        assert_eq!(first[..4], [job::Queue::Priority; 4]);
        assert_eq!(first[4..], [job::Queue::Standard; 2]);
    }
}
