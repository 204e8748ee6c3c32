//! The books and the limits under random operations: first one after the other, each answer held
//! against a model that knows only the rules; then many at once, where the sums must be right
//! whatever the order was. A failure prints the seed; `CASE` in the code replays it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use cutline_core::{
    actor::Actor,
    credits::{self, Payment, month_of},
    job::{JobId, Mode},
    plan::{Feature, Plan},
    rate_limit::Rate,
    store::{Adjusted, Ending, Submission, Submitted},
};

use crate::counter::{Counter, failure, somebody, video, wish};

/// Small and repeatable (SplitMix64, Steele et al. 2014): a failing run is run again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap_or(0)]
    }
}

/// What one account should be, by the rules alone.
struct Model {
    plan: Plan,
    wallet: i64,
    held: i64,
    used: BTreeMap<chrono::NaiveDate, u32>,
    live: BTreeMap<JobId, (Payment, chrono::NaiveDate)>,
    asked: Vec<DateTime<Utc>>,
}

impl Model {
    fn new() -> Self {
        Self {
            plan: Plan::Free,
            wallet: 0,
            held: 0,
            used: BTreeMap::new(),
            live: BTreeMap::new(),
            asked: Vec::new(),
        }
    }

    /// What the database should answer.
    fn expect(&self, mode: Mode, now: DateTime<Utc>) -> Result<Payment, Submitted> {
        if let Some(feature) = Feature::of_mode(mode).filter(|feature| !self.plan.has(*feature)) {
            return Err(Submitted::NotInPlan(feature));
        }
        if self.live.len() >= self.plan.jobs_at_once() as usize {
            return Err(Submitted::TooManyAtOnce { most: self.plan.jobs_at_once() });
        }
        let used = self.used.get(&month_of(now)).copied().unwrap_or(0);
        let payment = credits::payment(self.plan, mode, used, self.wallet).map_err(|_| {
            Submitted::CreditsMissing {
                price: credits::price(mode),
                wallet: self.wallet,
                month_used_up: mode == Mode::Standard,
            }
        })?;
        match Rate::Generate.allow(&self.asked, now) {
            Ok(()) => Ok(payment),
            Err(again_at) => Err(Submitted::RateLimited { again_at }),
        }
    }

    fn accept(&mut self, job: JobId, payment: Payment, now: DateTime<Utc>) {
        let month = month_of(now);
        match payment {
            Payment::Allowance => *self.used.entry(month).or_default() += 1,
            Payment::Credits { amount } => {
                self.wallet -= i64::from(amount);
                self.held += i64::from(amount);
            }
        }
        self.live.insert(job, (payment, month));
        self.asked.push(now);
    }

    fn end(&mut self, job: JobId, delivered: bool) {
        match self.live.remove(&job) {
            Some((Payment::Credits { amount }, _)) => {
                self.held -= i64::from(amount);
                self.wallet += if delivered { 0 } else { i64::from(amount) };
            }
            Some((Payment::Allowance, month)) if !delivered => {
                self.used.entry(month).and_modify(|used| *used -= 1);
            }
            _ => {}
        }
    }
}

/// One random step, on the database and on the model.
async fn step(counter: &Counter, ada: &Actor, model: &mut Model, dice: &mut Dice) -> Result<()> {
    let now = counter.now();
    let number = dice.roll(u64::MAX);
    match dice.roll(10) {
        0..=4 => {
            let mode = dice.pick(&[Mode::Standard, Mode::Standard, Mode::Cartoon, Mode::Studio]);
            let wish = Submission { mode, ..wish(&format!("{number}")) };
            let expected = model.expect(mode, now);
            match (counter.ask(ada, &wish).await?, expected) {
                (Submitted::Accepted { job, payment, .. }, Ok(expected)) => {
                    ensure!(payment == expected, "{payment:?}, not {expected:?}");
                    model.accept(job, payment, now);
                    // The same once more is no other.
                    let again = counter.ask(ada, &wish).await?;
                    ensure!(matches!(again, Submitted::Duplicate { .. }), "{again:?}");
                }
                (answer, Err(expected)) => ensure!(answer == expected, "{answer:?}, {expected:?}"),
                (answer, Ok(expected)) => bail!("{answer:?}, not {expected:?}"),
            }
        }
        5 | 6 => {
            let jobs: Vec<_> = model.live.keys().copied().collect();
            if !jobs.is_empty() {
                let (job, delivered) = (dice.pick(&jobs), dice.roll(2) == 0);
                let ending = match (delivered, dice.roll(2)) {
                    (true, _) => Ending::Done(Box::new(video()?)),
                    (false, 0) => failure(),
                    (false, _) => Ending::Cancelled,
                };
                counter.ended(job, &ending).await?;
                model.end(job, delivered);
            }
        }
        7 => {
            let delta = i64::try_from(dice.roll(20))? - 6;
            let account = counter.bots.enter(ada, None, now).await?.account;
            let key = format!("{number}");
            let answer = counter.admin.adjust_credits(account, delta, &key, "t", "t").await?;
            let expected = match delta {
                0 => Adjusted::OutOfRange,
                _ if model.wallet + delta < 0 => Adjusted::TooLittle(model.wallet),
                _ => {
                    model.wallet += delta;
                    Adjusted::Yes(model.wallet)
                }
            };
            ensure!(answer == expected, "{answer:?}, not {expected:?}");
        }
        8 => {
            model.plan = dice.pick(&Plan::ALL);
            counter.put_on(ada, model.plan).await?;
        }
        _ => counter.later(TimeDelta::minutes(dice.pick(&[1, 7, 31, 60, 60 * 24 * 9]))),
    }
    let standing = counter.bots.enter(ada, None, counter.now()).await?;
    let used = model.used.get(&month_of(counter.now())).copied().unwrap_or(0);
    let seen = (standing.balance.wallet, standing.balance.held, standing.used, standing.live);
    let expected = (model.wallet, model.held, used, u32::try_from(model.live.len())?);
    ensure!(seen == expected, "(wallet, held, used, live) {seen:?}, not {expected:?}");
    Ok(())
}

