//! Every cell of the plan table where it counts: in the database, which is asked here without a
//! desk before it. (The locked buttons and the desk's own refusals are tested beside their code, in
//! `core/src/desk/entitlement.rs`, over the same table.)

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use cutline_core::{
    actor::Actor,
    credits::{Payment, price},
    desk::{Desk, SubmitRequest},
    format::Format,
    job::{BrandKit, JobState, Mode, UploadRef},
    objects::{ObjectKey, Retention},
    plan::{Feature, Plan},
    rate_limit::Rate,
    store::{Ending, Kept, Submission, Submitted},
};

use crate::counter::{Counter, failure, moment, origin, somebody, video, wish};

fn person(plan: Plan) -> Actor {
    somebody(plan.as_str())
}

#[tokio::test]
async fn the_databases_tables_of_plans_prices_and_rates_are_the_programs() -> Result<()> {
    let counter = Counter::open().await?;
    let owner = counter.world.database().owner().await?;
    let sql = "SELECT plan, videos_a_month, duration_s_max, width_px, height_px, end_card, \
               jobs_at_once, queue, features, extract(epoch FROM kept)::bigint AS kept_s \
               FROM cutline.plans ORDER BY rank";
    let rows = owner.query(sql, &[]).await?;
    assert_eq!(rows.len(), Plan::ALL.len());
    for (row, plan) in rows.iter().zip(Plan::ALL) {
        assert_eq!(row.get::<_, &str>("plan"), plan.as_str());
        let cap: Option<i32> = row.get("videos_a_month");
        assert_eq!(cap, plan.videos_a_month().map(u32::cast_signed));
        assert_eq!(row.get::<_, i32>("duration_s_max"), plan.duration_s_max().cast_signed());
        let (width, height) = plan.picture_px();
        assert_eq!(row.get::<_, i32>("width_px"), width.cast_signed());
        assert_eq!(row.get::<_, i32>("height_px"), height.cast_signed());
        assert_eq!(row.get::<_, bool>("end_card"), plan.end_card());
        assert_eq!(row.get::<_, i32>("jobs_at_once"), plan.jobs_at_once().cast_signed());
        assert_eq!(row.get::<_, &str>("queue"), plan.queue().as_str());
        let features: Vec<String> = row.get("features");
        for feature in Feature::ALL {
            let has = features.iter().any(|name| name == feature.as_str());
            assert_eq!(has, plan.has(feature), "{plan:?} {feature:?}");
        }
        let kept_s: i64 = row.get("kept_s");
        assert_eq!(kept_s, Retention::of(plan).kept().num_seconds(), "{plan:?}");
    }
    for mode in Mode::ALL {
        let sql = "SELECT credits, feature FROM cutline.modes WHERE mode = $1";
        let row = owner.query_one(sql, &[&mode.as_str()]).await?;
        assert_eq!(row.get::<_, i32>("credits"), price(mode).cast_signed());
        let feature: Option<&str> = row.get("feature");
        assert_eq!(feature, Feature::of_mode(mode).map(Feature::as_str));
    }
    for rate in Rate::ALL {
        let sql = "SELECT count_max, extract(epoch FROM every)::bigint FROM cutline.rates \
                   WHERE rate = $1";
        let row = owner.query_one(sql, &[&rate.as_str()]).await?;
        assert_eq!(row.get::<_, i32>(0), rate.count_max().cast_signed());
        assert_eq!(row.get::<_, i64>(1), rate.window().num_seconds());
    }
    drop(owner);
    counter.close().await
}

fn picture() -> Result<UploadRef> {
    let sha256 = "ab".repeat(32);
    let key = ObjectKey::parse(&format!("uploads/test/{sha256}.png"))?;
    let name = "mug.png".into();
    Ok(UploadRef { sha256, key, width_px: 640, height_px: 480, bytes: 999, name })
}

