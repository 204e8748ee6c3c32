//! Pictures that people send: with words, before their words, or as an album.

use cutline_core::{error::UserError, job::UploadRef, store::KeptPicture};

use super::{Asked, Receiver};
use crate::{
    chat::pictures, conversation::Pictures, telegram::understood::Said, words::pictures_ready,
};

impl Receiver {
    /// One part of an album; whoever finds it complete answers for all of it.
    pub(super) async fn album(
        &self,
        asked: &Asked<'_>,
        said: &Said,
        picture: &str,
        album: &str,
    ) -> Result<(), UserError> {
        let store = &self.front().store;
        let scope = pictures::album(&format!("{}:{album}", asked.address.conversation()));
        let image = match self.upload(asked, picture).await {
            Ok(image) => Some(image),
            Err(refusal) => {
                self.refuse(asked.address, asked.actor.tongue(), &refusal).await;
                None
            }
        };
        let words = Some(said.text.clone()).filter(|text| !text.is_empty());
        let part = KeptPicture { part: part(said.message, 0), image, words };
        pictures::keep(store, asked.actor, &scope, &part).await?;
        let Some(all) = pictures::complete(store, asked.actor, &scope).await? else {
            return Ok(());
        };
        let words = all.words.as_deref().unwrap_or_default();
        let done = match with_picture(words, picture) {
            // One of them was refused, and that was said.
            _ if all.images.is_empty() => Ok(()),
            WithPicture::Request(sentence) => self.video(asked, sentence, all.images.clone()).await,
            WithPicture::Command(text) => self.command(asked, &text).await,
            WithPicture::Keep => {
                let mut count = 0;
                for (part, image) in all.named() {
                    count = self.keep_for_next(asked, part.to_owned(), image.clone()).await?;
                }
                self.say(asked.address, &pictures_ready(asked.actor.tongue(), count as usize))
                    .await;
                Ok(())
            }
        };
        pictures::used(store, asked.actor, &scope, &all).await;
        done
    }

    pub(super) async fn upload(
        &self,
        asked: &Asked<'_>,
        picture: &str,
    ) -> Result<UploadRef, UserError> {
        let picture = asked.pictures.fetch(picture).await?;
        self.front().desk.upload(asked.actor, &picture.name, picture.bytes).await
    }

    pub(super) async fn keep_for_next(
        &self,
        asked: &Asked<'_>,
        part: String,
        image: UploadRef,
    ) -> Result<u32, UserError> {
        let scope = pictures::next(&asked.address.conversation());
        let part = KeptPicture { part, image: Some(image), words: None };
        pictures::keep(&self.front().store, asked.actor, &scope, &part).await
    }
}

/// A message's picture by name, in the order in which they came.
pub(super) fn part(message: i32, at: usize) -> String {
    format!("{message:012}/{at}")
}

/// A picture with words.
pub(super) enum WithPicture {
    /// No words: for the next sentence.
    Keep,
    /// What the video is to be about.
    Request(String),
    /// A command that takes the picture.
    Command(String),
}

/// What a caption says about its picture, whose name is `file`.
pub(super) fn with_picture(caption: &str, file: &str) -> WithPicture {
    let caption = caption.trim();
    if caption.is_empty() {
        return WithPicture::Keep;
    }
    let words: Vec<String> =
        caption.split_whitespace().take(3).map(|word| word.to_lowercase()).collect();
    let first = words.first().map_or("", |word| word.split('@').next().unwrap_or_default());
    match (first, words.get(1).map(String::as_str), words.len()) {
        ("/image", None, _) => WithPicture::Keep,
        ("/brand", Some("logo" | "photo"), 2) => WithPicture::Command(format!("{caption} {file}")),
        ("/video", Some(_), _) => {
            let sentence = caption.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
            WithPicture::Request(sentence.trim().to_owned())
        }
        (word, _, _) if word.starts_with('/') => WithPicture::Command(caption.to_owned()),
        _ => WithPicture::Request(caption.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_says_what_its_picture_is_for() {
        let read = |caption: &str| match with_picture(caption, "F1") {
            WithPicture::Keep => "keep".to_owned(),
            WithPicture::Request(sentence) => format!("video of {sentence}"),
            WithPicture::Command(text) => text,
        };
        assert_eq!(read(" "), "keep");
        assert_eq!(read("/image"), "keep");
        assert_eq!(read("/image@CutlineBot"), "keep");
        assert_eq!(read("Why bees dance"), "video of Why bees dance");
        assert_eq!(read("/video Why bees dance"), "video of Why bees dance");
        assert_eq!(read("/brand logo"), "/brand logo F1");
        assert_eq!(read("/plan"), "/plan");
    }
}
