//! What operators asked for, as cards. Pure. What programs call things (stages, queues, books,
//! providers) is the same in every language.

use chrono::{DateTime, Datelike, Utc};

use super::said;
use crate::{
    card::Card,
    desk::words::{
        credits, date, date_short, dollars, letters, messages, shortened, state, videos, workers,
    },
    queue::DeadLetter,
    store::{AccountFacts, FormatFacts, JobFacts, QueueFacts, WorkerFacts},
    words::{Tongue, say},
};

/// Longest error detail shown; the database keeps more.
const DETAIL_CHARACTERS_MAX: usize = 1_500;

pub(super) fn account(tongue: Tongue, title: &str, facts: &AccountFacts) -> Card {
    let (id, since) = (facts.account.to_string(), date(tongue, facts.created_at));
    let mut card = said(title)
        .line(say!(tongue, "admin-account", account = id, date = since))
        .line(say!(tongue, "admin-reached", identities = facts.identities.join(", ")))
        .line(plan(tongue, facts))
        .line(say!(tongue, "admin-used", videos = videos(tongue, facts.used), live = facts.live))
        .line(say!(
            tongue,
            "admin-wallet",
            credits = credits(tongue, facts.wallet),
            held = facts.held
        ));
    if let Some(reason) = &facts.banned {
        card = card.line(say!(tongue, "admin-is-banned", reason = reason.as_str()));
    }
    if !facts.jobs.is_empty() {
        card = card.line(say!(tongue, "admin-jobs", jobs = facts.jobs.join(", ")));
    }
    for transfer in &facts.ledger {
        let amount = match transfer.unit.as_str() {
            "credit" => credits(tongue, transfer.amount),
            _ => videos(tongue, transfer.amount),
        };
        card = card.line(format!(
            "{} · {amount} {} → {} · {} · {}",
            date_short(tongue, transfer.at),
            transfer.debit_book,
            transfer.credit_book,
            transfer.reason,
            transfer.actor
        ));
    }
    card
}

/// The plan, until when, and what is paid for where that is another.
fn plan(tongue: Tongue, facts: &AccountFacts) -> String {
    let mut plan = facts.plan.name().to_owned();
    if let Some(at) = facts.plan_until {
        let (date, clock) = (date(tongue, at), at.format("%H:%M").to_string());
        let at = say!(tongue, "until-utc", date = date, clock = clock);
        plan = say!(tongue, "admin-plan-until", plan = plan, at = at);
    }
    if facts.plan != facts.plan_paid {
        let paid = facts.plan_paid.name();
        plan = say!(tongue, "admin-plan-given", plan = plan, paid = paid);
    }
    say!(tongue, "admin-plan", plan = plan)
}

pub(super) fn job(tongue: Tongue, facts: &JobFacts) -> Card {
    let (reference, is) = (facts.reference.as_str(), state(tongue, facts.state));
    let mut card = said(say!(tongue, "admin-job", job = reference, state = is));
    card.reference = Some(facts.reference.clone());
    card.job = Some(facts.job);
    let (id, account) = (facts.job.to_string(), facts.account.to_string());
    card = card
        .line(format!("“{}”", shortened(&facts.sentence, 200)))
        .line(say!(tongue, "admin-job-ids", id = id, account = account))
        .line(say!(
            tongue,
            "admin-job-how",
            plan = facts.plan.name(),
            mode = facts.mode.as_str(),
            queue = facts.queue.as_str(),
            try = facts.attempts,
            token = facts.token.to_string()
        ))
        .line(times(tongue, facts));
    if let Some(worker) = &facts.worker {
        card = card.line(say!(tongue, "admin-job-worker", worker = worker.as_str()));
    }
    if facts.cancel_requested {
        card = card.line(say!(tongue, "admin-job-called-off"));
    }
    if let Some(stage) = &facts.stage {
        let percent = format!("{:.0}", f64::from(facts.overall) * 100.0);
        card =
            card.line(say!(tongue, "admin-job-stage", stage = stage.as_str(), percent = percent));
    }
    card = paid(tongue, card, facts);
    if let Some(code) = &facts.error_code {
        let nothing = || say!(tongue, "admin-nothing-said");
        let message = facts.error_message.clone().unwrap_or_else(nothing);
        card = card.line(format!("{code}: {message}"));
    }
    if let Some(detail) = &facts.error_detail {
        card = card.line(shortened(detail, DETAIL_CHARACTERS_MAX));
    }
    card
}

/// What a job cost: its hold, then each stage, shot and call.
fn paid(tongue: Tongue, mut card: Card, facts: &JobFacts) -> Card {
    let hold = facts.hold.clone().unwrap_or_else(|| say!(tongue, "admin-none"));
    let cost = dollars(facts.cost_microusd);
    card = card.line(if facts.refunded {
        say!(tongue, "admin-job-hold-back", hold = hold, cost = cost)
    } else {
        say!(tongue, "admin-job-hold", hold = hold, cost = cost)
    });
    for stage in &facts.stages {
        let (attempt, name, ms) = (stage.attempt, stage.stage.as_str(), stage.wall_ms.to_string());
        let cost = dollars(stage.cost_microusd);
        card = card.line(if stage.resumed {
            say!(
                tongue,
                "admin-job-try-resumed",
                try = attempt,
                stage = name,
                ms = ms,
                cost = cost
            )
        } else {
            say!(tongue, "admin-job-try", try = attempt, stage = name, ms = ms, cost = cost)
        });
    }
    for shot in &facts.shots {
        card = card.line(say!(
            tongue,
            "admin-job-shot",
            shot = shot.shot,
            provider = shot.provider.as_str(),
            licence = shot.licence.as_str()
        ));
    }
    for call in &facts.calls {
        let nameless = || say!(tongue, "admin-no-request");
        card = card.line(say!(
            tongue,
            "admin-job-call",
            call = format!("{}/{}", call.stage, call.item),
            state = call.state.as_str(),
            cost = dollars(call.cost_microusd),
            request = call.request_id.clone().unwrap_or_else(nameless)
        ));
    }
    card
}

