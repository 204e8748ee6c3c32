//! What operators asked for, as cards. Pure.

use chrono::{DateTime, Utc};

use super::said;
use crate::{
    card::Card,
    desk::words::{count, dollars, shortened},
    queue::DeadLetter,
    store::{AccountFacts, FormatFacts, JobFacts, QueueFacts, WorkerFacts},
};

/// Longest error detail shown; the database keeps more.
const DETAIL_CHARACTERS_MAX: usize = 1_500;

pub(super) fn account(title: &str, facts: &AccountFacts) -> Card {
    let mut card = said(title)
        .line(format!("Account {}, since {}", facts.account, date(facts.created_at)))
        .line(format!("Reached from: {}", facts.identities.join(", ")));
    let until = facts.plan_until.map(|at| format!(" until {}", at.format("%-d %b %Y %H:%M UTC")));
    let given = if facts.plan == facts.plan_paid {
        String::new()
    } else {
        format!(" (given; pays for {})", facts.plan_paid.name())
    };
    card = card
        .line(format!("Plan: {}{}{given}", facts.plan.name(), until.unwrap_or_default()))
        .line(format!(
            "{} used this month, {} under way",
            count(facts.used.into(), "video"),
            facts.live
        ))
        .line(format!("{}, {} held", count(facts.wallet, "credit"), facts.held));
    if let Some(reason) = &facts.banned {
        card = card.line(format!("BANNED: {reason}"));
    }
    if !facts.jobs.is_empty() {
        card = card.line(format!("Jobs: {}", facts.jobs.join(", ")));
    }
    for transfer in &facts.ledger {
        card = card.line(format!(
            "{} · {} {} → {} · {} · {}",
            transfer.at.format("%-d %b %H:%M"),
            count(transfer.amount, &transfer.unit),
            transfer.debit_book,
            transfer.credit_book,
            transfer.reason,
            transfer.actor
        ));
    }
    card
}

pub(super) fn job(facts: &JobFacts) -> Card {
    let mut card = said(format!("{}: {}", facts.reference, facts.state.as_str()));
    card.reference = Some(facts.reference.clone());
    card.job = Some(facts.job);
    card = card
        .line(format!("“{}”", shortened(&facts.sentence, 200)))
        .line(format!("Job {}, account {}", facts.job, facts.account))
        .line(format!(
            "{}, {}, queue {}, try {} of 3, token {}",
            facts.plan.name(),
            facts.mode.as_str(),
            facts.queue,
            facts.attempts,
            facts.token
        ))
        .line(times(facts));
    if let Some(worker) = &facts.worker {
        card = card.line(format!("On {worker}"));
    }
    if facts.cancel_requested {
        card = card.line("Its owner has called it off.");
    }
    if let Some(stage) = &facts.stage {
        card = card.line(format!("Stage {stage}, {:.0} %", f64::from(facts.overall) * 100.0));
    }
    let refunded = if facts.refunded { ", given back" } else { "" };
    card = card.line(format!(
        "Hold: {}{refunded}; providers: {}",
        facts.hold.as_deref().unwrap_or("none"),
        dollars(facts.cost_microusd)
    ));
    for stage in &facts.stages {
        let resumed = if stage.resumed { ", from a checkpoint" } else { "" };
        card = card.line(format!(
            "try {} · {} · {} ms{resumed} · {}",
            stage.attempt,
            stage.stage,
            stage.wall_ms,
            dollars(stage.cost_microusd)
        ));
    }
    for shot in &facts.shots {
        card = card.line(format!("shot {} · {} · {}", shot.shot, shot.provider, shot.licence));
    }
    for call in &facts.calls {
        card = card.line(format!(
            "call {}/{} · {} · {} · {}",
            call.stage,
            call.item,
            call.state,
            dollars(call.cost_microusd),
            call.request_id.as_deref().unwrap_or("no request id")
        ));
    }
    if let Some(code) = &facts.error_code {
        card = card.line(format!(
            "{code}: {}",
            facts.error_message.as_deref().unwrap_or("nothing was said")
        ));
    }
    if let Some(detail) = &facts.error_detail {
        card = card.line(shortened(detail, DETAIL_CHARACTERS_MAX));
    }
    card
}

