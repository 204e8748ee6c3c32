//! Stage 10, `imagery`: one picture (or clip, or drawing) for every shot. This stage cannot fail:
//! the person's own pictures come first, then photographs and pictures made to order where there
//! are keys for them, then the illustrator, and what nobody can show is set in type.

mod avatars;
mod candidates;
mod casting;
mod character;
mod filmed;
mod focus;
mod layout;
mod library;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cutline_compositor::{clip::ClipEnd, story::Composition};
use serde::{Deserialize, Serialize};

use crate::{
    blob::{Blob, Blobs},
    context::{StageContext, StageError},
    providers::{Illustrations, Source},
    tasks,
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 8;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `queries`.
    pub queries: super::queries::Queries,
}

/// One picture a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imagery {
    /// Same order as the shots.
    pub shots: Vec<ShotImagery>,
    /// One a speaker, for conversations.
    pub avatars: Vec<Option<Drawn>>,
    /// The thing that talks, in a cartoon; none where there is none, or the illustrator knows it
    /// not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<Drawn>,
}

/// A shot's picture and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotImagery {
    /// The shot's id.
    pub shot: u32,
    /// The picture.
    pub picture: Picture,
    /// "upload", "unsplash", "openai", "fal", "pexels", "heygen", "veo", "illustrator", "card".
    pub origin: String,
    /// Licence and credit.
    pub source: Option<Source>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "is_free")]
    pub cost_microusd: u64,
}

fn is_free(cost_microusd: &u64) -> bool {
    *cost_microusd == 0
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// Illustrations.
    Drawing {
        /// The subject.
        hero: Drawn,
        /// Up to three.
        relatives: Vec<Drawn>,
        /// Layout.
        composition: Composition,
    },
    /// A photograph.
    Photo {
        /// The picture.
        blob: Blob,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// Point of interest, 0–1.
        focus: [f32; 2],
    },
    /// A moving picture, shown without its sound.
    Clip {
        /// The clip: MP4, H.264 or HEVC, no side over [`crate::encode::clip::SIDE_PX_MAX`].
        blob: Blob,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// Its length.
        length_ms: u32,
        /// What of it the shot begins with, milliseconds from its start.
        from_ms: u32,
        /// What is shown when it is over before the shot.
        ends: ClipEnd,
        /// Point of interest, 0–1.
        focus: [f32; 2],
    },
    /// Type only.
    Card,
}

/// An illustration as a stored SVG document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// Id in its set.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// The document.
    pub svg: Blob,
    /// First byte of the word in the narration that names it; it enters on that word.
    pub span_start: Option<usize>,
}

/// Finds a picture for every shot. A shot for which nothing is found, or whose search fails, is set
/// in type; the others are untouched by it.
///
/// # Errors
/// [`StageError::Cancelled`] only.
pub async fn run(input: &Input, context: &StageContext) -> Result<Imagery, StageError> {
    if let Some(filmed) = filmed::of(input, context) {
        return Ok(filmed);
    }
    let photos = photos(input, context).await?;
    context.progress.set(0.2);
    let places = |photos: &[Option<ShotImagery>]| -> Vec<usize> {
        let open = photos.iter().enumerate().filter(|(_, photo)| photo.is_none());
        open.map(|(at, _)| at).collect()
    };
    let mut photos = photos;
    for (at, chosen) in library::find(input, &places(&photos), context).await {
        photos[at] = Some(ShotImagery {
            shot: input.queries.shots[at].shot,
            picture: chosen.picture,
            origin: chosen.origin,
            source: chosen.source,
            cost_microusd: chosen.cost_microusd,
        });
    }
    cancelled(context)?;
    let open = places(&photos);
    let searches = open.iter().map(|at| {
        let found = candidates::of_shot(input, *at, context);
        async move { (*at, found.await) }
    });
    let mut found = vec![Vec::new(); input.queries.shots.len()];
    for (at, candidates) in futures::future::join_all(searches).await {
        found[at] = candidates;
    }
    cancelled(context)?;
    context.progress.set(0.7);
    let cast =
        casting::cast(input, &found, &photos.iter().map(Option::is_some).collect::<Vec<_>>());
    let mut shots = Vec::with_capacity(photos.len());
    for ((query, photo), scene) in input.queries.shots.iter().zip(photos).zip(cast) {
        cancelled(context)?;
        let drawn = match (&photo, scene) {
            (None, Some(scene)) => draw(scene, context).await,
            _ => None,
        };
        shots.push(photo.unwrap_or_else(|| shot_imagery(query.shot, drawn, context)));
    }
    let avatars = avatars::find(input, context).await;
    let character = character::find(input, context).await;
    if let Some(set) = &context.providers.illustrations {
        set.unload();
    }
    cancelled(context)?;
    context.progress.set(1.0);
    Ok(Imagery { shots, avatars, character })
}

