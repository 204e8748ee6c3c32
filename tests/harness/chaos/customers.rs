//! The people of a chaos run: each wish has a key, is asked for again whenever the front end died
//! before it answered, and now and then twice for no reason; some wishes are called off.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, SystemClock},
    job::{JobId, JobRef, Mode},
    store::Store,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::fleet::Fleet;
use crate::{
    front::{Answer, PLATFORM, Request},
    world::World,
};

/// Jobs under way at once: enough to keep every worker busy, few enough that a fault meets them
/// all.
const UNDER_WAY_MAX: usize = 60;

/// What an account is and how often it asks.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Free: one video, from the month's allowance.
    Free,
    /// Enterprise: three videos at once, priority queue.
    Priority,
    /// Professional: three videos with a talking drawing, a credit each.
    Paying,
}

/// Everybody's wishes and what became of them.
#[derive(Debug)]
pub(super) struct Customers {
    wishes: Vec<Request>,
    next: usize,
    waiting: HashMap<String, Request>,
    answered: HashMap<String, (JobId, JobRef)>,
    fronts: u32,
    random: ChaCha8Rng,
    called_off: HashSet<String>,
    /// Cancels to be made.
    to_call_off: Vec<(String, JobRef)>,
    /// Requests sent although they had been sent before.
    pub(super) repeated: u32,
    /// Answers that named a job known before.
    pub(super) recognised: u32,
    /// Cancels made.
    pub(super) cancels: u32,
    /// What should not have happened.
    pub(super) complaints: Vec<String>,
}

impl Customers {
    /// Draws the wishes and opens the accounts that need more than the free plan.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn gather(
        world: &World,
        store: &Store,
        seed: u64,
        jobs: usize,
    ) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0x6375_7374);
        let mut wishes = Vec::with_capacity(jobs);
        let owner = world.database().owner().await?;
        let mut number = 0;
        while wishes.len() < jobs {
            number += 1;
            let user = format!("user-{number}");
            let kind = match random.random_range(0..10) {
                0 | 1 => Kind::Priority,
                2 | 3 => Kind::Paying,
                _ => Kind::Free,
            };
            let (plan, count, mode) = match kind {
                Kind::Free => (None, 1, Mode::Standard),
                Kind::Priority => (Some("enterprise"), 3, Mode::Standard),
                Kind::Paying => (Some("professional"), 3, Mode::Cartoon),
            };
            if let Some(plan) = plan {
                let actor = Actor::new(PLATFORM, user.clone());
                let account = store.enter(&actor, None, SystemClock.now()).await?.account.0;
                let sql =
                    "INSERT INTO cutline.user_plan_overrides (account_id, plan, reason, actor)
                           VALUES ($1, $2, 'chaos', 'test')";
                owner.execute(sql, &[&account, &plan]).await?;
                if let Kind::Paying = kind {
                    let sql = "SELECT cutline.safe_adjust_credits($1, 3, $2, 'chaos', 'test')";
                    owner.execute(sql, &[&account, &format!("chaos:{user}")]).await?;
                }
            }
            for wish in 0..count {
                wishes.push(Request {
                    key: format!("{user}/{wish}"),
                    user: user.clone(),
                    sentence: format!("Wish {wish} of {user}"),
                    mode,
                });
            }
        }
        wishes.truncate(jobs);
        Ok(Self {
            wishes,
            next: 0,
            waiting: HashMap::new(),
            answered: HashMap::new(),
            fronts: 1,
            random,
            called_off: HashSet::new(),
            to_call_off: Vec::new(),
            repeated: 0,
            recognised: 0,
            cancels: 0,
            complaints: Vec::new(),
        })
    }

    /// Wishes that were granted: key and job.
    pub(super) fn granted(&self) -> impl Iterator<Item = (&str, JobId)> {
        self.answered.iter().map(|(key, (job, _))| (key.as_str(), *job))
    }

    /// Whether every wish has its answer.
    #[must_use]
    pub(super) fn content(&self) -> bool {
        self.next == self.wishes.len() && self.waiting.is_empty()
    }

    /// Hears answers, asks what is due, and calls off.
    pub(super) async fn act(&mut self, fleet: &mut Fleet, store: &Store, ended: usize) {
        while let Ok(answer) = fleet.answers.try_recv() {
            self.hear(answer);
        }
        if fleet.fronts != self.fronts {
            self.fronts = fleet.fronts;
            self.ask_again(fleet).await;
        }
        let under_way = (self.answered.len() + self.waiting.len()).saturating_sub(ended);
        for _ in under_way..UNDER_WAY_MAX {
            let Some(wish) = self.wishes.get(self.next).cloned() else { break };
            self.next += 1;
            self.waiting.insert(wish.key.clone(), wish.clone());
            if !fleet.ask(&wish).await {
                break;
            }
            if self.random.random_ratio(1, 8) {
                self.repeated += 1;
                fleet.ask(&wish).await;
            }
        }
        self.call_off(store).await;
    }

    /// A new front end: what the last one left unanswered, and some of what it had answered.
    async fn ask_again(&mut self, fleet: &mut Fleet) {
        let mut again: Vec<Request> = self.waiting.values().cloned().collect();
        let known = self.wishes[..self.next].iter();
        let known = known.filter(|wish| self.answered.contains_key(&wish.key)).rev().take(5);
        again.extend(known.cloned());
        for wish in again {
            self.repeated += 1;
            fleet.ask(&wish).await;
        }
    }

    fn hear(&mut self, answer: Answer) {
        self.waiting.remove(&answer.key);
        let Some((job, reference)) = answer.job else {
            let why = answer.refusal.unwrap_or_default();
            self.complaints.push(format!("{} was refused: {why}", answer.key));
            return;
        };
        self.recognised += u32::from(answer.duplicate);
        match self.answered.insert(answer.key.clone(), (job, reference.clone())) {
            Some((before, _)) if before != job => {
                self.complaints.push(format!("{}: two jobs, {before} and {job}", answer.key));
            }
            Some(_) => {}
            None if self.random.random_ratio(1, 20) => {
                self.to_call_off.push((answer.key, reference));
            }
            None => {}
        }
    }

    async fn call_off(&mut self, store: &Store) {
        for (key, reference) in std::mem::take(&mut self.to_call_off) {
            let user = key.split('/').next().unwrap_or_default().to_owned();
            let actor = Actor::new(Platform::Telegram, user);
            let outcome = async {
                let account = store.enter(&actor, None, SystemClock.now()).await?.account;
                store.cancel(account, &reference, &actor.name()).await
            };
            match outcome.await {
                Ok(_) => {
                    self.cancels += 1;
                    self.called_off.insert(key);
                }
                // The database is away; later.
                Err(_) => self.to_call_off.push((key, reference)),
            }
        }
    }
}