fn times(facts: &JobFacts) -> String {
    let mut words = vec![format!("asked {}", facts.created_at.format("%-d %b %H:%M:%S"))];
    if let Some(at) = facts.started_at {
        let waited = (at - facts.created_at).num_milliseconds();
        words.push(format!("started after {waited} ms"));
    }
    if let (Some(from), Some(to)) = (facts.started_at, facts.finished_at) {
        words.push(format!("ended after {} ms more", (to - from).num_milliseconds()));
    }
    words.join(", ")
}

pub(super) fn queues(facts: &QueueFacts, now: DateTime<Utc>) -> Card {
    let age = |at: Option<DateTime<Utc>>| match at {
        Some(at) => format!(", the oldest for {} s", (now - at).num_seconds().max(0)),
        None => String::new(),
    };
    let mut card = said("Queues");
    for lane in &facts.queues {
        card = card.line(format!(
            "{}: {} waiting{}, {} under way",
            lane.queue,
            lane.waiting,
            age(lane.oldest),
            lane.running
        ));
    }
    if facts.queues.is_empty() {
        card = card.line("Nothing waits, nothing runs.");
    }
    card = card.line(format!(
        "outbox: {}{}",
        count(facts.outbox, "message"),
        age(facts.outbox_oldest)
    ));
    if let Some(message) = &facts.maintenance {
        card = card.line(format!("MAINTENANCE: {message}"));
    }
    card
}

pub(super) fn workers(workers: &[WorkerFacts]) -> Card {
    let mut card = said(count(i64::try_from(workers.len()).unwrap_or(i64::MAX), "worker"));
    if workers.is_empty() {
        return card.line("None was seen within the hour: nothing is being made.");
    }
    for worker in workers {
        let draining = if worker.draining { ", draining" } else { "" };
        let jobs = if worker.jobs.is_empty() {
            String::new()
        } else {
            format!(" · {}", worker.jobs.join(" "))
        };
        card = card.line(format!(
            "{} · {} of {} busy{draining} · seen {} s ago, since {}{jobs}",
            worker.name,
            worker.busy,
            worker.slots,
            worker.seen_s,
            worker.since.format("%-d %b %H:%M"),
        ));
        let hardware = shortened(&worker.hardware.to_string(), 300);
        card = card.line(format!("  {} {hardware}", worker.id));
    }
    card
}

pub(super) fn dead_letters(letters: &[DeadLetter]) -> Card {
    let number = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let mut card = said(count(number, "dead letter"));
    for letter in letters {
        let job = letter.job.map_or("no job".into(), |job| job.to_string());
        card = card.line(format!("{job} · {} · {}", letter.reason, letter.payload));
    }
    if letters.is_empty() { card.line("Every message found its worker.") } else { card }
}

pub(super) fn formats(formats: &[FormatFacts]) -> Card {
    let mut card = said("Formats of the last 30 days");
    for format in formats {
        card = card.line(format!(
            "{}: {}, {} failed",
            format.format,
            count(format.videos, "video"),
            format.failed
        ));
    }
    if formats.is_empty() { card.line("None was made.") } else { card }
}

pub(super) fn spend(formats: &[FormatFacts]) -> Card {
    let sum = |of: fn(&FormatFacts) -> i64| formats.iter().map(of).sum::<i64>();
    let (cost, videos) = (sum(|f| f.cost_microusd), sum(|f| f.videos));
    let mut card = said("Spent with providers in 30 days").line(format!(
        "{} for {}",
        dollars(cost),
        count(videos, "video")
    ));
    for format in formats.iter().filter(|format| format.cost_microusd > 0) {
        card = card.line(format!("{}: {}", format.format, dollars(format.cost_microusd)));
    }
    card
}

fn date(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y").to_string()
}
