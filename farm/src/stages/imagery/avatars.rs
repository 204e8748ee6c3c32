//! Pictures of those who talk to each other: faces rather than bodies, no two the same.

use std::sync::Arc;

use super::{Drawn, Input, candidates::Candidate, store};
use crate::{
    context::StageContext,
    providers::{Illustration, Illustrations},
    tasks,
};

/// Faces for those whose kind says nothing.
const ANYBODY: [&str; 6] = ["person", "woman", "man", "person-beard", "woman-blonde-hair", "child"];
/// A face that fits less well is somebody else's.
const FIT_MIN: f32 = 0.55;

/// One a speaker, in order; empty where a narrator speaks.
pub(super) async fn find(input: &Input, context: &StageContext) -> Vec<Option<Drawn>> {
    let speakers = input.intent.speakers.clone();
    let Some(set) = context.providers.illustrations.as_ref().map(Arc::clone) else {
        return vec![None; speakers.len()];
    };
    let (blobs, language) = (context.blobs.clone(), input.intent.language.clone());
    let count = speakers.len();
    let search = tasks::blocking(move || {
        let mut used: Vec<String> = Vec::new();
        let mut avatars = Vec::with_capacity(speakers.len());
        for speaker in &speakers {
            let face = face(&*set, &speaker.kind, &language, &used);
            used.extend(face.iter().map(|face| face.id.clone()));
            avatars.push(face.and_then(|face| store(&*set, &blobs, &face)));
        }
        avatars
    });
    search.await.unwrap_or_else(|_| vec![None; count])
}

fn face(set: &dyn Illustrations, kind: &str, language: &str, used: &[String]) -> Option<Candidate> {
    let faces = set.find(&format!("{kind} face"), "en", 3);
    let named = format!("{}-face", kind.to_lowercase());
    let exact = faces.into_iter().find(|face| face.id == named);
    let things = set.find(kind, language, 6);
    let fits =
        |one: &Illustration| one.score >= FIT_MIN && !used.contains(&one.id) && !is_body(&one.id);
    let found = exact.filter(fits).or_else(|| things.into_iter().find(fits));
    let (id, name) = match found {
        Some(found) => (found.id, found.name),
        None => {
            let anybody = ANYBODY.iter().find(|id| !used.iter().any(|known| known == *id))?;
            ((*anybody).to_owned(), anybody.replace('-', " "))
        }
    };
    Some(Candidate { id, name, keyword: 0, fit: 1.0, score: 1.0, span_start: None, subject: true })
}

/// Whole figures and crowds make poor faces.
fn is_body(id: &str) -> bool {
    const BODIES: [&str; 7] =
        ["standing", "walking", "running", "kneeling", "silhouette", "hugging", "shrugging"];
    BODIES.iter().any(|body| id.contains(body))
}
