//! A job's life under lost workers, lost answers and lost messages: it ends once, and only the
//! worker that holds it writes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_core::{
    job::{FencingToken, JobState, WorkerId},
    objects::ObjectKey,
    store::{
        Claim, Ending, Heartbeat, PaidCall, PaidCallKey, ProgressReport, StageReport, Written,
    },
};
use cutline_tests::tasks::eventually;

use crate::counter::{Counter, LEASE, failure, somebody, video};

#[tokio::test]
async fn a_stale_worker_changes_nothing() -> Result<()> {
    let counter = Counter::open().await?;
    let job = counter.accepted(&somebody("ada"), "1").await?;
    let Claim::Claimed { token: stale, .. } =
        counter.farm.claim(job, WorkerId::fresh(), Duration::from_millis(1)).await?
    else {
        anyhow::bail!("not claimed");
    };
    // Its lease runs out; another takes the job.
    let token = eventually("the lease runs out", async || {
        match counter.farm.claim(job, WorkerId::fresh(), LEASE).await? {
            Claim::Claimed { token, .. } => Ok(Some(token)),
            _ => Ok(None),
        }
    })
    .await?;
    assert!(token > stale);
    let farm = &counter.farm;
    let key = PaidCallKey { job, stage: "voice", item: "1", input_sha256: &[7; 32] };
    assert_eq!(farm.heartbeat(job, stale, LEASE).await?, Heartbeat::Stale);
    let report = ProgressReport { stage: "x".into(), fraction: 1., overall: 1., eta_ms: None };
    assert_eq!(farm.progress(job, stale, &report).await?, Written::Stale);
    let stage = StageReport { stage: "x".into(), wall_ms: 1, resumed: false, cost_microusd: 5 };
    assert_eq!(farm.stage_done(job, stale, &stage).await?, Written::Stale);
    assert_eq!(farm.shots_done(job, stale, &[]).await?, Written::Stale);
    let sheet: ObjectKey = "videos/day/x/1/running.jpg".parse()?;
    assert_eq!(farm.sheet_done(job, stale, &sheet).await?, Written::Stale);
    assert_eq!(farm.deliver(job, stale).await?, Written::Stale);
    assert_eq!(farm.hand_back(job, stale).await?, Written::Stale);
    assert_eq!(farm.paid_call_begin(key, stale, 9).await?, PaidCall::Stale);
    for ending in [Ending::Done(Box::new(video()?)), failure(), Ending::Cancelled] {
        assert_eq!(farm.finish(job, stale, &ending).await?, Written::Stale);
    }
    assert_eq!(
        farm.heartbeat(job, token, LEASE).await?,
        Heartbeat::Current { cancel_requested: false }
    );
    ensure!(farm.finish(job, token, &Ending::Done(Box::new(video()?))).await? == Written::Yes);
    // What comes too late for the end changes the end no more.
    assert_eq!(farm.finish(job, stale, &failure()).await?, Written::Stale);
    counter.close().await
}

