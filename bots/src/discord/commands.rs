//! The slash commands and the message command, as people see them in Discord: names, hints,
//! options. Each only says what was asked; [`super::turn`] answers.

mod brand;
mod hints;
mod jobs;
mod operators;

use std::{convert::Infallible, sync::Arc};

use cutline_core::{actor::Platform, error::UserError, words::Tongue};
use serenity::{
    builder::CreateAutocompleteResponse,
    model::channel::{Attachment, Message},
};

use super::{
    asked::Asked,
    bot::{Acknowledged, Bot},
    suggestions::Kind,
};
use crate::{
    command::{self, Command, verbs},
    conversation,
    words::{self, say},
};

/// What commands stand on.
pub(super) type Context<'a> = poise::ApplicationContext<'a, Arc<Bot>, Infallible>;
/// Commands answer their own mistakes: there are none left to report.
pub(super) type Done = Result<(), Infallible>;

/// The language of whoever typed a command.
fn tongue(ctx: Context<'_>) -> Tongue {
    Tongue::of(Some(&ctx.interaction.locale))
}

/// Every command, in the order of help.
pub(super) fn all() -> Vec<poise::Command<Arc<Bot>, Infallible>> {
    vec![
        video(),
        jobs::status(),
        jobs::cancel(),
        jobs::again(),
        jobs::script(),
        jobs::captions(),
        jobs::credits(),
        history(),
        plan(),
        upgrade(),
        brand::brand(),
        apikey(),
        link(),
        help(),
        operators::admin(),
        make_of_this(),
    ]
}

/// Every command as it is registered, with what Discord shows of it in each language.
///
/// # Errors
/// When a command has no JSON: a defect.
pub(super) fn registration() -> Result<serde_json::Value, serde_json::Error> {
    let commands = poise::builtins::create_application_commands(&all());
    let mut commands = serde_json::to_value(commands)?;
    hints::add_to(&mut commands);
    Ok(commands)
}

/// Answers with a command's card, for the person alone.
pub(super) async fn privately(ctx: Context<'_>, command: Command, files: Vec<Attachment>) -> Done {
    let asked = Asked::from(ctx.interaction);
    ctx.data().converse(asked, Acknowledged::Privately, command, files).await;
    Ok(())
}

/// The same for what could not even be read.
pub(super) async fn read_or_refuse(ctx: Context<'_>, command: Result<Command, UserError>) -> Done {
    match command {
        Ok(command) => privately(ctx, command, Vec::new()).await,
        Err(refusal) => {
            let (bot, asked) = (ctx.data(), Asked::from(ctx.interaction));
            if let Some(turn) = bot.acknowledge(&asked, Acknowledged::Privately).await {
                bot.refuse(&asked, &turn, &refusal.message).await;
            }
            Ok(())
        }
    }
}

/// Make a video of one sentence.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
#[expect(clippy::too_many_arguments, reason = "Discord has no option that takes several files")]
async fn video(
    ctx: Context<'_>,
    #[min_length = 3]
    #[max_length = 500]
    sentence: String,
    image: Option<Attachment>,
    image2: Option<Attachment>,
    image3: Option<Attachment>,
    image4: Option<Attachment>,
    image5: Option<Attachment>,
    image6: Option<Attachment>,
) -> Done {
    let files = [image, image2, image3, image4, image5, image6].into_iter().flatten().collect();
    let asked = Asked::from(ctx.interaction);
    let command = Command::Video { sentence };
    ctx.data().converse(asked, Acknowledged::Openly, command, files).await;
    Ok(())
}

/// Look through your videos, newest first.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn history(
    ctx: Context<'_>,
    #[min = 1]
    #[max = 10000]
    page: Option<u32>,
) -> Done {
    privately(ctx, Command::History { page: page.unwrap_or(1).max(1) }, Vec::new()).await
}

/// See your plan, what is left of it, and your credits.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn plan(ctx: Context<'_>) -> Done {
    privately(ctx, Command::Plan, Vec::new()).await
}

/// See what other plans offer.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn upgrade(ctx: Context<'_>) -> Done {
    privately(ctx, Command::Upgrade, Vec::new()).await
}

