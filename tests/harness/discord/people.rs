//! Who and what there is in Discord: people, guilds, channels; and what people do without the bot's
//! hearing of it: write, delete, block.

use std::time::Instant;

use super::{
    Discord,
    state::{ATTACHMENT_BYTES_MAX, Channel, ChannelKind, Guild, Id, Message, User, permission},
};

/// A file to attach.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Discord {
    /// A new person, who reads English and has installed nothing.
    pub fn user(&self, name: &str) -> Id {
        let mut state = self.shared.state();
        let id = state.id();
        let user = User {
            name: name.to_owned(),
            locale: "en-US".to_owned(),
            installed: false,
            blocks: false,
        };
        state.users.insert(id, user);
        id
    }

    /// A new guild with the bot in it.
    pub fn guild(&self) -> Id {
        let mut state = self.shared.state();
        let id = state.id();
        let guild = Guild { has_bot: true, attachment_bytes_max: ATTACHMENT_BYTES_MAX };
        state.guilds.insert(id, guild);
        id
    }

    /// A new text channel, in which the bot may do what the documentation asks for.
    pub fn channel(&self, guild: Id) -> Id {
        self.place(ChannelKind::Text, Some(guild), None, None)
    }

    /// A new thread below a channel.
    pub fn thread(&self, guild: Id, parent: Id) -> Id {
        self.place(ChannelKind::Thread, Some(guild), Some(parent), None)
    }

    /// Somebody's direct messages with the bot.
    pub fn bot_dm(&self, user: Id) -> Id {
        self.place(ChannelKind::BotDm, None, None, Some(user))
    }

    /// Somebody's direct messages with a friend, where the bot is not.
    pub fn private_dm(&self, user: Id) -> Id {
        self.place(ChannelKind::PrivateDm, None, None, Some(user))
    }

    fn place(
        &self,
        kind: ChannelKind,
        guild: Option<Id>,
        parent: Option<Id>,
        person: Option<Id>,
    ) -> Id {
        let mut state = self.shared.state();
        let id = state.id();
        let permissions = permission::GRANTED;
        let channel = Channel { id, kind, guild, parent, permissions, deleted: false, person };
        state.channels.insert(id, channel);
        id
    }

    /// The bot's permissions in a channel, from now on.
    pub fn permit(&self, channel: Id, permissions: u64) {
        if let Some(channel) = self.shared.state().channels.get_mut(&channel) {
            channel.permissions = permissions;
        }
    }

    /// The bot is no member of the guild any more; with `back`, it is again.
    pub fn membership(&self, guild: Id, member: bool) {
        if let Some(guild) = self.shared.state().guilds.get_mut(&guild) {
            guild.has_bot = member;
        }
    }

    /// The largest attachment in a guild, from now on.
    pub fn attachment_limit(&self, guild: Id, bytes: u64) {
        if let Some(guild) = self.shared.state().guilds.get_mut(&guild) {
            guild.attachment_bytes_max = bytes;
        }
    }

    /// Somebody installs the app for themselves.
    pub fn install(&self, user: Id) {
        if let Some(user) = self.shared.state().users.get_mut(&user) {
            user.installed = true;
        }
    }

    /// Somebody takes no more direct messages from the bot.
    pub fn block(&self, user: Id) {
        if let Some(user) = self.shared.state().users.get_mut(&user) {
            user.blocks = true;
        }
    }

    /// Somebody's language.
    pub fn speaks(&self, user: Id, locale: &str) {
        if let Some(user) = self.shared.state().users.get_mut(&user) {
            locale.clone_into(&mut user.locale);
        }
    }

    /// Somebody writes a message.
    pub fn write(&self, user: Id, channel: Id, content: &str, files: &[Upload]) -> Id {
        let mut state = self.shared.state();
        let id = state.id();
        let attachments = files
            .iter()
            .map(|file| state.attach(channel, &file.name, file.bytes.clone()))
            .collect();
        let message = Message {
            id,
            channel,
            author: user,
            content: content.to_owned(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments,
            flags: 0,
            nonce: None,
            reply_to: None,
            edits: 0,
            changed: Instant::now(),
            deleted: false,
            interaction: None,
        };
        state.messages.insert(id, message);
        id
    }

    /// Somebody deletes a message.
    pub fn delete(&self, message: Id) {
        super::messages::delete(&mut self.shared.state(), message);
    }
}