#[tokio::test]
async fn a_paid_call_of_a_lost_worker_is_unknown_and_an_answered_one_is_not_paid_twice()
-> Result<()> {
    let counter = Counter::open().await?;
    let farm = &counter.farm;
    let job = counter.accepted(&somebody("ada"), "1").await?;
    let (_, first) = counter.claimed(job).await?;
    let answered = PaidCallKey { job, stage: "voice", item: "1", input_sha256: &[1; 32] };
    let lost = PaidCallKey { item: "2", ..answered };
    assert_eq!(farm.paid_call_begin(answered, first, 9).await?, PaidCall::New);
    assert_eq!(farm.paid_call_begin(answered, first, 9).await?, PaidCall::Begun);
    let output = serde_json::json!({ "clip": "sha" });
    ensure!(farm.paid_call_done(answered, first, 40, Some("r-1"), &output).await? == Written::Yes);
    ensure!(farm.paid_call_done(answered, first, 40, Some("r-1"), &output).await? == Written::Yes);
    assert_eq!(farm.paid_call_begin(lost, first, 9).await?, PaidCall::New);
    ensure!(farm.hand_back(job, first).await? == Written::Yes);
    let (spec, second) = counter.claimed(job).await?;
    assert_eq!(spec.attempt, 1, "a try that was handed back is not counted");
    let done = PaidCall::Done { output, cost_microusd: 40 };
    assert_eq!(farm.paid_call_begin(answered, second, 9).await?, done);
    assert_eq!(
        farm.paid_call_begin(lost, second, 9).await?,
        PaidCall::Unknown { request_id: None }
    );
    ensure!(farm.paid_call_forget(lost, second).await? == Written::Yes);
    assert_eq!(farm.paid_call_begin(lost, second, 9).await?, PaidCall::New);
    // What nobody heard the end of counts with its estimate, what ended with its cost.
    assert_eq!((farm.paid_today().await?, farm.paid_for_job(job).await?), (49, 49));
    let owner = counter.world.database().owner().await?;
    let sql = "SELECT cost_microusd FROM cutline.jobs";
    assert_eq!(owner.query_one(sql, &[]).await?.get::<_, i64>(0), 49, "and so does the job");
    ensure!(farm.paid_call_forget(lost, second).await? == Written::Yes);
    assert_eq!(owner.query_one(sql, &[]).await?.get::<_, i64>(0), 40, "less what was not charged");
    counter.close().await
}

#[tokio::test]
async fn three_lost_workers_fail_the_job_and_give_back_what_it_cost() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let job = counter.accepted(&ada, "1").await?;
    for round in 1..=3 {
        let taken = counter.farm.claim(job, WorkerId::fresh(), Duration::from_millis(1)).await?;
        ensure!(matches!(taken, Claim::Claimed { .. }), "round {round}: {taken:?}");
        let found = eventually("the lease runs out", async || {
            let lost = counter.farm.requeue_lost(Duration::from_secs(3600)).await?;
            Ok(lost.first().copied())
        })
        .await?;
        let expected = if round < 3 { JobState::Queued } else { JobState::Failed };
        assert_eq!((found.job, found.state), (job, expected));
    }
    let taken = counter.farm.claim(job, WorkerId::fresh(), LEASE).await?;
    assert_eq!(taken, Claim::Ended(JobState::Failed));
    let card = counter.desk.status(&ada, None).await?;
    let text = card.lines.join(" ");
    assert!(text.contains("stopped three times") && text.contains("does not count"), "{text}");
    counter.close().await
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_three_times() -> Result<()> {
    let counter = Counter::open().await?;
    let job = counter.accepted(&somebody("ada"), "1").await?;
    let passing = Ending::Failed {
        code: "PROVIDER".into(),
        message: "The voice did not answer.".into(),
        detail: "503".into(),
        retry: true,
    };
    for attempt in 1..=3 {
        let (spec, token) = counter.claimed(job).await?;
        assert_eq!(spec.attempt, attempt);
        ensure!(counter.farm.finish(job, token, &passing).await? == Written::Yes);
        if attempt < 3 {
            // The answer was lost and the call repeated.
            ensure!(counter.farm.finish(job, token, &passing).await? == Written::Yes);
        }
    }
    let ended = counter.farm.ended_among(&[job]).await?;
    assert_eq!(ended[0].state, Some(JobState::Failed));
    counter.close().await
}

#[tokio::test]
async fn a_message_that_was_lost_is_written_again() -> Result<()> {
    let counter = Counter::open().await?;
    let job = counter.accepted(&somebody("ada"), "1").await?;
    assert_eq!(counter.relayed().await?.len(), 1);
    assert_eq!(counter.farm.requeue_lost(Duration::from_secs(3600)).await?, []);
    let found = eventually("a moment passes", async || {
        Ok(counter.farm.requeue_lost(Duration::from_millis(1)).await?.first().copied())
    })
    .await?;
    assert_eq!((found.job, found.state), (job, JobState::Queued));
    assert_eq!(counter.relayed().await?.len(), 1);
    counter.close().await
}

