//! Which of a source's offers fits a shot: what its description says, by words and where the model
//! is there by meaning; its orientation and size; and how high the source itself put it.

use crate::{
    context::StageContext, language, providers::PictureOffer, stages::imagery::Input, tasks,
};

/// An offer scoring less shows something else; the next source may do better.
const FIT_MIN: f32 = 0.34;
/// What an offer without any description, or in a language the words are not in, is taken to fit.
const UNKNOWN: f32 = 0.48;
/// What each place further down costs.
const PLACE: f32 = 0.008;
/// Width and height in pixels below which a picture is enlarged to fill the screen.
const COVER_PX: (f32, f32) = (1080.0, 1920.0);

/// Fitting offers, best first. Those made to order always fit.
pub(super) async fn ranked(
    input: &Input,
    at: usize,
    offers: Vec<PictureOffer>,
    made: bool,
    context: &StageContext,
) -> Vec<PictureOffer> {
    if made {
        return offers;
    }
    let meant = meanings(input, at, &offers, context).await;
    let mut scored: Vec<(f32, PictureOffer)> = offers
        .into_iter()
        .enumerate()
        .map(|(place, offer)| {
            let near = meant.as_ref().and_then(|all| all.get(place).copied());
            (score(input, at, &offer, place, near), offer)
        })
        .filter(|(score, _)| *score >= FIT_MIN)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    scored.into_iter().map(|(_, offer)| offer).collect()
}

/// How near each description is in meaning to what the shot shows, −1..1; `None` without a model.
async fn meanings(
    input: &Input,
    at: usize,
    offers: &[PictureOffer],
    context: &StageContext,
) -> Option<Vec<f32>> {
    // The model knows English.
    let set = context.providers.illustrations.clone().filter(|_| input.intent.language == "en")?;
    let shot = &input.queries.shots[at];
    let phrase = format!("{} {}", shot.subject, shot.query);
    let words: Vec<String> = offers.iter().map(|offer| offer.words.clone()).collect();
    let work = move || {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        set.likeness(&phrase, &words)
    };
    tasks::blocking(work).await.ok().flatten()
}

/// 0–1.
fn score(input: &Input, at: usize, offer: &PictureOffer, place: usize, near: Option<f32>) -> f32 {
    let said = match near {
        // Sentence embeddings of unrelated phrases lie near 0, of the same thing near 0.7.
        Some(near) => 0.5 * named(input, at, offer) + 0.5 * (near / 0.7).clamp(0.0, 1.0),
        None => named(input, at, offer),
    };
    let shape = 0.6 * upright(offer) + 0.4 * large(offer);
    0.75 * said + 0.25 * shape - PLACE * place as f32
}

/// Share of the shot's weighted keywords that the description names.
fn named(input: &Input, at: usize, offer: &PictureOffer) -> f32 {
    if offer.words.trim().is_empty() || input.intent.language != "en" {
        return UNKNOWN;
    }
    let stem = |word: &str| word.to_lowercase().chars().take(5).collect::<String>();
    let seen: Vec<String> =
        language::words(&offer.words, "en").iter().map(|word| stem(word.text)).collect();
    let shot = &input.queries.shots[at];
    let subject = (input.intent.subject.as_str(), 0.6);
    let wanted = shot.keywords.iter().take(3).map(|k| (k.phrase.as_str(), k.weight));
    let (mut found, mut total) = (0.0, 0.0);
    for (phrase, weight) in wanted.chain([subject]) {
        let words: Vec<String> = phrase
            .split_whitespace()
            .filter(|word| !language::is_stop_word(&word.to_lowercase(), "en"))
            .map(stem)
            .collect();
        if words.is_empty() {
            continue;
        }
        let hits = words.iter().filter(|word| seen.contains(word)).count();
        found += weight * hits as f32 / words.len() as f32;
        total += weight;
    }
    // Half of what is wanted is a good picture: descriptions are short.
    if total > 0.0 { (found / total * 1.6).min(1.0) } else { UNKNOWN }
}

/// 1 for 9:16, less the wider it is.
fn upright(offer: &PictureOffer) -> f32 {
    if offer.width_px == 0 || offer.height_px == 0 {
        return 0.5;
    }
    let aspect = offer.width_px as f32 / offer.height_px as f32;
    (1.0 - (aspect - 0.5625).abs() * 0.8).clamp(0.0, 1.0)
}

/// 1 when it covers the screen, less the more it must be enlarged.
fn large(offer: &PictureOffer) -> f32 {
    if offer.width_px == 0 || offer.height_px == 0 {
        return 0.5;
    }
    let cover = (offer.width_px as f32 / COVER_PX.0).min(offer.height_px as f32 / COVER_PX.1);
    cover.clamp(0.0, 1.0)
}
