//! Turns the outputs of ten stages into a storyboard: absolute frames become the shot's own, blobs
//! become documents and decoded pictures.

use std::sync::Arc;

use cutline_compositor::{
    clip::ClipEnd,
    pictures::Pictures,
    scene::CaptionWord,
    story::{
        Art, CaptionSpan, Character, ShotRole, Speaker, SpokenLine, SpokenWord, StoryShot,
        Storyboard, Treatment, Visual,
    },
};
use cutline_core::format::Format;

use super::{Input, acts, film::Change, footage::Footage, numbers, photo, pixels};
use crate::{
    blob::Blobs,
    context::StageError,
    stages::{
        captions::Page,
        imagery::{Drawn, Picture},
        motion,
        shots::Role,
        timing::{ShotSpan, TimedWord},
    },
};

/// A storyboard with everything that belongs to it.
pub(super) struct Board {
    pub(super) story: Storyboard,
    pub(super) changes: Vec<Change>,
    pub(super) pictures: Pictures,
    pub(super) footage: Footage,
}

/// What is shown besides drawings: still pictures and clips.
struct Shown {
    pictures: Pictures,
    footage: Footage,
}

/// Builds the storyboard and reads its pictures.
pub(super) fn build(input: &Input, blobs: &Blobs) -> Result<Board, StageError> {
    let shots = input.shots.shots.len();
    let lengths = [
        input.script.shots.len(),
        input.timeline.shots.len(),
        input.motion.shots.len(),
        input.queries.shots.len(),
        input.imagery.shots.len(),
    ];
    if lengths.iter().any(|&length| length != shots) {
        return Err(StageError::Invariant(format!(
            "script, timeline, motion, queries and imagery cover {lengths:?} of {shots} shots"
        )));
    }
    let mut shown =
        Shown { pictures: pixels::pictures_in(blobs.root()), footage: Footage::default() };
    let mut story_shots = Vec::with_capacity(shots);
    for index in 0..shots {
        story_shots.push(shot(input, index, blobs, &mut shown)?);
    }
    let changes = input
        .motion
        .shots
        .iter()
        .map(|shot| Change { transition: shot.transition, frames: shot.transition_frames })
        .collect();
    let story = Storyboard {
        treatment: match (input.intent.filmed, &input.intent.character) {
            (Some(_), _) => Treatment::Filmed,
            (None, Some(_)) => Treatment::Cartoon,
            (None, None) => treatment(input.intent.format),
        },
        title: input.script.title.clone(),
        language: input.intent.language.clone(),
        seed: input.intent.seed,
        speakers: speakers(input, blobs)?,
        character: character(input, blobs)?,
        shots: story_shots,
    };
    let Shown { pictures, footage } = shown;
    Ok(Board { story, changes, pictures, footage })
}

/// The world of a format; formats without a treatment of their own yet share the nearest.
fn treatment(format: Format) -> Treatment {
    match format {
        Format::AiStory => Treatment::AiStory,
        Format::FakeText => Treatment::FakeText,
        Format::StickAnimation => Treatment::StickAnimation,
        Format::Listicle | Format::HowTo => Treatment::Listicle,
        Format::Quote => Treatment::Quote,
        Format::Educational
        | Format::MythBuster
        | Format::Timeline
        | Format::Comparison
        | Format::ProductTeaser => Treatment::Educational,
    }
}

fn speakers(input: &Input, blobs: &Blobs) -> Result<Vec<Speaker>, StageError> {
    let talkers = input.intent.speakers.iter().enumerate();
    talkers
        .map(|(index, talker)| {
            let drawn = input.imagery.avatars.get(index).and_then(Option::as_ref);
            let avatar = drawn.map(|drawn| art(drawn, None, 0, blobs)).transpose()?;
            Ok(Speaker { name: talker.name.clone(), avatar, own_phone: talker.own_phone })
        })
        .collect()
}

