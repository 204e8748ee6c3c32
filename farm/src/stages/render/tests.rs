//! Renders small films and looks at what comes out.

mod clips;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use cutline_compositor::{
    story::{CameraMove, Composition, PaletteName, Transition, Visual},
    treatments::end_card,
};
use cutline_core::format::Format;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{Input, Rendered, run};
use crate::{
    audio::wav,
    blob::Blobs,
    context::{Items, Preview, Progress, StageContext, StageError},
    encode::decode::{self, Fidelity},
    providers::Providers,
    stages::{
        arc::{Arc as Beats, Beat, BeatKind},
        captions::{Captions, Page, PageWord},
        imagery::{Drawn, Imagery, Picture, ShotImagery},
        intent::{Complexity, Goal, Intent, Phrases, Tone},
        motion::{Cue, CueKind, Mood, MotionPlan, MusicPlan, ShotMotion},
        queries::{Queries, ShotQuery},
        script::{Script, ShotScript},
        shots::{MotionHint, Role, Shot, ShotList, TextDensity},
        timing::{ShotSpan, TimedWord, Timeline},
        voice::{Clip, Narration},
    },
};

/// Longer than one part, shorter than two.
const SHOT_FRAMES: u32 = 70;
const SHOTS: u32 = 3;
const WORDS: [&str; 4] = ["It", "has", "three", "hearts"];
const SVG: &str = concat!(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>",
    "<circle cx='16' cy='14' r='11' fill='#e8554d'/><rect x='6' y='20' width='20' height='8' ",
    "rx='4' fill='#f2a65a'/></svg>"
);

#[derive(Default)]
struct Memory {
    items: Mutex<BTreeMap<String, Value>>,
    puts: AtomicUsize,
}

impl Memory {
    fn parts(&self) -> BTreeMap<String, Value> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn puts(&self) -> usize {
        self.puts.load(Ordering::Relaxed)
    }
}

impl Items for Memory {
    fn get(&self, key: &str) -> Option<Value> {
        self.parts().get(key).cloned()
    }

