//! Operators' commands: the same for the chats and for `cutline-bots admin`. Whether somebody is an
//! operator is the desk's to judge, and what they do is in the audit log.

use cutline_core::{actor::Actor, card::Card, desk::Desk, error::UserError};

use crate::command::admin::{AdminCommand, DeadCommand};

/// The verbs after `/admin` with what they do, for help.
pub const VERBS: [(&str, &str); 17] = [
    ("account PERSON", "plan, credits, jobs of somebody (console:ada, discord:123)"),
    ("plan PERSON PLAN [REASON]", "put somebody on a plan"),
    ("credits PERSON AMOUNT [REASON]", "give credits, or take them where negative"),
    ("job REFERENCE", "stages, times, costs, providers, error of a job"),
    ("retry REFERENCE", "try a failed job once more"),
    ("cancel REFERENCE", "stop anybody's job"),
    ("ban PERSON [REASON]", "refuse an account all requests"),
    ("unban PERSON", "welcome it back"),
    ("queues", "how many messages wait, and where"),
    ("farm", "the workers, their hardware and load"),
    ("drain WORKER", "let a worker finish what it has and take nothing new"),
    ("dead [list]", "dead letters"),
    ("dead replay REFERENCE|all", "put dead letters back into their queue"),
    ("dead drop REFERENCE|all", "throw dead letters away"),
    ("formats", "how often each format was made"),
    ("spend", "what was spent with providers"),
    ("maintenance on [WORDS] | off", "take no new requests, saying why; take them again"),
];

/// Does what an operator asked. The same `key` is the same wish: credits are given once for it, however
/// often it arrives.
///
/// # Errors
/// The desk's [`UserError`]: who is no operator is told so.
pub async fn answer(
    desk: &Desk,
    actor: &Actor,
    command: AdminCommand,
    key: &str,
) -> Result<Card, UserError> {
    let admin = desk.admin(actor)?;
    match command {
        AdminCommand::Account(person) => admin.account(&person).await,
        AdminCommand::Plan { person, plan, reason } => {
            admin.set_plan(&person, Some(plan), None, &reason).await
        }
        AdminCommand::Credits { person, amount, reason } => {
            admin.adjust_credits(&person, amount, &reason, &format!("admin:{key}")).await
        }
        AdminCommand::Job(job) => admin.job(&job).await,
        AdminCommand::Retry(job) => admin.retry(&job).await,
        AdminCommand::Cancel(job) => admin.cancel(&job).await,
        AdminCommand::Ban { person, reason } => admin.ban(&person, &reason).await,
        AdminCommand::Unban(person) => admin.unban(&person).await,
        AdminCommand::Queues => admin.queues().await,
        AdminCommand::Farm => admin.workers().await,
        AdminCommand::Drain { worker } => admin.drain(&worker).await,
        AdminCommand::Dead(DeadCommand::List) => admin.dead_list().await,
        AdminCommand::Dead(DeadCommand::Replay(job)) => admin.dead_replay(job.as_ref()).await,
        AdminCommand::Dead(DeadCommand::Drop(job)) => admin.dead_drop(job.as_ref()).await,
        AdminCommand::Formats => admin.formats().await,
        AdminCommand::Spend => admin.spend().await,
        AdminCommand::Maintenance(why) => admin.maintenance(why.as_deref()).await,
    }
}
