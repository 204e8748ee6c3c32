//! Commands about one video, named by its reference, which is suggested while it is typed.

use cutline_core::{error::UserError, job::JobRef};
use serenity::builder::CreateAutocompleteResponse;

use super::{Context, Done, read_or_refuse, suggested, tongue};
use crate::{
    command::{self, Command},
    discord::{asked::Asked, bot::Acknowledged, suggestions::Kind},
};

fn job(ctx: Context<'_>, typed: Option<&str>) -> Result<Option<JobRef>, UserError> {
    typed.map(|typed| command::reference(tongue(ctx), typed)).transpose()
}

/// A command about the video that was named, or the latest.
async fn about(
    ctx: Context<'_>,
    named: Option<String>,
    command: fn(Option<JobRef>) -> Command,
) -> Done {
    read_or_refuse(ctx, job(ctx, named.as_deref()).map(command)).await
}

/// Jobs to choose from.
async fn jobs(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggested(ctx, Kind::Own, typed).await
}

/// See how a video is coming along.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn status(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    about(ctx, video, Command::Status).await
}

/// Stop making a video; what it cost comes back.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn cancel(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    about(ctx, video, Command::Cancel).await
}

/// Make another take of the same sentence.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn again(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    match job(ctx, video.as_deref()) {
        Ok(video) => {
            let asked = Asked::from(ctx.interaction);
            let command = Command::Again(video);
            ctx.data().converse(asked, Acknowledged::Openly, command, Vec::new()).await;
            Ok(())
        }
        Err(refusal) => read_or_refuse(ctx, Err(refusal)).await,
    }
}

/// Read what is said in a video.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn script(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    about(ctx, video, Command::Script).await
}

/// Read the captions of a video.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn captions(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    about(ctx, video, Command::Captions).await
}

/// See whose pictures and sounds a video uses.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub(super) async fn credits(
    ctx: Context<'_>,
    #[autocomplete = "jobs"] video: Option<String>,
) -> Done {
    about(ctx, video, Command::Credits).await
}
