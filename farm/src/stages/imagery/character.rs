//! The thing that talks: the illustrator's own drawing of what the person named, or none.

use std::sync::Arc;

use super::{Drawn, Input, candidates::Candidate, store};
use crate::{
    context::StageContext,
    providers::{Illustration, Illustrations},
    tasks,
};

/// A drawing that fits less well shows something else.
const FIT_MIN: f32 = 0.55;

/// The character's drawing.
pub(super) async fn find(input: &Input, context: &StageContext) -> Option<Drawn> {
    let name = input.intent.character.as_ref()?.name.clone();
    let set = context.providers.illustrations.as_ref().map(Arc::clone)?;
    let (blobs, language) = (context.blobs.clone(), input.intent.language.clone());
    let search = tasks::blocking(move || {
        let Illustration { id, name, .. } = body(&*set, &name, &language)?;
        let one = Candidate {
            id,
            name,
            keyword: 0,
            fit: 1.0,
            score: 1.0,
            span_start: None,
            subject: true,
        };
        store(&*set, &blobs, &one)
    });
    search.await.ok().flatten()
}

/// The best drawing of a thing: of all that it is called, else of its last word, which says what
/// kind of thing it is ("coffee mug": a mug).
fn body(set: &dyn Illustrations, name: &str, language: &str) -> Option<Illustration> {
    let kind = name.split_whitespace().next_back().unwrap_or(name);
    [name, kind].iter().find_map(|phrase| {
        let found = set.find(phrase, language, 4).into_iter();
        found.filter(|one| one.score >= FIT_MIN).max_by(|a, b| a.score.total_cmp(&b.score))
    })
}
