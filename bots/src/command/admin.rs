//! What operators may ask. Pure, like the rest of [`super`]; whether the person is an operator is the
//! front desk's to judge.

pub use cutline_core::desk::Person;
use cutline_core::{actor::Platform, error::UserError, job::JobRef, plan::Plan};

use super::{not_a, reference, usage_for_operators, words::Words};

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
pub(super) fn parse(mut words: Words) -> Result<AdminCommand, UserError> {
    let Some(verb) = words.next_word() else {
        return Err(usage_for_operators("What should be done?", "/admin queues"));
    };
    let verb = verb.to_lowercase();
    match verb.as_str() {
        "account" => person(&mut words, "account").map(AdminCommand::Account),
        "plan" => {
            let who = person(&mut words, "plan")?;
            let plan = plan(words.next_word())?;
            Ok(AdminCommand::Plan { person: who, plan, reason: reason(words) })
        }
        "credits" => {
            let person = person(&mut words, "credits")?;
            let amount = amount(words.next_word())?;
            Ok(AdminCommand::Credits { person, amount, reason: reason(words) })
        }
        "job" => job(&mut words, "job").map(AdminCommand::Job),
        "retry" => job(&mut words, "retry").map(AdminCommand::Retry),
        "cancel" => job(&mut words, "cancel").map(AdminCommand::Cancel),
        "ban" => {
            let person = person(&mut words, "ban")?;
            Ok(AdminCommand::Ban { person, reason: reason(words) })
        }
        "unban" => person(&mut words, "unban").map(AdminCommand::Unban),
        "queues" | "queue" => Ok(AdminCommand::Queues),
        "farm" | "workers" => Ok(AdminCommand::Farm),
        "drain" => match words.next_word() {
            Some(worker) => Ok(AdminCommand::Drain { worker }),
            None => Err(usage_for_operators(
                "Which worker? /admin farm lists them.",
                "/admin drain studio-2",
            )),
        },
        "dead" => dead(words).map(AdminCommand::Dead),
        "formats" => Ok(AdminCommand::Formats),
        "spend" => Ok(AdminCommand::Spend),
        "maintenance" => maintenance(words),
        other => Err(not_a("/admin", other, NAMES)),
    }
}

fn person(words: &mut Words, verb: &str) -> Result<Person, UserError> {
    let example = format!("/admin {verb} discord:123456");
    let named = words.next_word().ok_or_else(|| usage_for_operators("Whom?", &example))?;
    named
        .split_once(':')
        .filter(|(_, user)| !user.is_empty())
        .and_then(|(platform, user_id)| {
            let platform = Platform::named(&platform.to_lowercase())?;
            Some(Person { platform, user_id: user_id.to_owned() })
        })
        .ok_or_else(|| {
            usage_for_operators(
                "A person is named by platform and user, with a colon between.",
                &example,
            )
        })
}

fn job(words: &mut Words, verb: &str) -> Result<JobRef, UserError> {
    let named = words
        .next_word()
        .ok_or_else(|| usage_for_operators("Which job?", &format!("/admin {verb} K7Q2M9")))?;
    reference(&named)
}

fn plan(word: Option<String>) -> Result<Plan, UserError> {
    let Some(word) = word else {
        return Err(usage_for_operators("Which plan?", "/admin plan discord:123456 professional"));
    };
    Plan::named(&word).ok_or_else(|| not_a("/admin plan", &word, &Plan::ALL.map(Plan::as_str)))
}

fn amount(word: Option<String>) -> Result<i64, UserError> {
    word.as_deref().and_then(|word| word.parse().ok()).filter(|amount| *amount != 0).ok_or_else(
        || {
            usage_for_operators(
                "How many credits? A whole number, negative to take some away.",
                "/admin credits discord:123456 20 goodwill",
            )
        },
    )
}

fn reason(words: Words) -> String {
    words.rest().join(" ")
}

fn dead(mut words: Words) -> Result<DeadCommand, UserError> {
    const PARTS: [&str; 3] = ["list", "replay", "drop"];
    let part = words.next_word().map(|part| part.to_lowercase());
    let which = |word: Option<String>| match word.as_deref() {
        None => Err(usage_for_operators(
            "Which one? A job reference, or all.",
            "/admin dead replay K7Q2M9",
        )),
        Some("all") => Ok(None),
        Some(named) => reference(named).map(Some),
    };
    match part.as_deref() {
        None | Some("list") => Ok(DeadCommand::List),
        Some("replay") => which(words.next_word()).map(DeadCommand::Replay),
        Some("drop") => which(words.next_word()).map(DeadCommand::Drop),
        Some(other) => Err(not_a("/admin dead", other, &PARTS)),
    }
}

fn maintenance(mut words: Words) -> Result<AdminCommand, UserError> {
    let switch = words.next_word().map(|word| word.to_lowercase());
    match switch.as_deref() {
        Some("on") => {
            let why = reason(words);
            let why = if why.is_empty() { "We are changing something.".into() } else { why };
            Ok(AdminCommand::Maintenance(Some(why)))
        }
        Some("off") => Ok(AdminCommand::Maintenance(None)),
        _ => Err(usage_for_operators("On or off?", "/admin maintenance on \"Back at noon\"")),
    }
}
