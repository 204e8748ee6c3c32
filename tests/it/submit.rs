//! A request becomes one job, however often it arrives, and what cannot be taken is refused in
//! words that help.

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use cutline_core::{
    card::{Action, CardKind},
    config::DatabaseConfig,
    desk::{Person, SubmitRequest},
    event::{EventKind, EventMessage},
    job::{JobState, Mode},
    plan::Plan,
    store::{
        CancelOutcome, Ending, Heartbeat, PostClaim, ProgressReport, Store, Submitted, Topic,
        Written,
    },
};
use cutline_tests::world::Role;

use crate::counter::{Counter, LEASE, failure, origin, somebody, video, wish};

#[tokio::test]
async fn fifty_copies_of_a_request_are_one_job_also_after_a_restart() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let wishes: Vec<_> = (0..50).map(|_| wish("message-1")).collect();
    let asked = wishes.iter().map(|wish| counter.ask(&ada, wish));
    let answers = futures::future::try_join_all(asked).await?;
    let (mut accepted, mut jobs) = (0, std::collections::BTreeSet::new());
    for answer in &answers {
        match answer {
            Submitted::Accepted { job, .. } => {
                accepted += 1;
                jobs.insert(*job);
            }
            Submitted::Duplicate { job, .. } => drop(jobs.insert(*job)),
            other => anyhow::bail!("{other:?}"),
        }
    }
    assert_eq!((accepted, jobs.len()), (1, 1));
    // Another process, later, with no memory of the first.
    let again = Store::connect(&DatabaseConfig::at(counter.world.database_url(Role::Bots), "t"))?;
    let answer = again.submit(&ada, &wish("message-1"), counter.now()).await?;
    ensure!(
        matches!(answer, Submitted::Duplicate { job, .. } if jobs.contains(&job)),
        "{answer:?}"
    );
    let told = counter.relayed().await?;
    assert_eq!(told.len(), 1, "one message: {told:?}");
    counter.close().await
}

#[tokio::test]
async fn the_same_request_at_the_desk_shows_the_same_card_even_when_no_more_would_be_taken()
-> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let request = || SubmitRequest::new("Why cats purr", "message-1", origin());
    let first = counter.desk.submit(&ada, request()).await?;
    let second = counter.desk.submit(&ada, request()).await?;
    assert_eq!(first.reference, second.reference);
    assert_eq!(second.kind, CardKind::Queued);
    assert_eq!(second.progress.as_ref().and_then(|p| p.place), Some(1));
    // Another one is refused with the words that help.
    let other = SubmitRequest::new("Why dogs bark", "message-2", origin());
    let refused = counter.desk.submit(&ada, other).await.expect_err("one at once on Free");
    assert_eq!(refused.code, "TOO_MANY_AT_ONCE");
    assert!(refused.message.contains("/cancel"), "{refused}");
    counter.close().await
}

#[tokio::test]
async fn one_accounts_key_is_nothing_to_another() -> Result<()> {
    let counter = Counter::open().await?;
    let one = counter.accepted(&somebody("ada"), "message-1").await?;
    let other = counter.accepted(&somebody("bob"), "message-1").await?;
    assert_ne!(one, other);
    let reference = counter.bots.enter(&somebody("bob"), None, counter.now()).await?;
    let bobs = counter.bots.job(reference.account, other).await?.context("bob's job")?;
    let ada = counter.desk.status(&somebody("ada"), Some(&bobs.reference)).await;
    assert_eq!(ada.expect_err("not hers").code, "NOT_FOUND");
    let cancel = counter.desk.cancel(&somebody("ada"), &bobs.reference).await;
    assert_eq!(cancel.expect_err("not hers").code, "NOT_FOUND");
    counter.close().await
}