#[tokio::test]
async fn not_even_the_owner_can_leave_a_terminal_state_or_rewrite_the_books() -> Result<()> {
    let counter = Counter::open().await?;
    let job = counter.accepted(&somebody("ada"), "1").await?;
    counter.made(job).await?;
    let owner = counter.world.database().owner().await?;
    for forbidden in [
        "UPDATE cutline.jobs SET state = 'failed', result = NULL",
        "UPDATE cutline.jobs SET state = 'queued', finished_at = NULL, result = NULL",
        "UPDATE cutline.jobs SET fencing_token = 0",
        "DELETE FROM cutline.jobs",
        "UPDATE cutline.holds SET state = 'released'",
        "DELETE FROM cutline.holds",
        "UPDATE cutline.ledger SET amount = 2",
        "DELETE FROM cutline.ledger",
        "TRUNCATE cutline.ledger",
        "DELETE FROM cutline.audit_log",
        "TRUNCATE cutline.audit_log",
        "SET session_replication_role = replica; UPDATE cutline.ledger SET amount = 2",
        "INSERT INTO cutline.holds SELECT * FROM cutline.holds",
        "UPDATE cutline.balances SET wallet = -1",
        "UPDATE cutline.allowances SET used = cap + 1",
    ] {
        let refused = owner.batch_execute(forbidden).await;
        // TRUNCATE and DELETE of an empty audit log would pass without the statement's trigger.
        let harmless = forbidden.starts_with("DELETE FROM cutline.audit_log");
        assert!(refused.is_err() || harmless, "{forbidden}");
    }
    counter.close().await
}

#[tokio::test]
async fn the_databases_table_of_moves_is_the_programs() -> Result<()> {
    let counter = Counter::open().await?;
    let owner = counter.world.database().owner().await?;
    for from in JobState::ALL {
        for to in JobState::ALL {
            let sql = "SELECT cutline.job_may_become($1, $2)";
            let row = owner.query_one(sql, &[&from.as_str(), &to.as_str()]).await?;
            assert_eq!(row.get::<_, bool>(0), from.may_become(to), "{from:?} → {to:?}");
        }
    }
    drop(owner);
    counter.close().await
}

#[tokio::test]
async fn a_listening_relay_is_woken_by_a_commit() -> Result<()> {
    let counter = Counter::open().await?;
    let mut listener = counter.bots.outbox_listener();
    // The first return only says that it listens now.
    listener.wait(Duration::from_secs(60)).await;
    let ada = somebody("ada");
    let (woken, asked) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(30), listener.wait(Duration::from_secs(60))),
        counter.accepted(&ada, "1"),
    );
    asked?;
    woken.context("not woken by the commit")?;
    assert_eq!(counter.relayed().await?.len(), 1);
    counter.close().await
}

#[tokio::test]
async fn a_drained_try_is_not_counted_and_its_worker_writes_no_more() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let job = counter.accepted(&ada, "1").await?;
    let (_, token) = counter.claimed(job).await?;
    let sheet: ObjectKey = "videos/day/x/1/running.jpg".parse()?;
    ensure!(counter.farm.sheet_done(job, token, &sheet).await? == Written::Yes);
    let shown = counter.desk.status(&ada, None).await?.files;
    assert_eq!(shown.first().map(|file| &file.key), Some(&sheet));
    ensure!(counter.farm.hand_back(job, token).await? == Written::Yes);
    ensure!(counter.farm.hand_back(job, token).await? == Written::Yes, "asked again");
    assert_eq!(counter.farm.heartbeat(job, token, LEASE).await?, Heartbeat::Stale);
    let (spec, next) = counter.claimed(job).await?;
    assert_eq!(spec.attempt, 1);
    ensure!(counter.desk.status(&ada, None).await?.files.is_empty(), "another try's pictures");
    assert!(next > FencingToken(token.0 + 1));
    counter.close().await
}