#[tokio::test]
async fn every_answer_is_the_models_answer() -> Result<()> {
    let counter = Counter::open().await?;
    for seed in 0..6 {
        let (ada, mut model, mut dice) =
            (somebody(&format!("ada {seed}")), Model::new(), Dice(seed));
        for number in 0..60 {
            step(&counter, &ada, &mut model, &mut dice)
                .await
                .with_context(|| format!("seed {seed}, step {number}"))?;
        }
    }
    counter.close().await
}

/// What one of many did to the sums.
#[derive(Default)]
struct Sums {
    given: i64,
    spent: i64,
    accepted: u32,
}

async fn one_of_many(counter: &Counter, ada: &Actor, seed: u64) -> Result<Sums> {
    let (mut dice, mut sums) = (Dice(seed), Sums::default());
    let account = counter.bots.enter(ada, None, counter.now()).await?.account;
    for number in 0..12 {
        let key = format!("{seed}-{number}");
        match dice.roll(4) {
            0 => {
                let delta = i64::try_from(dice.roll(9))? - 3;
                let adjusted = counter.admin.adjust_credits(account, delta, &key, "t", "t").await?;
                if let Adjusted::Yes(wallet) = adjusted {
                    ensure!(wallet >= 0, "{wallet}");
                    sums.given += delta;
                }
            }
            _ => {
                let mode = dice.pick(&[Mode::Standard, Mode::Cartoon, Mode::Studio]);
                let answer = counter.ask(ada, &Submission { mode, ..wish(&key) }).await?;
                let Submitted::Accepted { job, payment, .. } = answer else { continue };
                sums.accepted += 1;
                let delivered = dice.roll(2) == 0;
                let ending = if delivered { Ending::Done(Box::new(video()?)) } else { failure() };
                counter.ended(job, &ending).await?;
                if let (true, Payment::Credits { amount }) = (delivered, payment) {
                    sums.spent += i64::from(amount);
                }
            }
        }
    }
    Ok(sums)
}

#[tokio::test]
async fn many_at_once_overdraw_nothing_and_lose_nothing() -> Result<()> {
    let counter = Counter::open().await?;
    for round in 0..3_u64 {
        let ada = somebody(&format!("ada {round}"));
        counter.put_on(&ada, Plan::Enterprise).await?;
        counter.give(&ada, 10, &format!("round {round}")).await?;
        let many = (0..8).map(|one| one_of_many(&counter, &ada, round * 100 + one));
        let all = futures::future::try_join_all(many).await?;
        let total = |of: fn(&Sums) -> i64| all.iter().map(of).sum::<i64>();
        let standing = counter.bots.enter(&ada, None, counter.now()).await?;
        let expected = 10 + total(|sums| sums.given) - total(|sums| sums.spent);
        assert_eq!((standing.balance.wallet, standing.balance.held), (expected, 0));
        // The clock stands still: of all that was asked, an hour's worth was taken, exactly.
        assert_eq!(all.iter().map(|sums| sums.accepted).sum::<u32>(), Rate::Generate.count_max());
        assert_eq!(counter.admin.admin_reconcile().await?, []);
    }
    counter.close().await
}

#[tokio::test]
async fn a_window_is_exact_however_many_knock_at_once() -> Result<()> {
    let counter = Counter::open().await?;
    let ada = somebody("ada");
    for rate in Rate::ALL {
        let now = counter.now();
        let knocks = (0..rate.count_max() + 15).map(|_| counter.bots.enter(&ada, Some(rate), now));
        let answers = futures::future::try_join_all(knocks).await?;
        let taken = answers.iter().filter(|standing| standing.again_at.is_none()).count();
        assert_eq!(taken, rate.count_max() as usize, "{rate:?}");
        let told: Vec<_> = answers.iter().filter_map(|standing| standing.again_at).collect();
        assert!(told.iter().all(|at| *at == now + rate.window()), "{rate:?}");
    }
    counter.close().await
}