#[tokio::test]
async fn a_job_goes_from_card_to_card_and_its_video_can_be_watched() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let request = SubmitRequest::new("  Why cats   purr ", "message-1", origin());
    let card = counter.desk.submit(&ada, request).await?;
    let (reference, job) = (card.reference.context("a reference")?, card.job.context("a job")?);
    let (spec, token) = counter.claimed(job).await?;
    assert_eq!((spec.sentence.as_str(), spec.attempt, spec.plan), ("Why cats purr", 1, Plan::Free));
    assert_eq!(spec.reference, reference);
    let report =
        ProgressReport { stage: "voice".into(), fraction: 0.5, overall: 0.25, eta_ms: Some(9_000) };
    ensure!(counter.farm.progress(job, token, &report).await? == Written::Yes);
    let card = counter.desk.status(&ada, Some(&reference)).await?;
    let progress = card.progress.context("progress")?;
    assert_eq!((progress.stage.as_deref(), progress.overall), (Some("voice"), 0.25));
    ensure!(counter.farm.deliver(job, token).await? == Written::Yes);
    let ending = Ending::Done(Box::new(video()?));
    ensure!(counter.farm.finish(job, token, &ending).await? == Written::Yes);
    // An answer that was lost: the same again says the same and changes nothing.
    ensure!(counter.farm.finish(job, token, &ending).await? == Written::Yes);

    let card = counter.desk.status(&ada, None).await?;
    assert_eq!((card.kind, card.title.as_str()), (CardKind::Done, "Why cats purr"));
    let actions: Vec<_> = card.buttons.iter().map(|button| button.action).collect();
    assert_eq!(actions, [Action::Again, Action::Script, Action::Captions, Action::Credits]);
    let locked = card.buttons[0].locked.as_deref().context("the month's video is used")?;
    assert!(locked.contains("1 December 2026"), "{locked}");
    let link = &card.links.first().context("a link")?.url;
    let short = link.strip_prefix("https://cutline.test/v/").context("a watch link")?;
    let watched = counter.bots.watch_video(short, chrono::DateTime::UNIX_EPOCH).await?;
    ensure!(matches!(watched, cutline_core::store::Watched::Video(_)), "{watched:?}");

    let told = counter.relayed().await?;
    let topics: Vec<_> = told.iter().map(|row| row.topic).collect();
    let event = Topic::Event { platform: ada.platform };
    assert_eq!(topics, [Topic::Job(cutline_core::job::Queue::Standard), event]);
    let event: EventMessage = serde_json::from_value(told[1].payload.clone())?;
    assert_eq!((event.kind.clone(), event.reference.clone()), (EventKind::Done, reference));
    // Delivered twice, posted once.
    assert_eq!(counter.desk.post_begin(&event).await?, PostClaim::Yes);
    assert_eq!(counter.desk.post_begin(&event).await?, PostClaim::Held);
    counter.desk.post_done(&event).await?;
    assert_eq!(counter.desk.post_begin(&event).await?, PostClaim::Posted);
    assert_eq!(counter.desk.card_for_event(&event).await?.kind, CardKind::Done);
    counter.close().await
}

#[tokio::test]
async fn people_are_answered_in_the_language_they_last_spoke() -> Result<()> {
    let counter = Counter::open().await?;
    let speaking = |locale: &str| cutline_core::actor::Actor {
        locale: Some(locale.into()),
        ..somebody("ana")
    };
    let request = |key: &str| SubmitRequest::new("Por qué los gatos ronronean", key, origin());
    let card = counter.desk.submit(&speaking("en-GB"), request("1")).await?;
    assert_eq!(card.lines[0], "Next in the queue.");
    let (reference, job) = (card.reference.context("a reference")?, card.job.context("a job")?);
    let card = counter.desk.status(&speaking("es-419"), Some(&reference)).await?;
    assert_eq!(card.lines[0], "Es el siguiente de la cola.");
    assert_eq!(card.buttons[0].label, "Cancelar");
    let refused = counter.desk.submit(&speaking("es-419"), request("2")).await;
    let refused = refused.err().context("one at once")?;
    assert!(refused.message.starts_with("Ya tienes un vídeo en marcha"), "{refused}");

    // The finished video's card comes by itself, when nobody is speaking.
    let (_, token) = counter.claimed(job).await?;
    ensure!(counter.farm.deliver(job, token).await? == Written::Yes);
    let ending = Ending::Done(Box::new(video()?));
    ensure!(counter.farm.finish(job, token, &ending).await? == Written::Yes);
    let told = counter.relayed().await?;
    let event: EventMessage = serde_json::from_value(told[1].payload.clone())?;
    let card = counter.desk.card_for_event(&event).await?;
    assert_eq!(card.links[0].label, "Ver");
    let labels: Vec<_> = card.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(labels, ["Otra vez", "Guion", "Subtítulos", "Créditos"]);
    counter.close().await
}

