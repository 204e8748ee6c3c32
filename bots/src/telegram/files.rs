//! Pictures as Telegram keeps them: fetched by their file's id, which is what a turn names them by.

use std::{collections::HashMap, time::Duration};

use cutline_core::{error::UserError, words::Tongue};
use futures::StreamExt;
use teloxide::{net::Download, prelude::Requester, types::FileId};

use super::{api::Telegram, understood::PictureFile};
use crate::{
    conversation::{Picture, Pictures},
    words::say,
};

/// What Telegram lets bots fetch (core.telegram.org/bots/api#getfile).
const FILE_BYTES_MAX: u64 = 20_000_000;
/// Fetching one takes no longer.
const FETCH_MAX: Duration = Duration::from_secs(40);

/// The pictures of one message.
#[derive(Clone)]
pub(super) struct Attached {
    telegram: Telegram,
    files: HashMap<String, PictureFile>,
    tongue: Tongue,
}

impl Attached {
    pub(super) fn new(telegram: Telegram, picture: Option<&PictureFile>, tongue: Tongue) -> Self {
        let files = picture.map(|file| (file.id.clone(), file.clone())).into_iter().collect();
        Self { telegram, files, tongue }
    }

    async fn download(&self, file: &PictureFile) -> Result<Vec<u8>, String> {
        let bot = self.telegram.bot();
        let found = bot.get_file(FileId(file.id.clone())).await.map_err(|e| e.to_string())?;
        let told = file.bytes.unwrap_or(0).min(FILE_BYTES_MAX);
        let mut bytes = Vec::with_capacity(told as usize);
        let mut coming = bot.download_file_stream(&found.path);
        while let Some(some) = coming.next().await {
            // The address of a file has the token in it.
            bytes.extend_from_slice(&some.map_err(|error| error.without_url().to_string())?);
            if bytes.len() as u64 > FILE_BYTES_MAX {
                return Err("it is larger than was said".into());
            }
        }
        Ok(bytes)
    }
}

impl Pictures for Attached {
    async fn fetch(&self, named: &str) -> Result<Picture, UserError> {
        let tongue = self.tongue;
        let refuse = |why: String| Err(UserError::validation("images", why));
        let Some(file) = self.files.get(named) else {
            return refuse(say!(tongue, "send-picture-here"));
        };
        if file.bytes.is_some_and(|bytes| bytes > FILE_BYTES_MAX) {
            return refuse(say!(tongue, "telegram-too-large"));
        }
        match tokio::time::timeout(FETCH_MAX, self.download(file)).await {
            Ok(Ok(bytes)) => Ok(Picture { name: file.name.clone(), bytes }),
            Ok(Err(error)) => {
                tracing::warn!(error, "a picture cannot be fetched from Telegram");
                refuse(say!(tongue, "telegram-refused"))
            }
            Err(_) => refuse(say!(tongue, "telegram-slow")),
        }
    }
}
