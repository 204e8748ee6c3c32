//! What a viewer would notice about the pictures of a whole video.

use std::collections::BTreeSet;

use cutline_core::format::Format;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    context::{Items, Preview, Progress},
    providers::{Illustration, Providers},
    stages::{
        intent::{Complexity, Goal, Intent, Phrases, Talker, Tone, Upload},
        queries::{Keyword, Queries, ShotQuery},
        script::{Script, ShotScript},
        shots::{MotionHint, Role, Shot, ShotList, TextDensity},
    },
};

/// A set in which every word has three pictures, but for two words.
struct Wordbook;

impl Illustrations for Wordbook {
    fn version(&self) -> &str {
        "wordbook"
    }

    fn find(&self, phrase: &str, _language: &str, limit: usize) -> Vec<Illustration> {
        assert_ne!(phrase, "cursed", "the search for this word breaks down");
        if phrase.contains("nothing") {
            return Vec::new();
        }
        let pictures = ["a", "b", "c"].into_iter().zip([1.0, 0.8, 0.6]);
        let named = pictures.map(|(variant, score)| {
            let id = format!("{phrase}{variant}");
            Illustration { name: id.clone(), id, score }
        });
        named.take(limit).collect()
    }

    fn svg(&self, id: &str) -> Option<String> {
        Some(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><!--{id}--></svg>"
        ))
    }

    fn source(&self) -> Source {
        Source { title: "Wordbook".to_owned(), licence: "MIT".to_owned(), url: None }
    }
}

struct NothingKept;

impl Items for NothingKept {
    fn get(&self, _key: &str) -> Option<serde_json::Value> {
        None
    }

    fn put(&self, _key: &str, _value: &serde_json::Value) -> Result<(), StageError> {
        Ok(())
    }
}

fn context(folder: &std::path::Path, set: Option<Arc<dyn Illustrations>>) -> StageContext {
    let providers = Providers { illustrations: set, ..Providers::default() };
    StageContext {
        providers: Arc::new(providers),
        blobs: Blobs::open(folder).expect("a folder"),
        cancel: CancellationToken::new(),
        progress: Progress::silent(),
        items: Arc::new(NothingKept),
        preview: Preview::default(),
    }
}

/// A video whose shots have these keywords.
fn video(format: Format, shots: &[&[&str]]) -> Input {
    let role = |at: usize| match at {
        0 => Role::Hook,
        _ if at + 1 == shots.len() => Role::Close,
        _ => Role::Body,
    };
    let ids = 0..shots.len() as u32;
    let shot = |id: u32| Shot {
        id,
        beat: 0,
        role: role(id as usize),
        purpose: String::new(),
        subject: String::new(),
        motion: MotionHint::Gentle,
        text_density: TextDensity::Low,
        speaker: None,
        budget_ms: 3000,
    };
    let said = |(id, words): (usize, &&[&str])| ShotScript {
        shot: id as u32,
        narration: format!("{}.", words.join(" ")),
        speaker: None,
        on_screen: None,
        facts: Vec::new(),
    };
    let query = |(id, words): (usize, &&[&str])| ShotQuery {
        shot: id as u32,
        query: String::new(),
        prompt: String::new(),
        subject: String::new(),
        keywords: words.iter().enumerate().map(|(n, word)| keyword(word, n)).collect(),
        palette: cutline_compositor::story::PaletteName::Sea,
        moving: None,
    };
    Input {
        intent: intent(format),
        shots: ShotList { shots: ids.map(shot).collect() },
        script: Script {
            title: String::new(),
            shots: shots.iter().enumerate().map(said).collect(),
            verified: true,
            writer: "outline".to_owned(),
            notices: vec![],
            language: None,
            reel: None,
        },
        queries: Queries { shots: shots.iter().enumerate().map(query).collect() },
    }
}

fn keyword(word: &str, place: usize) -> Keyword {
    Keyword {
        phrase: word.to_owned(),
        weight: 1.0 - 0.1 * place as f32,
        span_start: Some(place * 8),
    }
}

fn intent(format: Format) -> Intent {
    Intent {
        sentence: "A test".to_owned(),
        subject: String::new(),
        angle: String::new(),
        keywords: Vec::new(),
        audience: String::new(),
        goal: Goal::Explain,
        tone: Tone::Curious,
        complexity: Complexity::Simple,
        language: "en".to_owned(),
        duration_s: 30.0,
        format,
        count: None,
        character: None,
        filmed: None,
        speakers: Vec::new(),
        facts: Vec::new(),
        notices: Vec::new(),
        seed: 7,
        images: Vec::new(),
        picture_px: (1080, 1920),
        end_card: false,
        phrases: Phrases::default(),
        grain: false,
    }
}

