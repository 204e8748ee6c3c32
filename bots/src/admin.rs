//! Operators' commands: the same for the chats and for `cutline-bots admin`. Whether somebody is an
//! operator is the desk's to judge, and what they do is in the audit log.

use cutline_core::{actor::Actor, card::Card, desk::Desk, error::UserError};

use crate::command::admin::{AdminCommand, DeadCommand};

/// The verbs after `/admin` as they are typed, and their names in the texts, for help.
pub const VERBS: [(&str, &str); 17] = [
    ("account PERSON", "account"),
    ("plan PERSON PLAN [REASON]", "plan"),
    ("credits PERSON AMOUNT [REASON]", "credits"),
    ("job REFERENCE", "job"),
    ("retry REFERENCE", "retry"),
    ("cancel REFERENCE", "cancel"),
    ("ban PERSON [REASON]", "ban"),
    ("unban PERSON", "unban"),
    ("queues", "queues"),
    ("farm", "farm"),
    ("drain WORKER", "drain"),
    ("dead [list]", "dead"),
    ("dead replay REFERENCE|all", "dead-replay"),
    ("dead drop REFERENCE|all", "dead-drop"),
    ("formats", "formats"),
    ("spend", "spend"),
    ("maintenance on [WORDS] | off", "maintenance"),
];

/// Does what an operator asked. The same `key` is the same wish: credits are given once for it,
/// however often it arrives.
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
    let answered = match command {
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
    };
    answered.map(|card| card.in_tongue(actor.tongue()))
}
