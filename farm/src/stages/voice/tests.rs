//! Who speaks, what is remembered, and what happens when an engine fails. Engines here are
//! stand-ins that make a tone a word; the real ones are tried in tests/it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cutline_core::job::Notice;
use tokio_util::sync::CancellationToken;

use super::{Input, cast::Cast, run};
use crate::{
    blob::Blobs,
    context::{Handling, Items, Preview, Progress, StageContext, StageError},
    providers::{
        ProviderError, Providers, Speech, SpeechRequest, VoiceEngine, VoiceInfo, kokoro,
        silence::Silence,
    },
    stages::{
        intent::{Intent, Tone as Mood},
        timing::tests as fixtures,
    },
};

/// Remembers in memory.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, serde_json::Value>>);

impl Items for Memory {
    fn get(&self, key: &str) -> Option<serde_json::Value> {
        self.0.lock().expect("a lock").get(key).cloned()
    }

    fn put(&self, key: &str, value: &serde_json::Value) -> Result<(), StageError> {
        self.0.lock().expect("a lock").insert(key.to_owned(), value.clone());
        Ok(())
    }
}

/// A context with these voices and a folder of its own.
pub(crate) fn context(voices: Vec<Arc<dyn VoiceEngine>>) -> StageContext {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let providers = Providers { voices, ..Providers::default() };
    StageContext {
        providers: Arc::new(providers),
        blobs: Blobs::open(folder).expect("a folder"),
        cancel: CancellationToken::new(),
        progress: Progress::silent(),
        items: Arc::new(Memory::default()),
        preview: Preview::default(),
    }
}

/// Speaks a constant tone; refuses lines that contain a word; may never end.
#[derive(Default)]
struct Tone {
    refuses: &'static str,
    hangs: bool,
    spoken: AtomicUsize,
}

#[async_trait]
impl VoiceEngine for Tone {
    fn name(&self) -> &'static str {
        "kokoro"
    }

    fn version(&self) -> &'static str {
        "tone-1"
    }

    fn speaks(&self, language: &str) -> bool {
        language == "en"
    }

    fn voices(&self, _language: &str) -> Vec<VoiceInfo> {
        let voice = |name: &str, gender: &str, tone: &str| VoiceInfo {
            name: name.into(),
            gender: gender.into(),
            tones: vec![tone.into()],
        };
        vec![
            voice("ann", "female", "curious"),
            voice("eve", "female", "warm"),
            voice("bob", "male", "dark"),
        ]
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        if self.hangs {
            cancel.cancelled().await;
        }
        if !self.refuses.is_empty() && request.text.contains(self.refuses) {
            return Err(ProviderError {
                provider: "tone".into(),
                message: "will not say that".into(),
                handling: Handling::Fallback,
            });
        }
        self.spoken.fetch_add(1, Ordering::SeqCst);
        let mut speech = Silence.speak(request, cancel).await?;
        speech.samples.fill(0.25);
        Ok(speech)
    }
}

fn input(lines: &[&str], language: &str, speakers: bool) -> Input {
    let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    let (_, script) = fixtures::script(&lines, speakers);
    Input { intent: fixtures::intent(language, 30.0), script }
}

const LINES: [&str; 4] = ["Hello there.", "Who is it?", "A cat, of course.", "Come in."];

