//! What operators may ask. Pure, like the rest of [`super`]; whether the person is an operator is
//! the front desk's to judge.

pub use cutline_core::desk::Person;
use cutline_core::{actor::Platform, error::UserError, job::JobRef, plan::Plan, words::Tongue};

use super::{not_a, reference, usage, words::Words};
use crate::words::say;

/// The verbs after `/admin`, as help and completion show them.
pub const NAMES: &[&str] = &[
    "account",
    "plan",
    "credits",
    "job",
    "retry",
    "cancel",
    "ban",
    "unban",
    "queues",
    "farm",
    "drain",
    "dead",
    "formats",
    "spend",
    "maintenance",
];

/// An operator's wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminCommand {
    /// All about an account.
    Account(Person),
    /// Put somebody on a plan.
    Plan {
        /// Whom.
        person: Person,
        /// Onto what.
        plan: Plan,
        /// Why, for the audit log.
        reason: String,
    },
    /// Give (or take, where negative) credits.
    Credits {
        /// Whom.
        person: Person,
        /// How many, never 0.
        amount: i64,
        /// Why, for ledger and audit log.
        reason: String,
    },
    /// All about a job.
    Job(JobRef),
    /// Try a failed job once more.
    Retry(JobRef),
    /// Stop anybody's job.
    Cancel(JobRef),
    /// Refuse an account all requests.
    Ban {
        /// Whom.
        person: Person,
        /// Why; they are told.
        reason: String,
    },
    /// Welcome an account back.
    Unban(Person),
    /// How many messages wait, and where.
    Queues,
    /// The workers: hardware, load, what they do.
    Farm,
    /// Let a worker finish what it has and take nothing new.
    Drain {
        /// Its name or id.
        worker: String,
    },
    /// The dead letters.
    Dead(DeadCommand),
    /// How often each format was made.
    Formats,
    /// What was spent with providers.
    Spend,
    /// Take no new requests, saying why; or take them again.
    Maintenance(Option<String>),
}

/// What can be done with dead letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadCommand {
    /// Show them.
    List,
    /// Put one, or all, back into its queue.
    Replay(Option<JobRef>),
    /// Throw one, or all, away.
    Drop(Option<JobRef>),
}

/// Reads the words after `/admin`.
pub(super) fn parse(tongue: Tongue, mut words: Words) -> Result<AdminCommand, UserError> {
    let Some(verb) = words.next_word() else {
        return Err(usage(tongue, say!(tongue, "usage-admin"), "/admin queues"));
    };
    let verb = verb.to_lowercase();
    match verb.as_str() {
        "account" => person(tongue, &mut words, "account").map(AdminCommand::Account),
        "plan" => {
            let who = person(tongue, &mut words, "plan")?;
            let plan = plan(tongue, words.next_word())?;
            Ok(AdminCommand::Plan { person: who, plan, reason: reason(words) })
        }
        "credits" => {
            let person = person(tongue, &mut words, "credits")?;
            let amount = amount(tongue, words.next_word())?;
            Ok(AdminCommand::Credits { person, amount, reason: reason(words) })
        }
        "job" => job(tongue, &mut words, "job").map(AdminCommand::Job),
        "retry" => job(tongue, &mut words, "retry").map(AdminCommand::Retry),
        "cancel" => job(tongue, &mut words, "cancel").map(AdminCommand::Cancel),
        "ban" => {
            let person = person(tongue, &mut words, "ban")?;
            Ok(AdminCommand::Ban { person, reason: reason(words) })
        }
        "unban" => person(tongue, &mut words, "unban").map(AdminCommand::Unban),
        "queues" | "queue" => Ok(AdminCommand::Queues),
        "farm" | "workers" => Ok(AdminCommand::Farm),
        "drain" => match words.next_word() {
            Some(worker) => Ok(AdminCommand::Drain { worker }),
            None => {
                let what = say!(tongue, "usage-admin-worker");
                Err(usage(tongue, what, "/admin drain studio-2"))
            }
        },
        "dead" => dead(tongue, words).map(AdminCommand::Dead),
        "formats" => Ok(AdminCommand::Formats),
        "spend" => Ok(AdminCommand::Spend),
        "maintenance" => maintenance(tongue, words),
        other => Err(not_a(tongue, "/admin", other, NAMES)),
    }
}

fn person(tongue: Tongue, words: &mut Words, verb: &str) -> Result<Person, UserError> {
    let example = format!("/admin {verb} discord:123456");
    let named = words.next_word();
    let named = named.ok_or_else(|| usage(tongue, say!(tongue, "usage-admin-whom"), &example))?;
    named
        .split_once(':')
        .filter(|(_, user)| !user.is_empty())
        .and_then(|(platform, user_id)| {
            let platform = Platform::named(&platform.to_lowercase())?;
            Some(Person { platform, user_id: user_id.to_owned() })
        })
        .ok_or_else(|| usage(tongue, say!(tongue, "usage-admin-person"), &example))
}

fn job(tongue: Tongue, words: &mut Words, verb: &str) -> Result<JobRef, UserError> {
    let Some(named) = words.next_word() else {
        let example = format!("/admin {verb} K7Q2M9");
        return Err(usage(tongue, say!(tongue, "usage-admin-job"), &example));
    };
    reference(tongue, &named)
}

fn plan(tongue: Tongue, word: Option<String>) -> Result<Plan, UserError> {
    let Some(word) = word else {
        let example = "/admin plan discord:123456 professional";
        return Err(usage(tongue, say!(tongue, "usage-admin-plan"), example));
    };
    let known = Plan::ALL.map(Plan::as_str);
    Plan::named(&word).ok_or_else(|| not_a(tongue, "/admin plan", &word, &known))
}

fn amount(tongue: Tongue, word: Option<String>) -> Result<i64, UserError> {
    let amount = word.as_deref().and_then(|word| word.parse().ok());
    amount.filter(|amount| *amount != 0).ok_or_else(|| {
        let example = "/admin credits discord:123456 20 goodwill";
        usage(tongue, say!(tongue, "usage-admin-amount"), example)
    })
}

fn reason(words: Words) -> String {
    words.rest().join(" ")
}

fn dead(tongue: Tongue, mut words: Words) -> Result<DeadCommand, UserError> {
    const PARTS: [&str; 3] = ["list", "replay", "drop"];
    let part = words.next_word().map(|part| part.to_lowercase());
    let which = |word: Option<String>| match word.as_deref() {
        None => {
            let what = say!(tongue, "usage-admin-letter");
            Err(usage(tongue, what, "/admin dead replay K7Q2M9"))
        }
        Some("all") => Ok(None),
        Some(named) => reference(tongue, named).map(Some),
    };
    match part.as_deref() {
        None | Some("list") => Ok(DeadCommand::List),
        Some("replay") => which(words.next_word()).map(DeadCommand::Replay),
        Some("drop") => which(words.next_word()).map(DeadCommand::Drop),
        Some(other) => Err(not_a(tongue, "/admin dead", other, &PARTS)),
    }
}

fn maintenance(tongue: Tongue, mut words: Words) -> Result<AdminCommand, UserError> {
    let switch = words.next_word().map(|word| word.to_lowercase());
    match switch.as_deref() {
        Some("on") => {
            let why = reason(words);
            let why = if why.is_empty() { say!(tongue, "operator-closed") } else { why };
            Ok(AdminCommand::Maintenance(Some(why)))
        }
        Some("off") => Ok(AdminCommand::Maintenance(None)),
        _ => {
            let example = "/admin maintenance on \"Back at noon\"";
            Err(usage(tongue, say!(tongue, "usage-admin-switch"), example))
        }
    }
}
