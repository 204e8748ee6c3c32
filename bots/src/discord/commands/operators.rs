//! `/admin` and what is below it: each becomes the words that an operator types in any other chat,
//! so that there is one grammar and one audit log. Shown to a guild's administrators only; whether
//! somebody is an operator is the desk's to judge.

use serenity::{builder::CreateAutocompleteResponse, model::user::User};

use super::{Context, Done, suggested};
use crate::discord::{asked::Asked, suggestions::Kind};

/// For operators: accounts, jobs, queues, workers.
#[poise::command(
    slash_command,
    install_context = "Guild",
    interaction_context = "Guild|BotDm",
    default_member_permissions = "ADMINISTRATOR",
    subcommands(
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
        "maintenance"
    ),
    subcommand_required
)]
pub(super) async fn admin(_ctx: Context<'_>) -> Done {
    Ok(())
}

/// The command as words; each argument is quoted, so that it stays one.
async fn operate(ctx: Context<'_>, verb: &str, arguments: &[&str]) -> Done {
    let text = written(verb, arguments);
    ctx.data().operate(Asked::from(ctx.interaction), text).await;
    Ok(())
}

fn written(verb: &str, arguments: &[&str]) -> String {
    let mut text = format!("/admin {verb}");
    for argument in arguments.iter().filter(|argument| !argument.trim().is_empty()) {
        let plain = |c: char| c.is_alphanumeric() || "-:_./#".contains(c);
        text.push(' ');
        if argument.chars().all(plain) {
            text.push_str(argument);
        } else {
            let escaped = argument.replace('\\', "\\\\").replace('"', "\\\"");
            text.push_str(&format!("\"{escaped}\""));
        }
    }
    text
}

/// Somebody of this Discord, or anybody as `platform:user`.
fn person(user: Option<&User>, named: Option<&str>) -> String {
    match (named, user) {
        (Some(named), _) => named.to_owned(),
        (None, Some(user)) => format!("discord:{}", user.id),
        (None, None) => String::new(),
    }
}

async fn jobs(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggested(ctx, Kind::Jobs, typed).await
}

async fn letters(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggested(ctx, Kind::Letters, typed).await
}

async fn workers(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggested(ctx, Kind::Workers, typed).await
}

/// Plan, credits and jobs of somebody.
#[poise::command(slash_command)]
async fn account(ctx: Context<'_>, user: Option<User>, person_named: Option<String>) -> Done {
    operate(ctx, "account", &[&person(user.as_ref(), person_named.as_deref())]).await
}

/// Put somebody on a plan.
#[poise::command(slash_command)]
async fn plan(
    ctx: Context<'_>,
    #[choices("free", "beginner", "professional", "enterprise")] plan: &'static str,
    user: Option<User>,
    person_named: Option<String>,
    reason: Option<String>,
) -> Done {
    let who = person(user.as_ref(), person_named.as_deref());
    operate(ctx, "plan", &[&who, plan, reason.as_deref().unwrap_or_default()]).await
}

/// Give credits, or take them where negative.
#[poise::command(slash_command)]
async fn credits(
    ctx: Context<'_>,
    #[min = -1000000]
    #[max = 1000000]
    amount: i64,
    user: Option<User>,
    person_named: Option<String>,
    reason: Option<String>,
) -> Done {
    let who = person(user.as_ref(), person_named.as_deref());
    let amount = amount.to_string();
    operate(ctx, "credits", &[&who, &amount, reason.as_deref().unwrap_or_default()]).await
}

/// Stages, times, costs, providers and error of a job.
#[poise::command(slash_command)]
async fn job(ctx: Context<'_>, #[autocomplete = "jobs"] reference: String) -> Done {
    operate(ctx, "job", &[&reference]).await
}

/// Try a failed job once more.
#[poise::command(slash_command)]
async fn retry(ctx: Context<'_>, #[autocomplete = "jobs"] reference: String) -> Done {
    operate(ctx, "retry", &[&reference]).await
}

/// Stop anybody's job.
#[poise::command(slash_command)]
async fn cancel(ctx: Context<'_>, #[autocomplete = "jobs"] reference: String) -> Done {
    operate(ctx, "cancel", &[&reference]).await
}

/// Refuse an account all requests.
#[poise::command(slash_command)]
async fn ban(
    ctx: Context<'_>,
    user: Option<User>,
    person_named: Option<String>,
    reason: Option<String>,
) -> Done {
    let who = person(user.as_ref(), person_named.as_deref());
    operate(ctx, "ban", &[&who, reason.as_deref().unwrap_or_default()]).await
}

/// Welcome an account back.
#[poise::command(slash_command)]
async fn unban(ctx: Context<'_>, user: Option<User>, person_named: Option<String>) -> Done {
    operate(ctx, "unban", &[&person(user.as_ref(), person_named.as_deref())]).await
}

/// How many messages wait, and where.
#[poise::command(slash_command)]
async fn queues(ctx: Context<'_>) -> Done {
    operate(ctx, "queues", &[]).await
}

/// The workers: hardware, load, what they do.
#[poise::command(slash_command)]
async fn farm(ctx: Context<'_>) -> Done {
    operate(ctx, "farm", &[]).await
}

/// Let a worker finish what it has and take nothing new.
#[poise::command(slash_command)]
async fn drain(ctx: Context<'_>, #[autocomplete = "workers"] worker: String) -> Done {
    operate(ctx, "drain", &[&worker]).await
}

/// Dead letters: list, replay, drop.
#[poise::command(slash_command, subcommands("list", "replay", "discard"), subcommand_required)]
async fn dead(_ctx: Context<'_>) -> Done {
    Ok(())
}

/// Show the dead letters.
#[poise::command(slash_command)]
async fn list(ctx: Context<'_>) -> Done {
    operate(ctx, "dead list", &[]).await
}

/// Put dead letters back into their queue.
#[poise::command(slash_command)]
async fn replay(ctx: Context<'_>, #[autocomplete = "letters"] which: String) -> Done {
    operate(ctx, "dead replay", &[&which]).await
}

/// Throw dead letters away.
#[poise::command(slash_command, rename = "drop")]
async fn discard(ctx: Context<'_>, #[autocomplete = "letters"] which: String) -> Done {
    operate(ctx, "dead drop", &[&which]).await
}

/// How often each format was made.
#[poise::command(slash_command)]
async fn formats(ctx: Context<'_>) -> Done {
    operate(ctx, "formats", &[]).await
}

/// What was spent with providers.
#[poise::command(slash_command)]
async fn spend(ctx: Context<'_>) -> Done {
    operate(ctx, "spend", &[]).await
}

/// Take no new requests, saying why; or take them again.
#[poise::command(slash_command)]
async fn maintenance(ctx: Context<'_>, on: bool, words: Option<String>) -> Done {
    let switch = if on { "on" } else { "off" };
    let words = words.filter(|_| on).unwrap_or_default();
    operate(ctx, "maintenance", &[switch, &words]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{self, Command, admin::AdminCommand};

    #[test]
    fn an_argument_stays_one_argument_whatever_is_in_it() {
        let text = written("ban", &["discord:42", "sp\"am \\ and 'more'", ""]);
        let Ok(Command::Admin(AdminCommand::Ban { person, reason })) = command::parse(&text) else {
            panic!("{text}");
        };
        assert_eq!((person.user_id.as_str(), reason.as_str()), ("42", "sp\"am \\ and 'more'"));
        assert_eq!(written("queues", &[]), "/admin queues");
    }
}