#[tokio::test]
async fn a_taken_up_run_speaks_only_what_is_missing() {
    let engine = Arc::new(Tone::default());
    let context = context(vec![engine.clone(), Arc::new(Silence)]);
    let first = run(&input(&LINES, "en", false), &context).await.expect("spoken");
    assert_eq!(engine.spoken.load(Ordering::SeqCst), 4);
    let again = run(&input(&LINES, "en", false), &context).await.expect("remembered");
    assert_eq!(engine.spoken.load(Ordering::SeqCst), 4);
    assert_eq!(first, again);
    std::fs::remove_file(context.blobs.path(&first.clips[2].audio)).expect("a file");
    run(&input(&LINES, "en", false), &context).await.expect("spoken again");
    assert_eq!(engine.spoken.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn one_failed_line_falls_back_alone_and_is_told() {
    let engine = Arc::new(Tone { refuses: "cat", ..Tone::default() });
    let context = context(vec![engine, Arc::new(Silence)]);
    let narration = run(&input(&LINES, "en", false), &context).await.expect("spoken");
    let engines: Vec<&str> = narration.clips.iter().map(|clip| clip.engine.as_str()).collect();
    assert_eq!(engines, ["kokoro", "kokoro", "silence", "kokoro"]);
    assert_eq!(narration.notices, [Notice::LinesSilent { lines: 1, of: 4 }]);
}

#[tokio::test]
async fn a_language_nobody_speaks_is_silent_and_says_so() {
    let context = context(vec![Arc::new(Tone::default()), Arc::new(Silence)]);
    let narration = run(&input(&["Saluton."], "eo", false), &context).await.expect("silent");
    assert_eq!(narration.clips[0].engine, "silence");
    assert_eq!(narration.notices[0], Notice::Silent { language: "eo".into() });
}

#[tokio::test]
async fn words_longer_or_shorter_than_asked_for_are_told() {
    let line = "Cats purr because a small muscle in the throat twitches many times a second.";
    let context = context(vec![Arc::new(Tone::default())]);
    for (sentence, told) in [
        ("Why cats purr in 10 seconds", Some("the words alone take")),
        ("Why cats purr in 90 seconds", Some("only so much to say")),
        ("Why cats purr in 25 seconds", None),
        ("Why cats purr", None),
    ] {
        let mut wanted = input(&[line; 5], "en", false);
        wanted.intent.sentence = sentence.into();
        let narration = run(&wanted, &context).await.expect("spoken");
        let said: Vec<String> = narration.notices.iter().map(ToString::to_string).collect();
        let said = said.iter().find(|notice| notice.contains("You asked for"));
        let as_told = match told {
            Some(words) => said.is_some_and(|notice| notice.contains(words)),
            None => said.is_none(),
        };
        assert!(as_told, "{sentence}: {:?}", narration.notices);
    }
}

#[tokio::test]
async fn two_people_have_clearly_different_voices() {
    let context = context(vec![Arc::new(Tone::default())]);
    let narration = run(&input(&LINES, "en", true), &context).await.expect("spoken");
    let voices: Vec<&str> = narration.clips.iter().map(|clip| clip.voice.as_str()).collect();
    assert_eq!(voices, ["ann", "bob", "ann", "bob"]);
}

#[tokio::test]
async fn cancelling_returns_at_once() {
    let context = context(vec![Arc::new(Tone { hangs: true, ..Tone::default() })]);
    let cancel = context.cancel.clone();
    let wanted = input(&LINES, "en", false);
    let work = run(&wanted, &context);
    let stopper = async {
        tokio::task::yield_now().await;
        cancel.cancel();
    };
    let start = Instant::now();
    let (narration, ()) = tokio::join!(work, stopper);
    assert!(matches!(narration, Err(StageError::Cancelled)));
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn the_tone_chooses_the_voice_and_the_seed_only_among_equals() {
    let voices = Tone::default().voices("en");
    for seed in 0..20 {
        let intent = Intent { seed, ..fixtures::intent("en", 30.0) };
        let cast = Cast::choose(&voices, &intent).expect("voices");
        assert_eq!(cast.voice(None), "ann");
    }
}

#[test]
fn the_tones_call_for_at_least_six_english_voices_and_each_for_more_than_one() {
    let voices = kokoro::voices("en");
    let mut narrators = BTreeSet::new();
    for tone in [
        Mood::Curious,
        Mood::Playful,
        Mood::Dark,
        Mood::Calm,
        Mood::Energetic,
        Mood::Serious,
        Mood::Warm,
    ] {
        let heard: BTreeSet<String> = (0..100)
            .map(|seed| Intent { seed, tone, ..fixtures::intent("en", 30.0) })
            .filter_map(|intent| Some(Cast::choose(&voices, &intent)?.voice(None).to_owned()))
            .collect();
        assert!(heard.len() >= 2, "{tone:?}: {heard:?}");
        narrators.extend(heard);
    }
    assert!(narrators.len() >= 6, "{narrators:?}");
}
