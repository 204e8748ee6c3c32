//! A job as a card. Pure: what is known of the job and its owner goes in, what is shown comes out.

use chrono::{DateTime, Utc};

use super::{
    entitlement::{Wish, again_button},
    words::{count, file_stem, length, shortened, size, until},
};
use crate::{
    card::{Action, Button, Card, CardFile, CardKind, CardProgress, FileKind, Link},
    config::DeskConfig,
    credits::Payment,
    job::{DeliveredVideo, JobState, Mode},
    store::{JobView, Outlook, Standing},
};

/// Longest part of a sentence in a title.
const TITLE_CHARACTERS_MAX: usize = 120;

pub(super) fn job(
    job: &JobView,
    standing: &Standing,
    outlook: Option<Outlook>,
    config: &DeskConfig,
    now: DateTime<Utc>,
) -> Card {
    let sentence = shortened(&job.sentence, TITLE_CHARACTERS_MAX);
    let mut card = Card::new(job.state.into(), sentence);
    card.reference = Some(job.reference.clone());
    card.job = Some(job.job);
    match job.state {
        JobState::Queued => waiting(&mut card, job, outlook),
        JobState::Running | JobState::Delivering => under_way(&mut card, job),
        JobState::Done => done(&mut card, job, config, now),
        JobState::Failed => failed(&mut card, job),
        JobState::Cancelled => {
            card.lines.push("Called off.".into());
            card.lines.extend(given_back(job));
        }
    }
    buttons(&mut card, job, standing, now);
    card
}

fn waiting(card: &mut Card, job: &JobView, outlook: Option<Outlook>) {
    let place = outlook.map(|outlook| outlook.place);
    let eta_ms = outlook.and_then(|outlook| outlook.eta_ms);
    card.progress = Some(CardProgress { stage: None, overall: 0.0, eta_ms, place });
    card.lines.push(match place {
        Some(1) => "Next in the queue.".into(),
        Some(place) => format!("Number {place} in the queue."),
        None => "In the queue.".into(),
    });
    if job.attempts > 0 {
        card.lines.push("It had to start over and lost little: finished parts are kept.".into());
    }
    card.lines.extend(paid(job.payment));
}

fn under_way(card: &mut Card, job: &JobView) {
    card.progress = Some(CardProgress {
        stage: job.stage.clone(),
        overall: job.overall,
        eta_ms: job.eta_ms,
        place: None,
    });
    if job.cancel_requested {
        card.lines.push("Being called off.".into());
    }
    if job.attempts > 1 {
        card.lines.push(format!("Try {} of 3; finished parts were kept.", job.attempts));
    }
}

fn done(card: &mut Card, job: &JobView, config: &DeskConfig, now: DateTime<Utc>) {
    let Some(video) = &job.video else { return };
    card.title.clone_from(&video.title);
    if job.expires_at.is_some_and(|at| at <= now) {
        card.lines.push(format!("Asked for: {}", shortened(&job.sentence, TITLE_CHARACTERS_MAX)));
        card.lines.push("This video is no longer kept. Press Again for another take.".into());
        return;
    }
    card.lines.push(format!(
        "{} · {}×{} · {}",
        length(video.duration_ms),
        video.width_px,
        video.height_px,
        size(video.bytes)
    ));
    card.lines.extend(video.notices.iter().cloned());
    if let Some(at) = job.expires_at {
        card.lines.push(format!("Kept until {} ({}).", at.format("%-d %B %Y"), until(at, now)));
    }
    if let (Some(public_url), Some(short)) = (&config.public_url, &job.short) {
        card.links.push(Link { label: "Watch".into(), url: format!("{public_url}/v/{short}") });
    }
    card.files = files(video);
}