/// Get a key for programs of your own.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn apikey(ctx: Context<'_>) -> Done {
    privately(ctx, Command::ApiKey, Vec::new()).await
}

/// Use one account in several chats: get a code, or hand one in.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn link(ctx: Context<'_>, #[max_length = 20] code: Option<String>) -> Done {
    privately(ctx, Command::Link { code }, Vec::new()).await
}

/// What to choose from while something is typed.
async fn suggested(ctx: Context<'_>, kind: Kind, typed: &str) -> CreateAutocompleteResponse {
    let (bot, asked) = (ctx.data(), Asked::from(ctx.interaction));
    let actor = bot.actor(&asked);
    bot.suggestions.of(kind, &bot.front.desk, &actor, asked.user, typed).await
}

/// What can be asked here; what one can ask about is what is registered.
async fn topics(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let typed = typed.trim_start_matches('/').to_lowercase();
    let fitting = offered(false).filter(|verb| verb.name.starts_with(&typed));
    let tongue = tongue(ctx);
    fitting.fold(CreateAutocompleteResponse::new(), |answer, verb| {
        answer.add_string_choice(
            format!("/{}: {}", verb.name, words::verb(tongue, verb.name)),
            verb.name,
        )
    })
}

/// See what Cutline can do, or more about one command.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn help(ctx: Context<'_>, #[autocomplete = "topics"] command: Option<String>) -> Done {
    let command = match command {
        Some(topic) => command::parse_in(tongue(ctx), &format!("/help {topic}")),
        None => Ok(Command::Help(None)),
    };
    read_or_refuse(ctx, command).await
}

/// The verbs of the shared table that are slash commands here.
pub(super) fn offered(operator: bool) -> impl Iterator<Item = &'static verbs::Verb> {
    const OFFERED: [&str; 15] = [
        "video", "status", "cancel", "again", "script", "captions", "credits", "history", "plan",
        "upgrade", "brand", "apikey", "link", "help", "admin",
    ];
    let here = |verb: &&verbs::Verb| OFFERED.contains(&verb.name);
    verbs::ALL.iter().filter(here).filter(move |verb| operator || verb.name != "admin")
}

/// The message command: somebody's words become the sentence, their pictures the pictures.
#[poise::command(
    context_menu_command = "Make a video of this",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn make_of_this(ctx: Context<'_>, message: Message) -> Done {
    let (bot, asked) = (ctx.data(), Asked::from(ctx.interaction));
    let sentence = words_of(&message);
    if sentence.is_empty() {
        if let Some(turn) = bot.acknowledge(&asked, Acknowledged::Privately).await {
            bot.refuse(&asked, &turn, &say!(asked.tongue(), "no-words")).await;
        }
        return Ok(());
    }
    let is_picture = |file: &Attachment| {
        file.content_type.as_deref().is_some_and(|kind| kind.starts_with("image/"))
    };
    let files = message.attachments.into_iter().filter(is_picture).take(12).collect();
    bot.converse(asked, Acknowledged::Openly, Command::Video { sentence }, files).await;
    Ok(())
}

/// What a message says: its text, or where a bot wrote it, its first embed's.
fn words_of(message: &Message) -> String {
    let text = message.content.trim();
    if !text.is_empty() {
        return text.to_owned();
    }
    let embed = message.embeds.first();
    let said = embed.and_then(|embed| embed.description.clone().or_else(|| embed.title.clone()));
    said.unwrap_or_default().trim().to_owned()
}

/// Help as far as it is true here: the conversation's own, without verbs that Discord has no use
/// for.
pub(super) fn help_card(tongue: Tongue, operator: bool) -> cutline_core::card::Card {
    let mut card = conversation::help(tongue, Platform::Discord, None, operator);
    let kept: Vec<&str> = offered(operator).map(|verb| verb.name).collect();
    card.lines.retain(|line| match line.strip_prefix('/') {
        Some(rest) => rest.split([' ', ':']).next().is_some_and(|name| kept.contains(&name)),
        None => true,
    });
    card
}
