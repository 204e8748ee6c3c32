//! Pictures that people attached: fetched from Discord, and from nowhere else.

use std::{sync::Arc, time::Duration};

use cutline_core::{error::UserError, words::Tongue};
use serenity::model::channel::Attachment;

use super::rest::{Rest, RestError};
use crate::{
    conversation::{Picture, Pictures},
    words::say,
};

/// Larger files are not even fetched; the desk's own limit is stricter or the same.
const FILE_BYTES_MAX: usize = 32 << 20;
/// Where Discord keeps attachments (docs: "CDN Endpoints").
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
const TRIES_MAX: u32 = 3;
const PAUSE: Duration = Duration::from_millis(400);

/// The files of one interaction, by number.
#[derive(Clone, Debug)]
pub(super) struct Attachments {
    pub(super) rest: Arc<Rest>,
    pub(super) files: Vec<Attachment>,
    /// For whoever sent them.
    pub(super) tongue: Tongue,
}

impl Attachments {
    /// What the turn calls them.
    pub(super) fn names(&self) -> Vec<String> {
        (0..self.files.len()).map(|number| number.to_string()).collect()
    }
}

impl Pictures for Attachments {
    async fn fetch(&self, named: &str) -> Result<Picture, UserError> {
        let file = named.parse::<usize>().ok().and_then(|number| self.files.get(number));
        let Some(file) = file else {
            return Err(UserError::validation("images", say!(self.tongue, "attach-here")));
        };
        let shown: String = file.filename.chars().take(80).collect();
        let refuse = |why: String| UserError::validation("images", why);
        let (tongue, name) = (self.tongue, shown.as_str());
        let too_large = || {
            let most = FILE_BYTES_MAX >> 20;
            refuse(say!(tongue, "picture-too-large", name = name, most = most))
        };
        let unreadable = || refuse(say!(tongue, "picture-unreadable", name = name));
        if file.size as usize > FILE_BYTES_MAX {
            return Err(too_large());
        }
        let Some(address) = self.trusted(&file.url) else {
            tracing::error!("an attachment is not at Discord");
            return Err(unreadable());
        };
        let mut tries = 0;
        loop {
            tries += 1;
            match self.rest.download(address.clone(), FILE_BYTES_MAX).await {
                Ok(Some(bytes)) => return Ok(Picture { name: file.filename.clone(), bytes }),
                Ok(None) => return Err(too_large()),
                Err(RestError::Lost(why)) if tries < TRIES_MAX => {
                    tracing::debug!(why, "an attachment is fetched again");
                    tokio::time::sleep(PAUSE * tries).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "an attachment cannot be fetched");
                    return Err(unreadable());
                }
            }
        }
    }
}

impl Attachments {
    /// The address, where it is one of Discord's: what an event says is not followed anywhere.
    fn trusted(&self, address: &str) -> Option<reqwest::Url> {
        let address = reqwest::Url::parse(address).ok()?;
        let discord = address.scheme() == "https"
            && address.host_str().is_some_and(|host| HOSTS.contains(&host));
        let configured = reqwest::Url::parse(self.rest.address()).ok()?;
        (discord || address.origin() == configured.origin()).then_some(address)
    }
}
