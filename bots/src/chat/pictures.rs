//! Pictures that come before their sentence, and albums that come in parts: kept in the database,
//! so that it does not matter which replica got which part, or whether one was killed in between.

use std::time::Duration;

use cutline_core::{
    actor::Actor,
    error::UserError,
    job::UploadRef,
    store::{AlbumClaim, KeptPicture, Store, StoreError},
};

use crate::words::say;

/// No part has come for so long: the album is complete. Platforms hand the parts out one right
/// after the other.
const QUIET: Duration = Duration::from_millis(1_500);
/// How long whoever uses an album may take.
const USING: Duration = Duration::from_secs(30);
/// How often is looked.
const GLANCE: Duration = Duration::from_millis(200);
/// Longer than anything can take: the part is left alone then.
const ALBUM_MAX: Duration = Duration::from_secs(60);

/// Where pictures wait for the next sentence; apart for each conversation of a person.
#[must_use]
pub fn next(conversation: &str) -> String {
    format!("next:{conversation}")
}

/// Where the parts of an album wait for each other.
#[must_use]
pub fn album(id: &str) -> String {
    format!("album:{id}")
}

/// Pictures under a scope, and how to forget them once they are used.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// In the order they came.
    pub images: Vec<UploadRef>,
    /// What was written beside the first of them that has words.
    pub words: Option<String>,
    parts: Vec<String>,
    /// The part that each image came as.
    of: Vec<String>,
}

impl Waiting {
    /// Whether there is nothing, not even a refused picture.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The images with the names of the parts they came as: keeping them elsewhere under the same
    /// names keeps them once, however often that is done.
    pub fn named(&self) -> impl Iterator<Item = (&str, &UploadRef)> {
        self.of.iter().map(String::as_str).zip(&self.images)
    }

    fn of(kept: Vec<KeptPicture>) -> Self {
        let mut waiting = Self::default();
        for picture in kept {
            if let Some(image) = picture.image {
                waiting.images.push(image);
                waiting.of.push(picture.part.clone());
            }
            waiting.words = waiting.words.or(picture.words);
            waiting.parts.push(picture.part);
        }
        waiting
    }
}

/// Keeps a picture.
///
/// # Errors
/// In words for the person.
pub async fn keep(
    store: &Store,
    actor: &Actor,
    scope: &str,
    picture: &KeptPicture,
) -> Result<u32, UserError> {
    store.picture_keep(actor, scope, picture).await.map_err(|error| away(actor, &error))
}

/// What waits under a scope.
///
/// # Errors
/// In words for the person.
pub async fn waiting(store: &Store, actor: &Actor, scope: &str) -> Result<Waiting, UserError> {
    store.pictures_of(actor, scope).await.map(Waiting::of).map_err(|error| away(actor, &error))
}

/// Forgets what was used. Nothing is lost where that fails: the person is asked about the pictures
/// again.
pub async fn used(store: &Store, actor: &Actor, scope: &str, waiting: &Waiting) {
    if waiting.is_empty() {
        return;
    }
    if let Err(error) = store.pictures_drop(actor, scope, &waiting.parts).await {
        tracing::warn!(%error, "used pictures are still kept");
    }
}

/// Waits until an album is complete. One of those who wait for it gets it and calls [`used`]; the
/// others get `None` once it has been used.
///
/// # Errors
/// In words for the person.
pub async fn complete(
    store: &Store,
    actor: &Actor,
    scope: &str,
) -> Result<Option<Waiting>, UserError> {
    let waiting_for = async {
        loop {
            match store.pictures_take(actor, scope, QUIET, USING).await {
                Ok(AlbumClaim::Yes) => return waiting(store, actor, scope).await.map(Some),
                Ok(AlbumClaim::Gone) => return Ok(None),
                Ok(AlbumClaim::Wait) => tokio::time::sleep(GLANCE).await,
                Err(error) => return Err(away(actor, &error)),
            }
        }
    };
    tokio::time::timeout(ALBUM_MAX, waiting_for).await.unwrap_or(Ok(None))
}

fn away(actor: &Actor, error: &StoreError) -> UserError {
    tracing::error!(%error, "pictures cannot be kept");
    UserError {
        code: "UNAVAILABLE".into(),
        field: "images".into(),
        message: say!(actor.tongue(), "picture-not-kept"),
    }
}
