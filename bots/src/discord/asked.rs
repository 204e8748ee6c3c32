//! An interaction as far as answering it needs: who asks, where, in which language, and what may be
//! done there.

use serenity::model::{
    application::{
        AuthorizingIntegrationOwner, AuthorizingIntegrationOwners, CommandInteraction,
        ComponentInteraction, InteractionContext,
    },
    channel::{ChannelType, PartialChannel},
    permissions::Permissions,
};

use super::{
    address::{Address, Own, Token, token_until},
    rest::Id,
};
use cutline_core::words::Tongue;

/// Somebody asks for something.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The interaction: the same request always has the same.
    pub(super) id: Id,
    /// Who.
    pub(super) user: Id,
    /// Their language, as Discord names it (`es-ES`).
    pub(super) locale: String,
    /// Where.
    pub(super) address: Address,
    token: String,
}

impl Asked {
    /// What answers it for fifteen minutes.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The language to answer in.
    pub(super) fn tongue(&self) -> Tongue {
        Tongue::of(Some(&self.locale))
    }

    /// The same for the same request, however often it arrives.
    pub(super) fn key(&self) -> String {
        format!("discord:{}", self.id)
    }
}

/// Both kinds have the same fields, and no trait of serenity's says so.
macro_rules! asked_by {
    ($kind:ty) => {
        impl From<&$kind> for Asked {
            fn from(asked: &$kind) -> Self {
                let own = own(
                    asked.guild_id.is_some(),
                    asked.context,
                    &asked.authorizing_integration_owners,
                    asked.app_permissions,
                    asked.channel.as_ref(),
                );
                Self::new(
                    (asked.id.get(), asked.token.clone()),
                    asked.user.id.get(),
                    asked.locale.clone(),
                    asked.channel_id.get(),
                    (own, asked.attachment_size_limit.into()),
                )
            }
        }
    };
}
asked_by!(CommandInteraction);
asked_by!(ComponentInteraction);

impl Asked {
    fn new(
        (id, token): (Id, String),
        user: Id,
        locale: String,
        channel: Id,
        (own, attachment_bytes_max): (Own, u64),
    ) -> Self {
        let kept = Token { secret: token.clone(), until: token_until(id) };
        let address = Address { channel, user, token: Some(kept), own, attachment_bytes_max };
        Self { id, user, locale, address, token }
    }
}

/// What the bot's own token is good for where somebody asks. As the interaction says it: nothing is
/// asked for that could be refused.
fn own(
    in_guild: bool,
    context: Option<InteractionContext>,
    owners: &AuthorizingIntegrationOwners,
    permissions: Option<Permissions>,
    channel: Option<&PartialChannel>,
) -> Own {
    if !in_guild {
        // Direct messages with the bot; those between people are none of ours.
        return if context == Some(InteractionContext::BotDm) { Own::Files } else { Own::Nothing };
    }
    let is_member =
        owners.0.iter().any(|owner| matches!(owner, AuthorizingIntegrationOwner::GuildInstall(_)));
    if !is_member {
        return Own::Nothing;
    }
    let is_thread = channel.is_some_and(|channel| {
        matches!(
            channel.kind,
            ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread
        )
    });
    Own::of(permissions.map_or(0, |permissions| permissions.bits()), is_thread)
}