#[tokio::test]
async fn cancelling_is_immediate_while_waiting_and_asked_of_the_worker_while_running() -> Result<()>
{
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    counter.put_on(&ada, Plan::Beginner).await?;
    let request = |key: &str| SubmitRequest::new("Why cats purr", key, origin());
    let card = counter.desk.submit(&ada, request("1")).await?;
    let card = counter.desk.cancel(&ada, &card.reference.context("a reference")?).await?;
    assert_eq!(card.kind, CardKind::Cancelled);
    assert!(card.lines.join(" ").contains("does not count"), "{card:?}");

    let card = counter.desk.submit(&ada, request("2")).await?;
    let (reference, job) = (card.reference.context("a reference")?, card.job.context("a job")?);
    let (_, token) = counter.claimed(job).await?;
    let card = counter.desk.cancel(&ada, &reference).await?;
    assert!(card.buttons[0].locked.is_some(), "{card:?}");
    let told = counter.relayed().await?;
    assert!(told.iter().any(|row| row.topic == Topic::Control), "{told:?}");
    let beat = counter.farm.heartbeat(job, token, LEASE).await?;
    assert_eq!(beat, Heartbeat::Current { cancel_requested: true });
    ensure!(counter.farm.finish(job, token, &Ending::Cancelled).await? == Written::Yes);
    assert_eq!(counter.bots.enter(&ada, None, counter.now()).await?.used, 0);
    // A second press finds it over.
    let card = counter.desk.cancel(&ada, &reference).await?;
    assert!(card.lines[0].contains("nothing left"), "{card:?}");
    // A worker that fails or hands back meanwhile ends it as cancelled, too.
    let job = counter.accepted(&ada, "3").await?;
    let (spec, token) = counter.claimed(job).await?;
    let asked = counter.bots.cancel(spec.account, &spec.reference, "test").await?;
    assert_eq!(asked, CancelOutcome::Requested(job));
    ensure!(counter.farm.hand_back(job, token).await? == Written::Yes);
    assert_eq!(counter.farm.ended_among(&[job]).await?[0].state, Some(JobState::Cancelled));
    counter.close().await
}

