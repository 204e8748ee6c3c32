//! `/brand` and what is below it.

use serenity::model::channel::Attachment;

use super::{Context, Done, privately, read_or_refuse, tongue};
use crate::command::{self, BrandCommand, Command};

/// Your logo, colours, and phrases to use or avoid.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel",
    subcommands("show", "colours", "require", "ban", "logo", "photo", "clear"),
    subcommand_required
)]
pub(super) async fn brand(_ctx: Context<'_>) -> Done {
    Ok(())
}

async fn change(ctx: Context<'_>, command: BrandCommand, files: Vec<Attachment>) -> Done {
    privately(ctx, Command::Brand(command), files).await
}

/// See your brand kit as it is.
#[poise::command(slash_command)]
async fn show(ctx: Context<'_>) -> Done {
    change(ctx, BrandCommand::Show, Vec::new()).await
}

/// Set one or two colours.
#[poise::command(slash_command)]
async fn colours(
    ctx: Context<'_>,
    #[max_length = 20] first: String,
    #[max_length = 20] second: Option<String>,
) -> Done {
    let colours = [Some(first), second].into_iter().flatten().collect();
    change(ctx, BrandCommand::Colours(colours), Vec::new()).await
}

/// Set the phrases that every video says or shows.
#[poise::command(slash_command)]
async fn require(ctx: Context<'_>, #[max_length = 700] phrases: String) -> Done {
    read_or_refuse(ctx, command::parse_in(tongue(ctx), &format!("/brand require {phrases}"))).await
}

/// Set the phrases that no video may say.
#[poise::command(slash_command)]
async fn ban(ctx: Context<'_>, #[max_length = 700] phrases: String) -> Done {
    read_or_refuse(ctx, command::parse_in(tongue(ctx), &format!("/brand ban {phrases}"))).await
}

/// Set your logo.
#[poise::command(slash_command)]
async fn logo(ctx: Context<'_>, picture: Attachment) -> Done {
    // The first (and only) file of this interaction.
    change(ctx, BrandCommand::Logo("0".into()), vec![picture]).await
}

/// Add a product photo; there can be five.
#[poise::command(slash_command)]
async fn photo(ctx: Context<'_>, picture: Attachment) -> Done {
    change(ctx, BrandCommand::Photo("0".into()), vec![picture]).await
}

/// Forget your brand kit.
#[poise::command(slash_command)]
async fn clear(ctx: Context<'_>) -> Done {
    change(ctx, BrandCommand::Clear, Vec::new()).await
}
