//! What people see in Discord: answers, messages, files, suggestions.

use anyhow::Result;
use serde_json::Value;

use super::{
    Discord,
    state::{Channel, ChannelKind, Id, Message},
};
use crate::tasks::eventually;

impl Discord {
    /// The message that answers an interaction, once it says something.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn answer(&self, interaction: Id) -> Result<Message> {
        eventually(&format!("an answer to {interaction}"), async || {
            Ok(self.original(interaction).filter(|message| !message.is_loading()))
        })
        .await
    }

    /// The message that answers an interaction, as it is now.
    #[must_use]
    pub fn original(&self, interaction: Id) -> Option<Message> {
        let state = self.shared.state();
        let original = state.interactions.get(&interaction)?.original?;
        state.messages.get(&original).filter(|message| !message.deleted).cloned()
    }

    /// Every message that belongs to an interaction, its original first.
    #[must_use]
    pub fn answers(&self, interaction: Id) -> Vec<Message> {
        let state = self.shared.state();
        let theirs =
            |m: &&Message| !m.deleted && m.interaction.is_some_and(|(id, _)| id == interaction);
        state.messages.values().filter(theirs).cloned().collect()
    }

    /// The suggestions for an interaction, once they are there: what is shown, what is meant.
    ///
    /// # Errors
    /// When there are none in time.
    pub async fn suggestions(&self, interaction: Id) -> Result<Vec<(String, String)>> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        eventually("suggestions", async || {
            let state = self.shared.state();
            let choices = state.interactions.get(&interaction).and_then(|i| i.choices.as_ref());
            let choices = choices.and_then(Value::as_array);
            Ok(choices.map(|choices| {
                choices.iter().map(|c| (word(&c["name"]), word(&c["value"]))).collect()
            }))
        })
        .await
    }

    /// How long the bot took to acknowledge an interaction; `None` while it has not.
    #[must_use]
    pub fn acknowledged(&self, interaction: Id) -> Option<std::time::Duration> {
        let state = self.shared.state();
        let interaction = state.interactions.get(&interaction)?;
        Some(interaction.answered?.0 - interaction.began)
    }

    /// How long it took until an interaction's message said something; `None` while it does not.
    #[must_use]
    pub fn shown(&self, interaction: Id) -> Option<std::time::Duration> {
        let state = self.shared.state();
        let interaction = state.interactions.get(&interaction)?;
        Some(interaction.shown? - interaction.began)
    }

    /// The messages that people see in a channel, oldest first.
    #[must_use]
    pub fn messages(&self, channel: Id) -> Vec<Message> {
        let state = self.shared.state();
        let there = |m: &&Message| m.channel == channel && !m.deleted;
        state.messages.values().filter(there).cloned().collect()
    }

    /// A message as it is now, unless it was deleted.
    #[must_use]
    pub fn message(&self, message: Id) -> Option<Message> {
        self.shared.state().messages.get(&message).filter(|m| !m.deleted).cloned()
    }

    /// The bytes of an attached file.
    #[must_use]
    pub fn file(&self, message: Id, name: &str) -> Option<Vec<u8>> {
        let state = self.shared.state();
        let attachments = &state.messages.get(&message)?.attachments;
        let file = attachments.iter().find(|file| file["filename"] == name)?;
        state.files.get(&file["id"].as_str()?.parse().ok()?).cloned()
    }

    /// The direct messages that somebody got from the bot.
    #[must_use]
    pub fn received(&self, user: Id) -> Vec<Message> {
        let channels: Vec<Id> = {
            let state = self.shared.state();
            let theirs = |c: &&Channel| c.kind == ChannelKind::BotDm && c.person == Some(user);
            state.channels.values().filter(theirs).map(|channel| channel.id).collect()
        };
        channels.into_iter().flat_map(|channel| self.messages(channel)).collect()
    }

    /// Names of the registered slash commands, and of the context commands.
    #[must_use]
    pub fn registered(&self) -> Vec<Value> {
        self.shared.state().commands.clone()
    }
}