#[tokio::test]
async fn refusals_say_what_to_do_next_and_when() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let mut number = 0;
    let mut request = || {
        number += 1;
        SubmitRequest::new("Why cats purr", format!("message-{number}"), origin())
    };
    let said = async |request: SubmitRequest| {
        let refused = counter.desk.submit(&ada, request).await;
        refused.map_or_else(|error| (error.code, error.message), |card| (String::new(), card.title))
    };
    // Refused before anything is charged.
    let bad = SubmitRequest { sentence: "a\u{7}bc".into(), ..request() };
    assert_eq!(said(bad).await.0, "VALIDATION_FAILED");
    let lacking = SubmitRequest { mode: Mode::Cinematic, ..request() };
    let (code, message) = said(lacking).await;
    assert_eq!(code, "NOT_IN_PLAN");
    assert!(message.contains("Enterprise"), "{message}");

    counter.made(counter.accepted(&ada, "the month's").await?).await?;
    let (code, message) = said(request()).await;
    assert_eq!(code, "MONTH_USED_UP");
    assert!(message.contains("1 December 2026, 00:00 UTC (in 9 days)"), "{message}");

    counter.put_on(&ada, Plan::Professional).await?;
    for key in ["a", "b", "c", "d"] {
        counter.later(TimeDelta::minutes(5));
        counter.made(counter.accepted(&ada, key).await?).await?;
    }
    let (code, message) = said(request()).await;
    assert_eq!(code, "RATE_LIMITED");
    assert!(message.contains("13:00:00 UTC (in 40 minutes)"), "{message}");
    counter.later(TimeDelta::minutes(40));
    assert_eq!(said(request()).await.0, "", "at the time it said, it is taken");
    let studio = SubmitRequest { mode: Mode::Studio, ..request() };
    let (code, message) = said(studio).await;
    assert_eq!(code, "CREDITS_MISSING");
    assert!(message.contains("costs 5 credits, and you have 0"), "{message}");

    let root = somebody("root").as_operator();
    let person = Person { platform: ada.platform, user_id: ada.user_id.clone() };
    let admin = counter.desk.admin(&root)?;
    admin.maintenance(Some("new disks")).await?;
    let (code, message) = said(request()).await;
    assert_eq!(code, "MAINTENANCE");
    assert!(message.contains("new disks"), "{message}");
    admin.maintenance(None).await?;
    admin.ban(&person, "spam").await?;
    let (code, message) = said(request()).await;
    assert_eq!(code, "BANNED");
    assert!(message.contains("spam"), "{message}");
    admin.unban(&person).await?;
    let refused = counter.desk.admin(&ada).expect_err("ada is no operator");
    assert_eq!(refused.code, "NOT_ALLOWED");
    counter.close().await
}

#[tokio::test]
async fn operators_see_a_job_and_make_it_again_at_nobodys_cost() -> Result<()> {
    let counter = Counter::open().await?;
    let (ada, root) = (somebody("ada"), somebody("root").as_operator());
    let job = counter.accepted(&ada, "1").await?;
    counter.ended(job, &failure()).await?;
    let reference = counter.desk.status(&ada, None).await?.reference.context("a reference")?;
    let admin = counter.desk.admin(&root)?;
    let facts = admin.job(&reference).await?.lines.join("\n");
    assert!(facts.contains("RENDER_FAILED: The picture could not be drawn."), "{facts}");
    assert!(facts.contains("allowance 1 released, given back"), "{facts}");
    let new = admin.retry(&reference).await?.reference.context("a new job")?;
    assert_eq!(admin.retry(&reference).await?.reference, Some(new.clone()), "one press, one job");
    let card = counter.desk.status(&ada, Some(&new)).await?;
    counter.made(card.job.context("a job")?).await?;
    let standing = counter.bots.enter(&ada, None, counter.now()).await?;
    assert_eq!(standing.used, 0, "the month's video is still there");
    let person = Person { platform: ada.platform, user_id: "ada".into() };
    let given = admin.adjust_credits(&person, 3, "sorry", "command-1").await?;
    assert_eq!(given.title, "Now 3 credits");
    let twice = admin.adjust_credits(&person, 3, "sorry", "command-1").await?;
    assert_eq!(twice.title, "Done before; now 3 credits");
    let refused = admin.adjust_credits(&person, -4, "oops", "command-2").await;
    assert!(refused.expect_err("more than there is").message.contains("3 credits"));
    for card in [admin.queues().await?, admin.workers().await?, admin.formats().await?] {
        assert!(card.private && !card.lines.is_empty(), "{card:?}");
    }
    let owner = counter.world.database().owner().await?;
    let sql = "SELECT array_agg(action ORDER BY id) FROM cutline.audit_log \
               WHERE actor = 'console:root'";
    let done: Vec<String> = owner.query_one(sql, &[]).await?.get(0);
    assert_eq!(done, ["look", "retry", "adjust_credits", "look", "look", "look"]);
    drop(owner);
    counter.close().await
}
