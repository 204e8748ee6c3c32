//! What a call to each kind of vendor is for, done once.

use cutline_farm::providers::{
    ClipWish, FormRequest, LanguageModel, PictureWish, ProviderError, Providers, SceneTake,
    SpeechRequest,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::talkers;

/// What a call to a vendor buys or finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Script,
    Speech,
    Picture,
    Search,
    Clips,
    Facts,
    Judgement,
    Film,
}

pub(super) async fn done(deed: Deed, providers: &Providers) -> Result<(), ProviderError> {
    let cancel = CancellationToken::new();
    let wish = PictureWish { shot: 2, prompt: "an octopus".into(), language: "en".into(), seed: 5 };
    match deed {
        Deed::Script => {
            let model: &dyn LanguageModel = &*providers.language[0];
            let schema = json!({"type": "object", "properties": {"x": {"type": "string"}},
                "required": ["x"], "additionalProperties": false});
            let request = FormRequest {
                name: "script".into(),
                schema,
                system: "You write.".into(),
                turns: vec![("Write exactly 2 lines".into(), None)],
                tokens_max: 300,
                seed: 5,
            };
            let Some(forms) = model.forms() else { return Ok(()) };
            forms.fill(&request, &cancel).await.map(drop)
        }
        Deed::Speech => {
            let voice = &providers.voices[0];
            let request = SpeechRequest {
                text: "Octopuses have three hearts.".into(),
                language: "en".into(),
                voice: voice.voices("en")[0].name.clone(),
                speed: 1.0,
                before: "Look.".into(),
                after: String::new(),
            };
            let speech = voice.speak(&request, &cancel).await?;
            assert_eq!(speech.words.len(), 4);
            assert!(speech.samples.len() > 48_000, "{}", speech.samples.len());
            Ok(())
        }
        Deed::Picture => {
            let source = &providers.pictures[0];
            let offers = source.offers("octopus", &wish, &cancel).await?;
            let fetched = source.fetch(&offers[0], &wish, &cancel).await?;
            assert!(fetched.bytes.starts_with(b"\xff\xd8"), "a JPEG");
            Ok(())
        }
        Deed::Search => {
            let offers = providers.pictures[0].offers("octopus", &wish, &cancel).await?;
            assert!(offers.len() >= 5 && offers.iter().all(|offer| offer.source.url.is_some()));
            Ok(())
        }
        Deed::Clips => {
            let clips = &providers.clips[0];
            let wish = ClipWish { language: "en", picture_px: (720, 1280), shown_ms: 4_000 };
            let offers = clips.offers("octopus swims", &wish, &cancel).await?;
            assert!(offers.len() == 3 && offers.iter().all(|offer| offer.length_ms == 2_000));
            let file = &offers[0].file;
            assert_eq!((file.width_px, file.height_px), (540, 960), "the other is too large");
            assert_eq!(file.source.title, "Video by Reel Moving on Pexels");
            Ok(())
        }
        Deed::Facts => {
            let facts = providers.facts[0].facts("octopus", "en", 3).await?;
            assert_eq!(facts.len(), 3);
            let source = facts[0].source.as_ref().expect("a source");
            assert_eq!(source.url.as_deref(), Some("https://en.wikipedia.org/wiki/Octopus"));
            Ok(())
        }
        Deed::Judgement => match &providers.moderator {
            Some(judge) => judge.objections("an octopus", &cancel).await.map(drop),
            None => Ok(()),
        },
        Deed::Film => {
            let Some(scenes) = &providers.scenes else { return Ok(()) };
            let taken = scenes.film(&scene(), &cancel).await.map_err(talkers::failure)?;
            assert!(taken.file.len() > 1_000, "a film");
            Ok(())
        }
    }
}

/// A talking octopus, four seconds long.
pub(super) fn scene() -> SceneTake {
    SceneTake {
        item: "chunk 1".into(),
        prompt: "An octopus in a kitchen.".into(),
        line: "I have three hearts.".into(),
        seconds: 4,
        first_frame: None,
        seed: 5,
    }
}