#[tokio::test]
async fn the_database_refuses_what_a_plan_lacks_and_takes_what_it_has() -> Result<()> {
    let counter = Counter::open().await?;
    for plan in Plan::ALL {
        let actor = person(plan);
        counter.put_on(&actor, Plan::Enterprise).await?;
        let account = counter.bots.enter(&actor, None, counter.now()).await?.account;
        // A picture from better days: having it is not being allowed to use it.
        let kept = counter.bots.upload_add(account, &picture()?, counter.now()).await?;
        assert_eq!(kept, Kept::Yes);
        counter.put_on(&actor, plan).await?;
        counter.give(&actor, 100, &format!("for {plan:?}")).await?;
        let wishes = [
            (Feature::Cartoon, Submission { mode: Mode::Cartoon, ..wish("cartoon") }),
            (Feature::Studio, Submission { mode: Mode::Studio, ..wish("studio") }),
            (Feature::Cinematic, Submission { mode: Mode::Cinematic, ..wish("cinematic") }),
            (Feature::PinnedFormat, Submission { format: Some(Format::Quote), ..wish("pin") }),
            (Feature::Uploads, Submission { uploads: vec![picture()?.sha256], ..wish("upload") }),
        ];
        for (feature, wish) in wishes {
            match counter.ask(&actor, &wish).await? {
                Submitted::Accepted { job, payment, .. } => {
                    assert!(plan.has(feature), "{plan:?} has no {feature:?}");
                    let costs = Payment::Credits { amount: price(wish.mode) };
                    assert_eq!(payment == costs, wish.mode != Mode::Standard, "{payment:?}");
                    let (spec, token) = counter.claimed(job).await?;
                    assert_eq!(spec.uploads.len(), wish.uploads.len());
                    assert_eq!((spec.format, spec.mode), (wish.format, wish.mode));
                    let _ = counter.farm.finish(job, token, &failure()).await?;
                }
                Submitted::NotInPlan(lacking) => {
                    assert_eq!(lacking, feature);
                    assert!(!plan.has(feature), "{plan:?} has {feature:?}");
                }
                other => anyhow::bail!("{plan:?} {feature:?}: {other:?}"),
            }
            counter.later(TimeDelta::hours(1));
        }
        let now = counter.now();
        let kept = |has: bool| if has { Kept::Yes } else { Kept::NotInPlan };
        let brand = counter.bots.brand_set(account, &BrandKit::default(), now).await?;
        assert_eq!(brand, kept(plan.has(Feature::BrandKit)), "{plan:?}");
        let upload = counter.bots.upload_add(account, &picture()?, now).await?;
        assert_eq!(upload, kept(plan.has(Feature::Uploads)), "{plan:?}");
        let prefix = format!("clk_{:0>12}", plan.as_str());
        let key = counter.bots.api_key_add(account, &prefix, &[plan as u8; 32], now).await?;
        assert_eq!(key, kept(plan.has(Feature::ApiKeys)), "{plan:?}");
    }
    counter.close().await
}

#[tokio::test]
async fn the_database_counts_the_month_and_the_jobs_at_once_of_every_plan() -> Result<()> {
    let counter = Counter::open().await?;
    for plan in Plan::ALL {
        let actor = person(plan);
        counter.put_on(&actor, plan).await?;
        // Jobs at once: the next one too many is refused, and taken when one has ended.
        let mut live = Vec::new();
        for number in 0..plan.jobs_at_once() {
            if number % 5 == 4 {
                counter.later(TimeDelta::hours(1));
            }
            live.push(counter.accepted(&actor, &format!("live {number}")).await?);
        }
        counter.later(TimeDelta::hours(1));
        let answer = counter.ask(&actor, &wish("too many")).await?;
        assert_eq!(answer, Submitted::TooManyAtOnce { most: plan.jobs_at_once() }, "{plan:?}");
        for job in live {
            let (spec, token) = counter.claimed(job).await?;
            assert_eq!((spec.plan, spec.attempt), (plan, 1));
            let _ = counter.farm.finish(job, token, &failure()).await?;
        }
        // The month: as many as the plan gives, and those that failed do not count.
        for number in 0..plan.videos_a_month().unwrap_or(12) {
            counter.later(TimeDelta::minutes(20));
            counter.made(counter.accepted(&actor, &format!("month {number}")).await?).await?;
        }
        counter.later(TimeDelta::hours(1));
        let answer = counter.ask(&actor, &wish("one more")).await?;
        if plan.videos_a_month().is_some() {
            let refused = Submitted::CreditsMissing { price: 1, wallet: 0, month_used_up: true };
            assert_eq!(answer, refused, "{plan:?}");
            counter.give(&actor, 1, &format!("for {plan:?}")).await?;
            let answer = counter.ask(&actor, &wish("with a credit")).await?;
            let paid = matches!(
                answer,
                Submitted::Accepted { payment: Payment::Credits { amount: 1 }, .. }
            );
            assert!(paid, "{answer:?}");
        } else {
            let free = matches!(answer, Submitted::Accepted { payment: Payment::Allowance, .. });
            assert!(free, "{plan:?}: {answer:?}");
        }
    }
    counter.close().await
}