/// Who talks in a cartoon, and what its mouth does in every shot.
fn character(input: &Input, blobs: &Blobs) -> Result<Option<Character>, StageError> {
    let drawn = input.intent.character.as_ref().filter(|_| input.intent.filmed.is_none());
    let Some(character) = drawn else { return Ok(None) };
    if input.narration.clips.len() != input.timeline.shots.len() {
        return Err(StageError::Invariant("every shot of a cartoon needs its clip".to_owned()));
    }
    let body = input.imagery.character.as_ref().map(|drawn| document(drawn, blobs)).transpose()?;
    let mouths = super::mouths(&input.narration, &input.timeline);
    Ok(Some(Character { name: character.name.clone(), body, mouths }))
}

fn shot(
    input: &Input,
    index: usize,
    blobs: &Blobs,
    shown: &mut Shown,
) -> Result<StoryShot, StageError> {
    let (shot, span) = (&input.shots.shots[index], &input.timeline.shots[index]);
    let script = &input.script.shots[index];
    let words = spoken(span);
    let conversation = input.intent.format == Format::FakeText;
    let pages = input.captions.pages.iter().filter(|page| page.shot == shot.id);
    Ok(StoryShot {
        beat: shot.beat,
        beats: u32::try_from(input.arc.beats.len()).unwrap_or(u32::MAX),
        role: match shot.role {
            Role::Hook => ShotRole::Hook,
            Role::Body => ShotRole::Body,
            Role::Item { n, of } => ShotRole::Item { n, of },
            Role::Close => ShotRole::Close,
        },
        frames: span.end_frame.saturating_sub(span.start_frame),
        palette: input.queries.shots[index].palette,
        on_screen: script.on_screen.clone(),
        figure: numbers::number_card(&words),
        visual: match input.motion.footage.get(index) {
            Some(footage) => filmed(footage, span, blobs, shown)?,
            None => {
                let language = &input.intent.language;
                visual(&input.imagery.shots[index].picture, span, language, blobs, shown)?
            }
        },
        captions: if conversation {
            Vec::new()
        } else {
            pages.map(|page| caption(page, span)).collect()
        },
        camera: input.motion.shots[index].camera,
        acts: acts::acts(&words),
        lines: vec![SpokenLine { speaker: script.speaker, text: script.narration.clone(), words }],
    })
}

/// A frame of the video as a frame of the shot.
fn within(frame: u32, span: &ShotSpan) -> u32 {
    frame.clamp(span.start_frame, span.end_frame) - span.start_frame
}

fn spoken(span: &ShotSpan) -> Vec<SpokenWord> {
    let words = span.words.iter().map(|word| SpokenWord {
        text: word.text.clone(),
        start_frame: within(word.start_frame, span),
        end_frame: within(word.end_frame, span),
    });
    words.collect()
}

fn caption(page: &Page, span: &ShotSpan) -> CaptionSpan {
    let words = page.words.iter().map(|word| CaptionWord {
        text: word.text.clone(),
        start_frame: within(word.start_frame, span),
        end_frame: within(word.end_frame, span),
        break_after: word.break_after,
    });
    CaptionSpan {
        start_frame: within(page.start_frame, span),
        end_frame: within(page.end_frame, span),
        words: words.collect(),
    }
}

/// A stretch of a film. It follows a voice: where it is over too early it does not begin again.
fn filmed(
    footage: &motion::Footage,
    span: &ShotSpan,
    blobs: &Blobs,
    shown: &mut Shown,
) -> Result<Visual, StageError> {
    let clip = shown.footage.insert(&footage.clip, blobs)?;
    let until_ms = footage.from_ms + (span.end_frame - span.start_frame) * 100 / 3;
    let ends = if until_ms <= footage.length_ms { ClipEnd::Loop } else { ClipEnd::Hold };
    Ok(Visual::Clip { clip, from_ms: footage.from_ms, ends, focus: [0.5, 0.5] })
}