    fn put(&self, key: &str, value: &Value) -> Result<(), StageError> {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.insert(key.to_owned(), value.clone());
        self.puts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

struct Studio {
    folder: tempfile::TempDir,
    context: StageContext,
    memory: Arc<Memory>,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let memory = Arc::new(Memory::default());
        let context = StageContext {
            providers: Arc::new(Providers::default()),
            blobs: Blobs::open(folder.path()).expect("blobs"),
            cancel: CancellationToken::new(),
            progress: Progress::silent(),
            items: memory.clone(),
            preview: Preview::default(),
        };
        Self { folder, context, memory }
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("listed");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    async fn render(&self, input: &Input) -> Rendered {
        run(input, &self.context).await.expect("renders")
    }

    fn input(&self, format: Format) -> Input {
        let ids = 0..SHOTS;
        Input {
            intent: intent(format),
            arc: Beats {
                beats: vec![Beat { kind: BeatKind::Hook, purpose: String::new(), share: 0.34 }; 3],
            },
            shots: ShotList { shots: ids.clone().map(shot).collect() },
            script: Script {
                title: "Three hearts".into(),
                shots: ids.clone().map(script).collect(),
                verified: true,
                writer: "outline".into(),
                notices: vec![],
                language: None,
                reel: None,
            },
            narration: Narration {
                clips: ids.clone().map(|id| self.clip(id)).collect(),
                notices: Vec::new(),
            },
            timeline: Timeline {
                frames: SHOTS * SHOT_FRAMES,
                shots: ids.clone().map(span).collect(),
            },
            captions: Captions {
                pages: ids.clone().map(page).collect(),
                srt: String::new(),
                vtt: String::new(),
            },
            motion: motion(),
            queries: Queries { shots: ids.clone().map(query).collect() },
            imagery: Imagery {
                shots: ids.map(|id| self.imagery(id)).collect(),
                avatars: vec![],
                character: None,
            },
        }
    }

    fn clip(&self, shot: u32) -> Clip {
        let samples: Vec<f32> = (0..60_000)
            .map(|at| {
                let time = at as f32 / 48_000.0;
                let syllable = 0.55 + 0.45 * (time * 4.0 * std::f32::consts::TAU).sin();
                0.25 * syllable * (time * 170.0 * std::f32::consts::TAU).sin().powi(3)
            })
            .collect();
        Clip {
            shot,
            audio: self.context.blobs.put(&wav::write_mono_48k(&samples), "wav").expect("stored"),
            samples: samples.len() as u64,
            words: Vec::new(),
            phonemes: Vec::new(),
            engine: "buzz".into(),
            voice: "buzz".into(),
        }
    }

    fn imagery(&self, shot: u32) -> ShotImagery {
        let drawn = |id: &str, span_start| Drawn {
            id: id.into(),
            name: id.into(),
            svg: self.context.blobs.put(SVG.as_bytes(), "svg").expect("stored"),
            span_start,
        };
        let picture = if shot == 1 {
            let photo = image::RgbImage::from_fn(300, 500, |x, y| {
                image::Rgb([(x / 2) as u8, (y / 3) as u8, 120 + (x * y % 90) as u8])
            });
            let mut png = std::io::Cursor::new(Vec::new());
            photo.write_to(&mut png, image::ImageFormat::Png).expect("a PNG");
            let blob = self.context.blobs.put(png.get_ref(), "png").expect("stored");
            Picture::Photo { blob, width_px: 300, height_px: 500, focus: [0.4, 0.6] }
        } else {
            Picture::Drawing {
                hero: drawn("octopus", None),
                relatives: vec![drawn("heart", Some(13))],
                composition: Composition::Trio,
            }
        };
        ShotImagery { shot, picture, origin: "test".into(), source: None, cost_microusd: 0 }
    }
}

fn intent(format: Format) -> Intent {
    Intent {
        sentence: "Why octopuses have three hearts".into(),
        subject: "octopuses".into(),
        angle: "have three hearts".into(),
        keywords: vec!["octopus".into()],
        audience: "anyone".into(),
        goal: Goal::Explain,
        tone: Tone::Curious,
        complexity: Complexity::Simple,
        language: "en".into(),
        duration_s: 5.0,
        format,
        count: None,
        character: None,
        filmed: None,
        speakers: Vec::new(),
        facts: Vec::new(),
        notices: Vec::new(),
        seed: 11,
        images: Vec::new(),
        picture_px: (360, 640),
        end_card: false,
        phrases: Phrases::default(),
        grain: false,
    }
}

fn shot(id: u32) -> Shot {
    Shot {
        id,
        beat: id,
        role: [Role::Hook, Role::Body, Role::Close][id as usize],
        purpose: String::new(),
        subject: "octopus".into(),
        motion: MotionHint::Gentle,
        text_density: TextDensity::Low,
        speaker: None,
        budget_ms: 1600,
    }
}

fn script(shot: u32) -> ShotScript {
    ShotScript {
        shot,
        narration: WORDS.join(" "),
        speaker: None,
        on_screen: None,
        facts: Vec::new(),
    }
}

fn span(shot: u32) -> ShotSpan {
    let start_frame = shot * SHOT_FRAMES;
    let mut byte = 0;
    let words = WORDS.iter().zip(0_u32..).map(|(text, index)| {
        let at = start_frame + 2 + index * 10;
        byte += text.len() + 1;
        TimedWord {
            text: (*text).to_owned(),
            span_start: byte - text.len() - 1,
            span_end: byte - 1,
            start_ms: at * 1000 / 30,
            end_ms: (at + 9) * 1000 / 30,
            start_frame: at,
            end_frame: at + 10,
        }
    });
    ShotSpan {
        shot,
        start_frame,
        end_frame: start_frame + SHOT_FRAMES,
        clip_start_sample: u64::from(start_frame + 2) * 1600,
        words: words.collect(),
    }
}

fn page(shot: u32) -> Page {
    let span = span(shot);
    let words = span.words.iter().map(|word| PageWord {
        text: word.text.clone(),
        start_frame: word.start_frame,
        end_frame: word.end_frame,
        break_after: false,
    });
    Page {
        shot,
        start_frame: span.start_frame + 2,
        end_frame: span.end_frame,
        words: words.collect(),
    }
}

fn motion() -> MotionPlan {
    let shots = (0..SHOTS).map(|shot| ShotMotion {
        shot,
        camera: CameraMove::Push { to: 1.06 },
        transition: [Transition::Cut, Transition::Crossfade, Transition::Push][shot as usize],
        transition_frames: [0, 8, 8][shot as usize],
        emphasis: Vec::new(),
    });
    MotionPlan {
        shots: shots.collect(),
        music: MusicPlan {
            mood: Mood::Wonder,
            bpm: 92.0,
            root_midi: 48,
            minor: false,
            seed: 5,
            under_voice_lu: 21.0,
            duck_db: 7.0,
        },
        cues: vec![Cue { frame: 54, kind: CueKind::Whoosh }],
        footage: Vec::new(),
    }
}

fn query(shot: u32) -> ShotQuery {
    ShotQuery {
        shot,
        query: String::new(),
        prompt: String::new(),
        subject: "octopus".into(),
        keywords: Vec::new(),
        palette: PaletteName::Sea,
        moving: None,
    }
}

fn decoded(studio: &Studio, rendered: &Rendered) -> Vec<u64> {
    let path = studio.context.blobs.path(&rendered.master);
    let mut sums = Vec::new();
    decode::frames(&path, Fidelity::Exact, &CancellationToken::new(), |frame| {
        let mut sum = 0_u64;
        for (plane, stride) in frame.planes.data.iter().zip(frame.planes.stride_bytes) {
            let width = if sum == 0 { 360 } else { 180 };
            for byte in plane.chunks(stride).flat_map(|row| &row[..width]) {
                sum = sum.wrapping_mul(31).wrapping_add(u64::from(*byte) + 1);
            }
        }
        sums.push(sum);
        Ok(())
    })
    .expect("decodes");
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_passes_the_gate_and_a_second_run_repeats_nothing_but_the_joining() {
    let studio = Studio::new();
    let input = studio.input(Format::Educational);
    let rendered = studio.render(&input).await;
    assert!(rendered.qc.passed(), "{}", rendered.qc);
    assert_eq!(rendered.frames, SHOTS * SHOT_FRAMES);
    let frames = decoded(&studio, &rendered);
    assert_eq!(frames.len(), 210);
    let sheet = studio.context.blobs.read(&rendered.contact_sheet).expect("a sheet");
    let sheet = image::load_from_memory(&sheet).expect("a PNG");
    assert_eq!((sheet.width(), sheet.height()), (3 * 282 + 12, 504));
    let parts = studio.memory.parts();
    assert_eq!(parts.len(), 7, "two parts of each shot and the sound are remembered");

    let again = studio.render(&input).await;
    assert_eq!(again, rendered);
    assert!(studio.files().iter().all(|name| !name.starts_with(".tmp")), "{:?}", studio.files());

    let elsewhere = Studio::new();
    let other = elsewhere.render(&elsewhere.input(Format::Educational)).await;
    let others = elsewhere.memory.parts();
    assert_eq!(others, parts, "same input, same parts");
    assert_eq!(other.master.sha256, rendered.master.sha256, "same input, same bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_render_that_stopped_repeats_only_the_parts_it_was_in_the_middle_of() {
    let whole = Studio::new();
    let whole = whole.render(&whole.input(Format::Educational)).await;

    let studio = Studio::new();
    let input = studio.input(Format::Educational);
    let (cancel, memory) = (studio.context.cancel.clone(), Arc::clone(&studio.memory));
    let progress = Progress::new(move |_| {
        if memory.parts().len() >= 3 {
            cancel.cancel();
        }
    });
    let stopped = run(&input, &StageContext { progress, ..studio.context.clone() }).await;
    assert!(matches!(stopped, Err(StageError::Cancelled)), "{stopped:?}");
    let kept = studio.memory.parts();
    assert!((3..7).contains(&kept.len()), "{}", kept.len());

    let made_again = studio.memory.puts();
    let context = StageContext { cancel: CancellationToken::new(), ..studio.context.clone() };
    let rendered = run(&input, &context).await.expect("renders");
    assert_eq!(studio.memory.puts() - made_again, 7 - kept.len());
    assert_eq!(rendered, whole, "the same film, to the byte");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_video_ends_with_the_card_and_is_otherwise_the_same() {
    let mut studio = Studio::new();
    let mut input = studio.input(Format::Educational);
    let without = decoded(&studio, &studio.render(&input).await);
    input.intent.end_card = true;
    let (sender, shown) = std::sync::mpsc::channel();
    studio.context.preview = Preview::new(move |jpeg| sender.send(jpeg).expect("somebody looks"));
    let rendered = studio.render(&input).await;
    assert!(rendered.qc.passed(), "{}", rendered.qc);
    assert_eq!(rendered.frames, SHOTS * SHOT_FRAMES + end_card::FRAMES);
    let with = decoded(&studio, &rendered);
    assert_eq!(with.len(), without.len() + end_card::FRAMES as usize);
    assert_eq!(with[..without.len()], without);
    let sheet = studio.context.blobs.read(&rendered.contact_sheet).expect("a sheet");
    let sheet = image::load_from_memory(&sheet).expect("a PNG");
    assert_eq!(sheet.width(), 3 * 282 + 12, "the sheet shows the story");
    // It was shown before, as small as a card is.
    let preview = shown.try_recv().expect("it was shown");
    assert!(preview.len() < 100_000, "{} bytes", preview.len());
    let preview = image::load_from_memory(&preview).expect("a JPEG");
    assert_eq!(
        (preview.width(), preview.height()),
        (sheet.width() * 8 / 15, sheet.height() * 8 / 15)
    );
    let small = sheet.resize_exact(
        preview.width(),
        preview.height(),
        image::imageops::FilterType::Triangle,
    );
    let pairs = preview.to_luma8().into_raw().into_iter().zip(small.to_luma8().into_raw());
    let (sum, count) = pairs.fold((0_u64, 0_u64), |(sum, count), (one, other)| {
        (sum + u64::from(one.abs_diff(other)), count + 1)
    });
    assert!(sum / count < 12, "the stills are those of the video: {} apart", sum / count);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_renders_through_a_treatment() {
    for format in [Format::AiStory, Format::Listicle, Format::Quote, Format::StickAnimation] {
        let studio = Studio::new();
        let mut input = studio.input(format);
        // The gate has nothing against a little noise.
        input.intent.grain = format == Format::AiStory;
        let rendered = studio.render(&input).await;
        assert!(rendered.qc.passed(), "{format:?}\n{}", rendered.qc);
    }
}

#[test]
fn a_drawing_enters_on_the_word_that_names_it_and_else_in_its_turn() {
    let studio = Studio::new();
    let mut input = studio.input(Format::Educational);
    if let Picture::Drawing { relatives, .. } = &mut input.imagery.shots[2].picture {
        let unnamed = Drawn { span_start: None, ..relatives[0].clone() };
        relatives.insert(0, unnamed);
    }
    let board = super::board::build(&input, &studio.context.blobs).expect("a storyboard");
    for (at, turn) in [(0, None), (2, Some(SHOT_FRAMES / 4))] {
        let span = &input.timeline.shots[at];
        let (word, shot) = (&span.words[3], &board.story.shots[at]);
        let Visual::Drawing { hero, relatives, .. } = &shot.visual else { panic!("a drawing") };
        let entrances: Vec<_> =
            relatives.iter().map(|one| (one.at_frame, one.named_by.as_deref())).collect();
        let named = (word.start_frame - span.start_frame, Some("hearts"));
        let expected: Vec<_> = turn.map(|turn| (turn, None)).into_iter().chain([named]).collect();
        assert_eq!(entrances, expected, "shot {at}");
        assert_eq!((hero.at_frame, &hero.named_by), (0, &None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_render_ends_at_once_and_leaves_no_file() {
    let studio = Studio::new();
    let mut input = studio.input(Format::Educational);
    input.intent.picture_px = (1080, 1920);
    let before = studio.files();
    let context = studio.context.clone();
    let cancel = studio.context.cancel.clone();
    let frames = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&frames);
    let progress = Progress::new(move |_| {
        if counted.fetch_add(1, Ordering::Relaxed) == 5 {
            cancel.cancel();
        }
    });
    let outcome = run(&input, &StageContext { progress, ..context }).await;
    assert!(matches!(outcome, Err(StageError::Cancelled)), "{outcome:?}");
    assert!(frames.load(Ordering::Relaxed) < 20, "stopped within a few frames");
    assert_eq!(studio.files(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_do_not_fit_together_are_named() {
    let studio = Studio::new();
    let mut input = studio.input(Format::Educational);
    input.motion.shots.pop();
    let outcome = run(&input, &studio.context).await;
    assert!(matches!(outcome, Err(StageError::Invariant(_))), "{outcome:?}");
    let mut input = studio.input(Format::Educational);
    input.imagery.shots[0] = studio.imagery(1);
    let Picture::Photo { blob, .. } = &input.imagery.shots[0].picture else {
        panic!("shot 1 has a photo")
    };
    std::fs::remove_file(studio.context.blobs.path(blob)).expect("removed");
    let outcome = run(&input, &studio.context).await;
    assert!(matches!(outcome, Err(StageError::Io { .. })), "{outcome:?}");
}