#[tokio::test]
async fn a_result_beyond_the_plan_fails_with_a_refund_and_its_queue_is_the_plans() -> Result<()> {
    let counter = Counter::open().await?;
    for plan in Plan::ALL {
        let actor = person(plan);
        counter.put_on(&actor, plan).await?;
        let (width_px, height_px) = plan.picture_px();
        let fits = cutline_core::job::DeliveredVideo {
            duration_ms: u64::from(plan.duration_s_max()) * 1000,
            width_px,
            height_px,
            ..video()?
        };
        let too_long = cutline_core::job::DeliveredVideo {
            duration_ms: u64::from(plan.duration_s_max()) * 1000 + 6_000,
            ..fits.clone()
        };
        let too_large =
            cutline_core::job::DeliveredVideo { width_px: width_px + 2, ..fits.clone() };
        for (video, state) in
            [(too_long, JobState::Failed), (too_large, JobState::Failed), (fits, JobState::Done)]
        {
            let key = format!("{} {} {state:?}", video.duration_ms, video.width_px);
            let job = counter.accepted(&actor, &key).await?;
            let told = counter.relayed().await?;
            let topic = cutline_core::store::Topic::Job(plan.queue());
            assert!(told.iter().any(|row| row.topic == topic), "{plan:?}: {told:?}");
            counter.ended(job, &Ending::Done(Box::new(video))).await?;
            let ended = counter.farm.ended_among(&[job]).await?;
            assert_eq!(ended[0].state, Some(state), "{plan:?} {key}");
        }
        let used = counter.bots.enter(&actor, None, counter.now()).await?.used;
        assert_eq!(used, 1, "only the delivered one counts");
    }
    counter.close().await
}

#[tokio::test]
async fn the_month_turns_at_midnight_utc_and_a_late_refund_goes_to_its_own_month() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    counter.clock.set(moment("2026-11-30T23:59:59.999Z")?);
    let november = counter.accepted(&ada, "november").await?;
    let refused = counter.desk.submit(&ada, SubmitRequest::new("Why cats purr", "x", origin()));
    assert_eq!(refused.await.expect_err("one at once").code, "TOO_MANY_AT_ONCE");
    counter.made(november).await?;
    let answer = counter.ask(&ada, &wish("still november")).await?;
    ensure!(matches!(answer, Submitted::CreditsMissing { .. }), "{answer:?}");

    counter.clock.set(moment("2026-12-01T00:00:00Z")?);
    let december = counter.accepted(&ada, "december").await?;
    assert_eq!(counter.bots.enter(&ada, None, counter.now()).await?.used, 1);
    // It fails in January: December gets it back, January is untouched.
    counter.clock.set(moment("2027-01-01T00:00:00Z")?);
    assert_eq!(counter.bots.enter(&ada, None, counter.now()).await?.used, 0);
    counter.ended(december, &failure()).await?;
    let used_at = async |text: &str| -> Result<u32> {
        Ok(counter.bots.enter(&ada, None, moment(text)?).await?.used)
    };
    assert_eq!(used_at("2026-11-15T00:00:00Z").await?, 1);
    assert_eq!(used_at("2026-12-15T00:00:00Z").await?, 0);
    assert_eq!(used_at("2027-01-15T00:00:00Z").await?, 0);
    counter.close().await
}

#[tokio::test]
async fn a_plan_changed_in_the_middle_of_a_month_counts_what_was_used() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let made = async |key: &str| -> Result<bool> {
        counter.later(TimeDelta::minutes(20));
        match counter.ask(&ada, &wish(key)).await? {
            Submitted::Accepted { job, .. } => counter.made(job).await.map(|()| true),
            Submitted::CreditsMissing { month_used_up: true, .. } => Ok(false),
            other => anyhow::bail!("{key}: {other:?}"),
        }
    };
    assert!(made("free 1").await?);
    assert!(!made("free 2").await?);
    counter.put_on(&ada, Plan::Beginner).await?;
    for number in 2..=10 {
        assert!(made(&format!("beginner {number}")).await?, "{number}");
    }
    assert!(!made("beginner 11").await?);
    counter.put_on(&ada, Plan::Professional).await?;
    assert!(made("professional 11").await?);
    // Down again: what was made was made, and there is nothing left.
    counter.put_on(&ada, Plan::Beginner).await?;
    assert!(!made("beginner 12").await?);
    // A plan that was given for a time ends by itself.
    let account = counter.bots.enter(&ada, None, counter.now()).await?.account;
    let until = counter.now() + TimeDelta::minutes(30);
    let plan = Some(Plan::Enterprise);
    counter.admin.admin_set_plan(account, plan, Some(until), "gift", "test").await?;
    assert!(made("enterprise 12").await?);
    counter.later(TimeDelta::minutes(11));
    assert_eq!(counter.bots.enter(&ada, None, counter.now()).await?.plan, Plan::Free);
    assert!(!made("free again").await?);
    counter.close().await
}