/// A finished video's files, the ones to attach first.
fn files(video: &DeliveredVideo) -> Vec<CardFile> {
    let stem = file_stem(&video.title);
    let file = |kind, key: &crate::objects::ObjectKey, extension: &str, bytes| CardFile {
        kind,
        key: key.clone(),
        name: format!("{stem}{extension}"),
        bytes,
    };
    let mut files = vec![file(FileKind::Master, &video.master, ".mp4", Some(video.bytes))];
    if let Some(chat) = &video.chat {
        files.push(file(FileKind::Chat, chat, "-small.mp4", video.chat_bytes));
    }
    let extension = |key: &crate::objects::ObjectKey| {
        let name = key.to_string();
        name.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default()
    };
    files.push(file(FileKind::Poster, &video.poster, &extension(&video.poster), None));
    let sheet = format!("-sheet{}", extension(&video.sheet));
    files.push(file(FileKind::Sheet, &video.sheet, &sheet, None));
    files.push(file(FileKind::Text, &video.captions_srt, ".srt", None));
    files.push(file(FileKind::Text, &video.captions_vtt, ".vtt", None));
    files.push(file(FileKind::Text, &video.script, ".txt", None));
    files
}

fn failed(card: &mut Card, job: &JobView) {
    let message = job.error_message.clone().unwrap_or_else(|| {
        "The video could not be made. Try again; if it happens again, word it differently.".into()
    });
    card.lines.push(message);
    card.lines.extend(given_back(job));
}

/// What pays for it.
fn paid(payment: Option<Payment>) -> Option<String> {
    match payment? {
        Payment::Allowance => None,
        Payment::Credits { amount } => {
            Some(format!("{} set aside for it.", count(amount.into(), "credit")))
        }
    }
}

/// What came back.
fn given_back(job: &JobView) -> Option<String> {
    if !job.refunded {
        return None;
    }
    Some(match job.payment? {
        Payment::Allowance => "It does not count towards this month's videos.".into(),
        Payment::Credits { amount } => {
            format!("Your {} came back.", count(amount.into(), "credit"))
        }
    })
}

fn buttons(card: &mut Card, job: &JobView, standing: &Standing, now: DateTime<Utc>) {
    if !job.state.is_terminal() {
        card.buttons.push(if job.cancel_requested {
            Button::locked(Action::Cancel, "Cancel", "It is being called off already.")
        } else {
            Button::open(Action::Cancel, "Cancel")
        });
        return;
    }
    let wish = Wish {
        mode: job.mode,
        uploads: !job.uploads.is_empty(),
        pinned_format: job.format.is_some(),
    };
    card.buttons.push(again_button(standing, wish, now));
    if job.state == JobState::Done && job.expires_at.is_none_or(|at| at > now) {
        for (action, label) in [
            (Action::Script, "Script"),
            (Action::Captions, "Captions"),
            (Action::Credits, "Credits"),
        ] {
            card.buttons.push(Button::open(action, label));
        }
    }
}

/// One line of a history.
pub(super) fn history_line(job: &JobView, now: DateTime<Utc>) -> String {
    let state = match job.state {
        JobState::Queued => "waiting".into(),
        JobState::Running | JobState::Delivering => {
            format!("{:.0} %", f64::from(job.overall) * 100.0)
        }
        JobState::Done if job.expires_at.is_some_and(|at| at <= now) => "done, expired".into(),
        JobState::Done => match &job.video {
            Some(video) => format!("done, {}", length(video.duration_ms)),
            None => "done".into(),
        },
        JobState::Failed => "failed".into(),
        JobState::Cancelled => "called off".into(),
    };
    let mode = if job.mode == Mode::Standard { "" } else { job.mode.as_str() };
    let separator = if mode.is_empty() { "" } else { ", " };
    format!(
        "{} · {} · {state}{separator}{mode} · {}",
        job.reference,
        job.created_at.format("%-d %b %H:%M"),
        shortened(&job.sentence, 60)
    )
}

/// The card of a history's page.
pub(super) fn history(jobs: &[JobView], page: u32, more: bool, now: DateTime<Utc>) -> Card {
    let mut card = Card::new(CardKind::History, "Your videos");
    if jobs.is_empty() {
        card.lines.push(if page == 0 {
            "None yet. Write a sentence, and it becomes one.".into()
        } else {
            "There are no older ones.".into()
        });
    }
    card.lines.extend(jobs.iter().map(|job| history_line(job, now)));
    if page > 0 {
        card.buttons.push(Button::open(Action::Newer, "Newer"));
    }
    if more {
        card.buttons.push(Button::open(Action::Older, "Older"));
    }
    card.for_their_eyes()
}