fn visual(
    picture: &Picture,
    span: &ShotSpan,
    language: &str,
    blobs: &Blobs,
    shown: &mut Shown,
) -> Result<Visual, StageError> {
    match picture {
        Picture::Card => Ok(Visual::Card),
        Picture::Photo { blob, focus, .. } => {
            let focus = photo::load(blob, *focus, blobs, &mut shown.pictures)?;
            Ok(Visual::Photo { picture: photo::name(blob, focus), focus })
        }
        Picture::Clip { blob, from_ms, ends, focus, .. } => {
            let clip = shown.footage.insert(blob, blobs)?;
            Ok(Visual::Clip { clip, from_ms: *from_ms, ends: *ends, focus: *focus })
        }
        Picture::Drawing { hero, relatives, composition } => {
            let frames = span.end_frame.saturating_sub(span.start_frame);
            let named = |drawn: &Drawn| {
                let start = drawn.span_start?;
                let at = span
                    .words
                    .iter()
                    .position(|word| (word.span_start..word.span_end).contains(&start))?;
                let frame = within(span.words[at].start_frame, span);
                Some((frame, spoken_name(&span.words[at..], language)))
            };
            let hero = art(hero, named(hero), 0, blobs)?;
            let steps = relatives.len() as u32 + 2;
            let relatives = relatives
                .iter()
                .zip(1_u32..)
                .map(|(drawn, order)| {
                    // Nobody names it: it comes in its turn, spread over the shot.
                    art(drawn, named(drawn), frames * order / steps, blobs)
                })
                .collect::<Result<_, _>>()?;
            Ok(Visual::Drawing { hero, relatives, composition: *composition })
        }
    }
}

/// The first of these words, and those that make a name with it: "North" of "North Africa" is a
/// direction. German gives every noun a capital.
fn spoken_name(words: &[TimedWord], language: &str) -> String {
    let capital = |word: &TimedWord| word.text.starts_with(char::is_uppercase);
    let goes_on = |pair: &&[TimedWord]| {
        language != "de"
            && pair.iter().all(capital)
            && pair[0].text.ends_with(char::is_alphanumeric)
    };
    let more = words.windows(2).take_while(goes_on).count();
    let name: Vec<&str> = words.iter().take(more + 1).map(|word| word.text.as_str()).collect();
    name.join(" ")
}

/// A drawing that enters on the word that names it, with that word; else at `turn`.
fn art(
    drawn: &Drawn,
    named: Option<(u32, String)>,
    turn: u32,
    blobs: &Blobs,
) -> Result<Art, StageError> {
    let svg = document(drawn, blobs)?;
    let (at_frame, named_by) = named.map_or((turn, None), |(frame, word)| (frame, Some(word)));
    Ok(Art { name: drawn.name.clone(), svg, at_frame, named_by })
}

/// A stored drawing's document.
fn document(drawn: &Drawn, blobs: &Blobs) -> Result<Arc<str>, StageError> {
    String::from_utf8(blobs.read(&drawn.svg)?)
        .map(Arc::from)
        .map_err(|_| StageError::Invariant(format!("the drawing {} is not text", drawn.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_several_words_is_read_whole() {
        let name = |said: &str, language: &str| {
            let words: Vec<TimedWord> = said
                .split(' ')
                .map(|text| TimedWord {
                    text: text.to_owned(),
                    span_start: 0,
                    span_end: 0,
                    start_ms: 0,
                    end_ms: 0,
                    start_frame: 0,
                    end_frame: 0,
                })
                .collect();
            spoken_name(&words, language)
        };
        assert_eq!(name("North Africa to Europe", "en"), "North Africa");
        assert_eq!(name("Europe, America and Asia", "en"), "Europe,");
        assert_eq!(name("hearts of Octopuses", "en"), "hearts");
        assert_eq!(name("Katzen Pfoten", "de"), "Katzen");
    }
}