fn times(tongue: Tongue, facts: &JobFacts) -> String {
    let asked = facts.created_at;
    let month = say!(tongue, "month-short", month = asked.month());
    let clock = asked.format("%H:%M:%S").to_string();
    let at = say!(tongue, "date-short", day = asked.day(), month = month, clock = clock);
    let mut words = vec![say!(tongue, "admin-job-asked", at = at)];
    if let Some(at) = facts.started_at {
        let waited_ms = (at - asked).num_milliseconds().to_string();
        words.push(say!(tongue, "admin-job-started", ms = waited_ms));
    }
    if let (Some(from), Some(to)) = (facts.started_at, facts.finished_at) {
        let lasted_ms = (to - from).num_milliseconds().to_string();
        words.push(say!(tongue, "admin-job-lasted", ms = lasted_ms));
    }
    words.join(", ")
}

pub(super) fn queues(tongue: Tongue, facts: &QueueFacts, now: DateTime<Utc>) -> Card {
    let age_s = |at: DateTime<Utc>| (now - at).num_seconds().max(0);
    let mut card = said(say!(tongue, "admin-queues"));
    for lane in &facts.queues {
        let (queue, waiting, running) = (lane.queue.as_str(), lane.waiting, lane.running);
        card = card.line(match lane.oldest {
            None => {
                say!(tongue, "admin-queue", queue = queue, waiting = waiting, running = running)
            }
            Some(oldest) => say!(
                tongue,
                "admin-queue-old",
                queue = queue,
                waiting = waiting,
                age = age_s(oldest),
                running = running
            ),
        });
    }
    if facts.queues.is_empty() {
        card = card.line(say!(tongue, "admin-idle"));
    }
    let outbox = messages(tongue, facts.outbox);
    card = card.line(match facts.outbox_oldest {
        None => say!(tongue, "admin-outbox", messages = outbox),
        Some(at) => say!(tongue, "admin-outbox-old", messages = outbox, age = age_s(at)),
    });
    if let Some(message) = &facts.maintenance {
        card = card.line(say!(tongue, "admin-maintenance", message = message.as_str()));
    }
    card
}

pub(super) fn farm(tongue: Tongue, found: &[WorkerFacts]) -> Card {
    let number = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut card = said(workers(tongue, number));
    if found.is_empty() {
        return card.line(say!(tongue, "admin-no-workers"));
    }
    for worker in found {
        let (name, busy, slots) = (worker.name.as_str(), worker.busy, worker.slots);
        let (seen, since) = (worker.seen_s, date_short(tongue, worker.since));
        let mut line = if worker.draining {
            say!(
                tongue,
                "admin-worker-draining",
                name = name,
                busy = busy,
                slots = slots,
                seen = seen,
                since = since
            )
        } else {
            say!(
                tongue,
                "admin-worker",
                name = name,
                busy = busy,
                slots = slots,
                seen = seen,
                since = since
            )
        };
        if !worker.jobs.is_empty() {
            line.push_str(&format!(" · {}", worker.jobs.join(" ")));
        }
        let hardware = shortened(&worker.hardware.to_string(), 300);
        card = card.line(line).line(format!("  {} {hardware}", worker.id));
    }
    card
}

pub(super) fn dead_letters(tongue: Tongue, found: &[DeadLetter]) -> Card {
    let number = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut card = said(letters(tongue, number));
    for letter in found {
        let jobless = || say!(tongue, "admin-letter-jobless");
        let job = letter.job.map_or_else(jobless, |job| job.to_string());
        card = card.line(format!("{job} · {} · {}", letter.reason, letter.payload));
    }
    if found.is_empty() { card.line(say!(tongue, "admin-no-letters")) } else { card }
}

pub(super) fn formats(tongue: Tongue, found: &[FormatFacts]) -> Card {
    let mut card = said(say!(tongue, "admin-formats"));
    for format in found {
        card = card.line(say!(
            tongue,
            "admin-format",
            format = format.format.as_str(),
            videos = videos(tongue, format.videos),
            failed = format.failed
        ));
    }
    if found.is_empty() { card.line(say!(tongue, "admin-no-formats")) } else { card }
}

pub(super) fn spend(tongue: Tongue, formats: &[FormatFacts]) -> Card {
    let sum = |of: fn(&FormatFacts) -> i64| formats.iter().map(of).sum::<i64>();
    let (cost, made) = (sum(|f| f.cost_microusd), sum(|f| f.videos));
    let (cost, made) = (dollars(cost), videos(tongue, made));
    let mut card = said(say!(tongue, "admin-spend")).line(say!(
        tongue,
        "admin-spent",
        cost = cost,
        videos = made
    ));
    for format in formats.iter().filter(|format| format.cost_microusd > 0) {
        card = card.line(format!("{}: {}", format.format, dollars(format.cost_microusd)));
    }
    card
}
