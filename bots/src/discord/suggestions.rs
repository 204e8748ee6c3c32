//! What to choose from while a reference or a worker's name is typed. Every keystroke asks, so what
//! the desk said is kept for some seconds: its limit on looks is for people, not for keys.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cutline_core::{
    actor::Actor,
    desk::{Desk, Suggested},
    error::UserError,
    job::JobRef,
};
use serenity::builder::CreateAutocompleteResponse;
use tokio::time::Instant;

use super::{
    rest::Id,
    text::{CHOICE_MAX, plain},
};

/// How long a list is good.
const GOOD: Duration = Duration::from_secs(15);
/// Longest wait for the desk; the answer is due within three seconds.
const PATIENCE: Duration = Duration::from_millis(1_800);
/// Lists remembered; beyond it the oldest go.
const LISTS_MAX: usize = 5_000;
/// Most suggestions (docs: "Autocomplete").
const CHOICES_MAX: usize = 25;

/// What is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// The person's own videos.
    Own,
    /// Everybody's jobs, to operators.
    Jobs,
    /// The same, and all of them.
    Letters,
    /// Workers, to operators.
    Workers,
}

type Lists = HashMap<(Id, Kind), (Instant, Vec<Suggested>)>;

/// Lists by person.
#[derive(Debug, Default)]
pub(super) struct Suggestions(Mutex<Lists>);

impl Suggestions {
    /// What has what was typed so far in it. Empty where the desk does not say in time, and for
    /// whom it is not meant: everything can always be typed.
    pub(super) async fn of(
        &self,
        kind: Kind,
        desk: &Desk,
        actor: &Actor,
        user: Id,
        typed: &str,
    ) -> CreateAutocompleteResponse {
        let known = self.list((user, kind), asked(kind, desk, actor)).await;
        choices(&known, typed)
            .into_iter()
            .fold(CreateAutocompleteResponse::new(), |answer, (shown, meant)| {
                answer.add_string_choice(shown, meant)
            })
    }

    /// What is known, else what is said in time. Silence and refusals are not remembered: the next
    /// key may have better luck.
    async fn list<E: std::fmt::Display>(
        &self,
        key: (Id, Kind),
        asking: impl Future<Output = Result<Vec<Suggested>, E>>,
    ) -> Vec<Suggested> {
        if let Some(known) = self.known(key) {
            return known;
        }
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(list)) => {
                self.learn(key, list.clone());
                list
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "no suggestions");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    /// The person's own jobs have changed.
    pub(super) fn forget(&self, user: Id) {
        self.lock().remove(&(user, Kind::Own));
    }

    fn known(&self, key: (Id, Kind)) -> Option<Vec<Suggested>> {
        let lists = self.lock();
        let (at, list) = lists.get(&key)?;
        (at.elapsed() < GOOD).then(|| list.clone())
    }

    fn learn(&self, key: (Id, Kind), list: Vec<Suggested>) {
        let mut lists = self.lock();
        if lists.len() >= LISTS_MAX {
            lists.retain(|_, (at, _)| at.elapsed() < GOOD);
        }
        lists.insert(key, (Instant::now(), list));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn asked(kind: Kind, desk: &Desk, actor: &Actor) -> Result<Vec<Suggested>, UserError> {
    match kind {
        Kind::Own => {
            let card = desk.history(actor, 0).await?;
            Ok(card.lines.iter().filter_map(|line| own(line)).collect())
        }
        // Typing is no attempt at anything: nobody is told that they may not.
        _ if !actor.operator => Ok(Vec::new()),
        Kind::Jobs => desk.admin(actor)?.suggested_jobs().await,
        Kind::Letters => {
            let mut list = vec![Suggested { shown: "all".into(), meant: "all".into() }];
            list.extend(desk.admin(actor)?.suggested_jobs().await?);
            Ok(list)
        }
        Kind::Workers => desk.admin(actor)?.suggested_workers().await,
    }
}

/// A line of a history, which begins with its reference.
fn own(line: &str) -> Option<Suggested> {
    let reference: JobRef = line.split(" · ").next()?.parse().ok()?;
    Some(Suggested { shown: line.to_owned(), meant: reference.to_string() })
}

/// What fits what was typed: shown, and meant.
fn choices(known: &[Suggested], typed: &str) -> Vec<(String, String)> {
    let typed = typed.trim().trim_start_matches('#').to_lowercase();
    let fits = |one: &&Suggested| one.shown.to_lowercase().contains(&typed);
    known
        .iter()
        .filter(fits)
        .map(|one| (plain(&one.shown, CHOICE_MAX), one.meant.clone()))
        .take(CHOICES_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_was_said_is_remembered() {
        let (suggestions, key) = (Suggestions::default(), (1, Kind::Own));
        let ready = std::future::ready::<Result<Vec<Suggested>, &str>>;
        assert!(suggestions.list(key, ready(Err("away"))).await.is_empty());
        let said = vec![own("K7Q2M9 · done").unwrap()];
        let asked = suggestions.list(key, ready(Ok(said.clone())));
        assert_eq!(asked.await, said, "the refusal is not kept");
        assert_eq!(suggestions.list(key, ready(Err("away"))).await, said, "this is");
        assert!(suggestions.list((1, Kind::Jobs), ready(Err("away"))).await.is_empty());
        suggestions.forget(1);
        assert!(suggestions.list(key, ready(Err("away"))).await.is_empty());
    }

    #[test]
    fn what_was_typed_finds_references_and_words() {
        let lines = [
            "K7Q2M9 · 22 Nov 10:00 · done, 0:30 · Why bees dance",
            "ABCDEF · 21 Nov 10:00 · failed · Rain",
            "None yet. Write a sentence, and it becomes one.",
        ];
        let known: Vec<Suggested> = lines.iter().filter_map(|line| own(line)).collect();
        let meant = |typed| -> Vec<String> {
            choices(&known, typed).into_iter().map(|(_, meant)| meant).collect()
        };
        assert_eq!(meant(""), ["K7Q2M9", "ABCDEF"]);
        assert_eq!(meant("#k7"), ["K7Q2M9"]);
        assert_eq!(meant("rain"), ["ABCDEF"]);
        assert!(meant("zebra").is_empty());
        let long = own(&format!("K7Q2M9 · {}", "👍".repeat(200))).unwrap();
        assert!(super::super::text::length(&choices(&[long], "")[0].0) <= CHOICE_MAX);
    }
}