#[tokio::test]
async fn credits_come_back_from_a_failure_and_a_cancel_and_are_spent_by_a_delivery() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    counter.put_on(&ada, Plan::Enterprise).await?;
    counter.give(&ada, 30, "gift").await?;
    let balance = async || -> Result<(i64, i64)> {
        let standing = counter.bots.enter(&ada, None, counter.now()).await?;
        Ok((standing.balance.wallet, standing.balance.held))
    };
    let asked = async |key: &str, mode: Mode| {
        let request = SubmitRequest { mode, ..SubmitRequest::new("Why cats purr", key, origin()) };
        counter.desk.submit(&ada, request).await
    };
    let card = asked("1", Mode::Cinematic).await?;
    assert!(card.lines.iter().any(|line| line.contains("20 credits set aside")), "{card:?}");
    assert_eq!(balance().await?, (10, 20));
    let refused = asked("2", Mode::Cinematic).await.expect_err("10 are not 20");
    assert!(refused.message.contains("Get 10 more"), "{refused}");
    let Some(job) = card.job else { anyhow::bail!("no job") };
    counter.ended(job, &failure()).await?;
    assert_eq!(balance().await?, (30, 0));
    let card = counter.desk.status(&ada, None).await?;
    let text = card.lines.join(" ");
    assert!(text.contains("could not be drawn") && text.contains("20 credits came back"), "{text}");

    let card = asked("3", Mode::Studio).await?;
    let Some(reference) = &card.reference else { anyhow::bail!("no reference") };
    assert_eq!(balance().await?, (25, 5));
    let card = counter.desk.cancel(&ada, reference).await?;
    assert!(card.lines.join(" ").contains("5 credits came back"), "{card:?}");
    assert_eq!(balance().await?, (30, 0));
    let Some(job) = asked("4", Mode::Studio).await?.job else { anyhow::bail!("no job") };
    counter.made(job).await?;
    assert_eq!(balance().await?, (25, 0));
    // Its owner sees all of it in the books.
    let books = counter.desk.plan(&ada).await?.lines.join("\n");
    for said in ["30 credits given", "20 credits came back from", "5 credits spent on"] {
        assert!(books.contains(said), "{said}: {books}");
    }
    counter.close().await
}

#[tokio::test]
async fn a_sentence_that_asks_for_a_film_gets_what_the_farm_makes_and_the_account_may_have()
-> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    let film = "A cinematic talking coffee mug explains why mornings are hard";
    let asked = async |desk: &Desk, key: &str, sentence: &str| {
        let card = desk.submit(&ada, SubmitRequest::new(sentence, key, origin())).await;
        card.map(|card| (card.lines.join(" "), card.job))
    };
    counter.put_on(&ada, Plan::Enterprise).await?;
    counter.give(&ada, 30, "gift").await?;
    let (line, first) = asked(&counter.desk, "1", film).await?;
    assert!(line.contains("20 credits set aside"), "{line}");
    // Nobody here makes films: it is drawn, and costs what a drawing costs.
    let plain = counter.desk.clone().offering(&[Mode::Standard, Mode::Cartoon]);
    let (line, second) = asked(&plain, "2", film).await?;
    assert!(line.contains("1 credit set aside"), "{line}");
    // Nine are left: not enough for another film.
    let (line, third) = asked(&counter.desk, "3", film).await?;
    assert!(line.contains("1 credit set aside"), "{line}");
    let refused = asked(&counter.desk, "4", "My talking photo explains why I run").await;
    let refused = refused.expect_err("there is no photograph");
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("VALIDATION_FAILED", "images"));
    assert!(refused.message.contains("one face"), "{refused}");
    for job in [first, second, third].into_iter().flatten() {
        counter.ended(job, &failure()).await?;
    }
    counter.close().await
}