#[tokio::test]
async fn no_picture_stands_twice_in_the_same_pose() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    for format in [Format::Educational, Format::AiStory, Format::Listicle] {
        let input = video(format, &[&["fox", "hen"] as &[&str]; 12]);
        let imagery = run(&input, &context).await.expect("cannot fail");
        let mut poses = BTreeSet::new();
        let mut drawn = 0;
        for shot in &imagery.shots {
            let Picture::Drawing { hero, relatives, composition } = &shot.picture else { continue };
            drawn += 1;
            for (slot, one) in std::iter::once(hero).chain(relatives).enumerate() {
                let pose = (one.id.clone(), format!("{composition:?}"), slot);
                assert!(poses.insert(pose.clone()), "{pose:?} stands twice");
            }
        }
        assert!(drawn >= 9, "{drawn} of 12 shots are drawn");
    }
}

#[tokio::test]
async fn fresh_words_bring_fresh_heroes_in_changing_layouts() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    let input = video(
        Format::Educational,
        &[&["fox", "hen"], &["fox", "owl", "elm"], &["elm", "ivy", "oak"], &["sun", "fox", "ant"]],
    );
    let imagery = run(&input, &context).await.expect("cannot fail");
    let mut heroes = Vec::new();
    for shot in &imagery.shots {
        assert_eq!(shot.origin, "illustrator");
        assert_eq!(shot.source.as_ref().map(|source| source.licence.as_str()), Some("MIT"));
        let Picture::Drawing { hero, relatives, .. } = &shot.picture else { panic!("a drawing") };
        heroes.push(hero.id.clone());
        assert!(relatives.iter().all(|one| one.id != hero.id));
        assert!(context.blobs.read(&hero.svg).is_ok());
    }
    assert_eq!(heroes, ["foxa", "owla", "elma", "foxa"], "the close echoes the hook");
    assert_eq!(run(&input, &context).await.expect("cannot fail"), imagery, "the same again");
}

#[tokio::test]
async fn one_shots_failure_leaves_the_others_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    let input = video(Format::Educational, &[&["fox"], &["cursed"], &["nothing"], &["hen"]]);
    let imagery = run(&input, &context).await.expect("cannot fail");
    let origins: Vec<&str> = imagery.shots.iter().map(|shot| shot.origin.as_str()).collect();
    assert_eq!(origins, ["illustrator", "card", "card", "illustrator"]);
}

#[tokio::test]
async fn without_a_set_every_shot_is_set_in_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), None);
    let imagery = run(&video(Format::Educational, &[&["fox"], &["hen"]]), &context)
        .await
        .expect("cannot fail");
    assert!(
        imagery.shots.iter().all(|shot| shot.picture == Picture::Card && shot.source.is_none())
    );
}

#[tokio::test]
async fn the_persons_own_pictures_come_first_and_once_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    let mut input = video(Format::Educational, &[&["fox"] as &[&str]; 6]);
    for shade in [40, 200] {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(60, 40, image::Rgb([shade; 3]))
            .write_to(&mut png, image::ImageFormat::Png)
            .expect("encodes");
        let blob = context.blobs.put(png.get_ref(), "png").expect("stored");
        input.intent.images.push(Upload {
            blob,
            width_px: 60,
            height_px: 40,
            name: "mine".to_owned(),
        });
    }
    let broken = context.blobs.put(b"not a picture", "png").expect("stored");
    input.intent.images.push(Upload {
        blob: broken,
        width_px: 1,
        height_px: 1,
        name: "no".to_owned(),
    });
    let imagery = run(&input, &context).await.expect("cannot fail");
    let origins: Vec<&str> = imagery.shots.iter().map(|shot| shot.origin.as_str()).collect();
    assert_eq!(
        origins,
        ["upload", "illustrator", "upload", "illustrator", "illustrator", "illustrator"]
    );
    let Picture::Photo { blob, focus, .. } = &imagery.shots[2].picture else { panic!("a photo") };
    assert_eq!(*blob, input.intent.images[1].blob);
    assert!(focus.iter().all(|at| (0.0..=1.0).contains(at)));
}

#[tokio::test]
async fn those_who_talk_get_faces_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    let mut input = video(Format::FakeText, &[&["fox"]]);
    for kind in ["cat", "cat", "nothing", "nothing"] {
        let (name, own_phone) = (kind.to_owned(), false);
        input.intent.speakers.push(Talker { name, kind: kind.to_owned(), own_phone });
    }
    let imagery = run(&input, &context).await.expect("cannot fail");
    let ids: BTreeSet<String> =
        imagery.avatars.iter().flatten().map(|avatar| avatar.id.clone()).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
}

#[tokio::test]
async fn a_cancelled_job_gets_no_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = context(folder.path(), Some(Arc::new(Wordbook)));
    context.cancel.cancel();
    let outcome = run(&video(Format::Educational, &[&["fox"]]), &context).await;
    assert!(matches!(outcome, Err(StageError::Cancelled)));
}