fn cancelled(context: &StageContext) -> Result<(), StageError> {
    if context.cancel.is_cancelled() { Err(StageError::Cancelled) } else { Ok(()) }
}

/// The person's own pictures, spread evenly over the shots, the first on the first; each once.
async fn photos(
    input: &Input,
    context: &StageContext,
) -> Result<Vec<Option<ShotImagery>>, StageError> {
    let shots = input.queries.shots.len();
    let mut photos = vec![None; shots];
    let uploads = &input.intent.images[..input.intent.images.len().min(shots)];
    for (at, upload) in uploads.iter().enumerate() {
        cancelled(context)?;
        let (blobs, blob) = (context.blobs.clone(), upload.blob.clone());
        let focus = tasks::blocking(move || focus::of_picture(&blobs.read(&blob).ok()?)).await;
        match focus {
            Ok(Some(focus)) => {
                let place = at * shots / uploads.len();
                let picture = Picture::Photo {
                    blob: upload.blob.clone(),
                    width_px: upload.width_px,
                    height_px: upload.height_px,
                    focus,
                };
                photos[place] = Some(ShotImagery {
                    shot: input.queries.shots[place].shot,
                    picture,
                    origin: "upload".to_owned(),
                    source: None,
                    cost_microusd: 0,
                });
            }
            _ => {
                tracing::warn!(name = upload.name, "an upload cannot be shown; it is drawn instead")
            }
        }
    }
    Ok(photos)
}

/// Stores a scene's documents; `None` when the hero cannot be had.
async fn draw(scene: casting::CastScene, context: &StageContext) -> Option<Picture> {
    let set = Arc::clone(context.providers.illustrations.as_ref()?);
    let blobs = context.blobs.clone();
    let drawn = tasks::blocking(move || {
        let hero = store(&*set, &blobs, &scene.hero)?;
        let relatives: Vec<Drawn> =
            scene.relatives.iter().filter_map(|one| store(&*set, &blobs, one)).collect();
        let composition = layout::supported(scene.composition, relatives.len());
        Some(Picture::Drawing { hero, relatives, composition })
    });
    drawn.await.ok().flatten()
}

/// Stores one illustration's document.
fn store(set: &dyn Illustrations, blobs: &Blobs, one: &candidates::Candidate) -> Option<Drawn> {
    let svg = blobs.put(set.svg(&one.id)?.as_bytes(), "svg").ok()?;
    Some(Drawn { id: one.id.clone(), name: one.name.clone(), svg, span_start: one.span_start })
}

fn shot_imagery(shot: u32, drawn: Option<Picture>, context: &StageContext) -> ShotImagery {
    let set = context.providers.illustrations.as_ref();
    let (picture, origin, source) = match drawn {
        Some(picture) => (picture, "illustrator", set.map(|set| set.source())),
        None => (Picture::Card, "card", None),
    };
    ShotImagery { shot, picture, origin: origin.to_owned(), source, cost_microusd: 0 }
}
