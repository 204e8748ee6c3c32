//! References to choose from while one is typed. Every keystroke asks, so what the desk said is
//! kept for some seconds: its limit on looks is for people, not for keys.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cutline_core::{actor::Actor, desk::Desk};
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
/// People remembered; beyond it the oldest lists go.
const PEOPLE_MAX: usize = 5_000;
/// Most suggestions (docs: "Autocomplete").
const CHOICES_MAX: usize = 25;

/// Lists of jobs by person.
#[derive(Debug, Default)]
pub(super) struct Suggestions(Mutex<HashMap<Id, (Instant, Vec<String>)>>);

impl Suggestions {
    /// Jobs whose reference or sentence has what was typed so far. Empty where the desk does not
    /// say in time: a reference can always be typed.
    pub(super) async fn jobs(
        &self,
        desk: &Desk,
        actor: &Actor,
        user: Id,
        typed: &str,
    ) -> CreateAutocompleteResponse {
        let asking = async { desk.history(actor, 0).await.map(|card| card.lines) };
        let lines = self.lines(user, asking).await;
        choices(&lines, typed)
            .into_iter()
            .fold(CreateAutocompleteResponse::new(), |answer, (shown, meant)| {
                answer.add_string_choice(shown, meant)
            })
    }

    /// What is known of the person's jobs, else what is said of them in time. Silence and refusals
    /// are not remembered: the next key may have better luck.
    async fn lines<E: std::fmt::Display>(
        &self,
        user: Id,
        asking: impl Future<Output = Result<Vec<String>, E>>,
    ) -> Vec<String> {
        if let Some(lines) = self.known(user) {
            return lines;
        }
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(lines)) => {
                self.learn(user, lines.clone());
                lines
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "no suggestions");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    /// The person's jobs have changed.
    pub(super) fn forget(&self, user: Id) {
        self.lock().remove(&user);
    }

    fn known(&self, user: Id) -> Option<Vec<String>> {
        let people = self.lock();
        let (at, lines) = people.get(&user)?;
        (at.elapsed() < GOOD).then(|| lines.clone())
    }

    fn learn(&self, user: Id, lines: Vec<String>) {
        let mut people = self.lock();
        if people.len() >= PEOPLE_MAX {
            people.retain(|_, (at, _)| at.elapsed() < GOOD);
        }
        people.insert(user, (Instant::now(), lines));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, (Instant, Vec<String>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lines of a history that fit what was typed, with the reference each begins with.
fn choices(lines: &[String], typed: &str) -> Vec<(String, String)> {
    let typed = typed.trim().trim_start_matches('#').to_lowercase();
    lines
        .iter()
        .filter_map(|line| {
            let reference = line.split(" · ").next()?;
            let reference: cutline_core::job::JobRef = reference.parse().ok()?;
            let fits = line.to_lowercase().contains(&typed);
            fits.then(|| (plain(line, CHOICE_MAX), reference.to_string()))
        })
        .take(CHOICES_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_was_said_is_remembered() {
        let suggestions = Suggestions::default();
        let ready = std::future::ready::<Result<Vec<String>, &str>>;
        let none: [String; 0] = [];
        assert_eq!(suggestions.lines(1, ready(Err("away"))).await, none);
        let said = vec!["K7Q2M9 · done".to_owned()];
        let asked = suggestions.lines(1, ready(Ok(said.clone())));
        assert_eq!(asked.await, said, "the refusal is not kept");
        assert_eq!(suggestions.lines(1, ready(Err("away"))).await, said, "this is");
        suggestions.forget(1);
        assert_eq!(suggestions.lines(1, ready(Err("away"))).await, none);
    }

    #[test]
    fn what_was_typed_finds_references_and_words() {
        let lines = [
            "K7Q2M9 · 22 Nov 10:00 · done, 0:30 · Why bees dance".to_owned(),
            "ABCDEF · 21 Nov 10:00 · failed · Rain".to_owned(),
            "None yet. Write a sentence, and it becomes one.".to_owned(),
        ];
        let meant = |typed| -> Vec<String> {
            choices(&lines, typed).into_iter().map(|(_, meant)| meant).collect()
        };
        assert_eq!(meant(""), ["K7Q2M9", "ABCDEF"]);
        assert_eq!(meant("#k7"), ["K7Q2M9"]);
        assert_eq!(meant("rain"), ["ABCDEF"]);
        assert!(meant("zebra").is_empty());
        let long = [format!("K7Q2M9 · {}", "👍".repeat(200))];
        assert!(super::super::text::length(&choices(&long, "")[0].0) <= CHOICE_MAX);
    }
}
