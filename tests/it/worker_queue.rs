//! The broker as our code uses it: order, confirmation, dead letters, and what it survives.

use anyhow::{Context, Result};
use cutline_core::{
    event::Control,
    job::{self, JobId},
    queue::{Outgoing, Queue, QueueError, Route, Which},
};
use cutline_tests::{World, tasks::eventually, world::published};
use serde_json::json;
use tokio_util::sync::CancellationToken;

fn waits(queue: job::Queue) -> (JobId, Outgoing) {
    let job = JobId::fresh();
    (job, Outgoing { route: Route::Job(queue), payload: json!({"job": job}) })
}

fn queue(world: &World) -> Result<Queue> {
    Ok(Queue::new(world.amqp_url().as_str(), "test")?)
}

#[tokio::test(flavor = "multi_thread")]
async fn priority_goes_first_and_standard_never_starves() -> Result<()> {
    let world = World::start().await?;
    let queue = queue(&world)?;
    let lanes = [vec![job::Queue::Standard; 4], vec![job::Queue::Priority; 8]].concat();
    let batch: Vec<Outgoing> = lanes.into_iter().map(|lane| waits(lane).1).collect();
    for (message, outcome) in batch.iter().zip(queue.publish_all(&batch).await) {
        match outcome {
            Err(QueueError::Full) => published(&queue, message).await?,
            other => other?,
        }
    }
    let stop = CancellationToken::new();
    let mut jobs = queue.consume_jobs(1, stop.clone());
    let mut order = String::new();
    for _ in 0..12 {
        let delivery = jobs.recv().await.context("a job")?;
        order.push(if delivery.queue == job::Queue::Priority { 'P' } else { 'S' });
        delivery.ack().await;
    }
    assert_eq!(order, "PPPPSPPPPSSS");
    stop.cancel();
    assert!(jobs.recv().await.is_none(), "the stream ends when it is told to");
    queue.close().await;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_worker_holds_no_job_that_another_could_begin() -> Result<()> {
    let world = World::start().await?;
    let (busy, idle) = (queue(&world)?, queue(&world)?);
    let stop = CancellationToken::new();
    let mut of_busy = busy.consume_jobs(1, stop.clone());
    published(&busy, &waits(job::Queue::Priority).1).await?;
    let held = of_busy.recv().await.context("a job")?;
    let (standard, message) = waits(job::Queue::Standard);
    published(&busy, &message).await?;
    let mut of_idle = idle.consume_jobs(1, stop.clone());
    let found = of_idle.recv().await.context("the other job")?;
    assert_eq!(found.job, standard);
    found.ack().await;
    held.ack().await;
    stop.cancel();
    busy.close().await;
    idle.close().await;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_reaches_no_queue_has_failed_and_only_that_one() -> Result<()> {
    let world = World::start().await?;
    let queue = queue(&world)?;
    // A channel that is open already: a new one would declare the queue again.
    published(&queue, &waits(job::Queue::Priority).1).await?;
    let url = world.amqp_url();
    let operator = lapin::Connection::connect(url.as_str(), Default::default()).await?;
    let channel = operator.create_channel().await?;
    channel.queue_delete("jobs.standard".into(), Default::default()).await?;
    let (lost, message) = waits(job::Queue::Standard);
    let batch = [waits(job::Queue::Priority).1, message.clone(), waits(job::Queue::Priority).1];
    let outcomes = queue.publish_all(&batch).await;
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok(), "{outcomes:?}");
    assert!(matches!(outcomes[1], Err(QueueError::Returned(_))), "{outcomes:?}");
    // The next attempt finds the queue declared again.
    published(&queue, &message).await?;
    let stop = CancellationToken::new();
    let mut jobs = queue.consume_jobs(3, stop.clone());
    let mut found = Vec::new();
    for _ in 0..4 {
        let delivery = jobs.recv().await.context("a job")?;
        found.push(delivery.job);
        delivery.ack().await;
    }
    assert!(found.contains(&lost));
    stop.cancel();
    queue.close().await;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_and_publishers_go_on_after_every_connection_was_cut() -> Result<()> {
    let world = World::builder().proxied().start().await?;
    let queue = queue(&world)?;
    let stop = CancellationToken::new();
    let mut jobs = queue.consume_jobs(1, stop.clone());
    let mut orders = queue.control();
    for _ in 0..3 {
        let (job, message) = waits(job::Queue::Standard);
        eventually("the broker takes the job", async || {
            Ok(queue.publish(&message).await.is_ok().then_some(()))
        })
        .await?;
        // It may have been taken twice, where the confirmation was cut off.
        let delivery = eventually("the job arrives", async || {
            let delivery = jobs.recv().await.context("a job")?;
            if delivery.job == job {
                return Ok(Some(delivery));
            }
            delivery.ack().await;
            Ok(None)
        })
        .await?;
        delivery.ack().await;
        let wanted = Control::Cancel { job };
        let heard = async { while orders.next().await != wanted {} };
        let told = async {
            loop {
                // Nobody is told who does not listen yet: told until heard.
                let _ = queue.publish_control(&wanted).await;
                tokio::task::yield_now().await;
            }
        };
        tokio::select! { () = heard => {}, () = told => {} }
        world.proxies()?.broker.cut();
    }
    stop.cancel();
    while let Some(rest) = jobs.recv().await {
        rest.ack().await;
    }
    queue.close().await;
    drop(world);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_can_list_replay_and_drop_dead_letters() -> Result<()> {
    let world = World::start().await?;
    let queue = queue(&world)?;
    let stop = CancellationToken::new();
    let mut jobs = queue.consume_jobs(1, stop.clone());
    let (one, message) = waits(job::Queue::Priority);
    published(&queue, &message).await?;
    jobs.recv().await.context("a job")?.reject().await;
    let (other, message) = waits(job::Queue::Standard);
    published(&queue, &message).await?;
    jobs.recv().await.context("a job")?.reject().await;
    let letters = eventually("two dead letters", async || {
        let letters = queue.dead_letters(10).await?;
        Ok((letters.len() == 2).then_some(letters))
    })
    .await?;
    assert_eq!(letters[0].job, Some(one));
    assert_eq!(letters[0].queue, Some(job::Queue::Priority));
    assert_eq!(letters[0].reason, "rejected");
    assert_eq!(queue.replay_dead(Which::Job(one)).await?, 1);
    let again = jobs.recv().await.context("the replayed job")?;
    assert_eq!((again.job, again.queue), (one, job::Queue::Priority));
    again.ack().await;
    assert_eq!(queue.drop_dead(Which::Job(other)).await?, 1);
    assert_eq!(queue.dead_letters(10).await?, []);
    stop.cancel();
    queue.close().await;
    world.finish().await
}
