//! A job as a card. Pure: what is known of the job and its owner goes in, what is shown comes out.

use chrono::{DateTime, Utc};

use super::{
    entitlement::{Wish, again_button},
    words::{credits, date, date_short, file_stem, length, shortened, size, until},
};
use crate::{
    card::{Action, Button, Card, CardFile, CardKind, CardProgress, FileKind, Link},
    config::DeskConfig,
    credits::Payment,
    job::{DeliveredVideo, JobState, Mode, failure},
    objects::ObjectKey,
    store::{JobView, Outlook, Standing},
    words::{Tongue, say},
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
    let mut card = Card::new(job.state.into(), sentence).in_tongue(standing.tongue);
    card.reference = Some(job.reference.clone());
    card.job = Some(job.job);
    let tongue = standing.tongue;
    match job.state {
        JobState::Queued => waiting(&mut card, job, outlook, tongue),
        JobState::Running | JobState::Delivering => under_way(&mut card, job, tongue),
        JobState::Done => done(&mut card, job, config, now, tongue),
        JobState::Failed => failed(&mut card, job, tongue),
        JobState::Cancelled => {
            card.lines.push(say!(tongue, "called-off"));
            card.lines.extend(given_back(job, tongue));
        }
    }
    buttons(&mut card, job, standing, now);
    card
}

fn waiting(card: &mut Card, job: &JobView, outlook: Option<Outlook>, tongue: Tongue) {
    let place = outlook.map(|outlook| outlook.place);
    let eta_ms = outlook.and_then(|outlook| outlook.eta_ms);
    card.progress = Some(CardProgress { stage: None, overall: 0.0, eta_ms, place });
    card.lines.push(match place {
        Some(1) => say!(tongue, "queue-next"),
        Some(place) => say!(tongue, "queue-place", place = place),
        None => say!(tongue, "queue-somewhere"),
    });
    if job.attempts > 0 {
        card.lines.push(say!(tongue, "started-over"));
    }
    card.lines.extend(paid(job.payment, tongue));
}

fn under_way(card: &mut Card, job: &JobView, tongue: Tongue) {
    card.progress = Some(CardProgress {
        stage: job.stage.clone(),
        overall: job.overall,
        eta_ms: job.eta_ms,
        place: None,
    });
    if let Some(key) = &job.sheet {
        let name = format!("{}-sheet{}", file_stem(&job.sentence), extension(key));
        card.files = vec![CardFile { kind: FileKind::Sheet, key: key.clone(), name, bytes: None }];
    }
    if job.cancel_requested {
        card.lines.push(say!(tongue, "being-called-off"));
    }
    if job.attempts > 1 {
        card.lines.push(say!(tongue, "try-of-three", try = job.attempts));
    }
}

fn done(card: &mut Card, job: &JobView, config: &DeskConfig, now: DateTime<Utc>, tongue: Tongue) {
    let Some(video) = &job.video else { return };
    card.title.clone_from(&video.title);
    if job.expires_at.is_some_and(|at| at <= now) {
        let sentence = shortened(&job.sentence, TITLE_CHARACTERS_MAX);
        card.lines.push(say!(tongue, "asked-for", sentence = sentence));
        card.lines.push(say!(tongue, "no-longer-kept"));
        return;
    }
    card.lines.push(format!(
        "{} · {}×{} · {}",
        length(video.duration_ms),
        video.width_px,
        video.height_px,
        size(video.bytes)
    ));
    card.lines.extend(video.notices.iter().map(|notice| notice.said(tongue)));
    if let Some(at) = job.expires_at {
        let (date, until) = (date(tongue, at), until(tongue, at, now));
        card.lines.push(say!(tongue, "kept-until", date = date, until = until));
    }
    if let (Some(public_url), Some(short)) = (&config.public_url, &job.short) {
        let label = say!(tongue, "watch");
        card.links.push(Link { label, url: format!("{public_url}/v/{short}") });
    }
    card.files = files(video);
}

/// A finished video's files, the ones to attach first.
fn files(video: &DeliveredVideo) -> Vec<CardFile> {
    let stem = file_stem(&video.title);
    let file = |kind, key: &ObjectKey, extension: &str, bytes| CardFile {
        kind,
        key: key.clone(),
        name: format!("{stem}{extension}"),
        bytes,
    };
    let mut files = vec![file(FileKind::Master, &video.master, ".mp4", Some(video.bytes))];
    if let Some(chat) = &video.chat {
        files.push(file(FileKind::Chat, chat, "-small.mp4", video.chat_bytes));
    }
    files.push(file(FileKind::Poster, &video.poster, &extension(&video.poster), None));
    let sheet = format!("-sheet{}", extension(&video.sheet));
    files.push(file(FileKind::Sheet, &video.sheet, &sheet, None));
    files.push(file(FileKind::Text, &video.captions_srt, ".srt", None));
    files.push(file(FileKind::Text, &video.captions_vtt, ".vtt", None));
    files.push(file(FileKind::Text, &video.script, ".txt", None));
    files
}

/// The end of an object's name, with its dot.
fn extension(key: &ObjectKey) -> String {
    key.as_str().rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default()
}

fn failed(card: &mut Card, job: &JobView, tongue: Tongue) {
    // The job's own words are English, and sometimes say more than their code does.
    let code = job.error_code.as_deref().filter(|_| tongue != Tongue::English);
    let said = code.and_then(|code| failure::said(tongue, code));
    let message = said.or_else(|| job.error_message.clone());
    card.lines.push(message.unwrap_or_else(|| say!(tongue, "failed")));
    card.lines.extend(given_back(job, tongue));
}

/// What pays for it.
fn paid(payment: Option<Payment>, tongue: Tongue) -> Option<String> {
    match payment? {
        Payment::Allowance => None,
        Payment::Credits { amount } => {
            Some(say!(tongue, "set-aside", credits = credits(tongue, amount.into())))
        }
    }
}

/// What came back.
fn given_back(job: &JobView, tongue: Tongue) -> Option<String> {
    if !job.refunded {
        return None;
    }
    Some(match job.payment? {
        Payment::Allowance => say!(tongue, "month-not-counted"),
        Payment::Credits { amount } => {
            say!(tongue, "came-back", credits = credits(tongue, amount.into()))
        }
    })
}

fn buttons(card: &mut Card, job: &JobView, standing: &Standing, now: DateTime<Utc>) {
    let tongue = standing.tongue;
    if !job.state.is_terminal() {
        let label = say!(tongue, "button-cancel");
        card.buttons.push(if job.cancel_requested {
            Button::locked(Action::Cancel, label, say!(tongue, "button-cancel-locked"))
        } else {
            Button::open(Action::Cancel, label)
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
            (Action::Script, say!(tongue, "button-script")),
            (Action::Captions, say!(tongue, "button-captions")),
            (Action::Credits, say!(tongue, "button-credits")),
        ] {
            card.buttons.push(Button::open(action, label));
        }
    }
}

/// One line of a history.
pub(super) fn history_line(job: &JobView, now: DateTime<Utc>, tongue: Tongue) -> String {
    let state = match job.state {
        JobState::Queued => say!(tongue, "history-waiting"),
        JobState::Running | JobState::Delivering => {
            format!("{:.0} %", f64::from(job.overall) * 100.0)
        }
        JobState::Done if job.expires_at.is_some_and(|at| at <= now) => {
            say!(tongue, "history-expired")
        }
        JobState::Done => match &job.video {
            Some(video) => {
                say!(tongue, "history-done-length", length = length(video.duration_ms))
            }
            None => say!(tongue, "history-done"),
        },
        JobState::Failed => say!(tongue, "history-failed"),
        JobState::Cancelled => say!(tongue, "history-called-off"),
    };
    let mode = if job.mode == Mode::Standard { "" } else { job.mode.as_str() };
    let separator = if mode.is_empty() { "" } else { ", " };
    format!(
        "{} · {} · {state}{separator}{mode} · {}",
        job.reference,
        date_short(tongue, job.created_at),
        shortened(&job.sentence, 60)
    )
}

/// The card of a history's page.
pub(super) fn history(
    jobs: &[JobView],
    page: u32,
    more: bool,
    now: DateTime<Utc>,
    tongue: Tongue,
) -> Card {
    let mut card = Card::new(CardKind::History, say!(tongue, "history-title"));
    if jobs.is_empty() {
        card.lines.push(if page == 0 {
            say!(tongue, "history-none")
        } else {
            say!(tongue, "history-no-older")
        });
    }
    card.lines.extend(jobs.iter().map(|job| history_line(job, now, tongue)));
    if page > 0 {
        card.buttons.push(Button::open(Action::Newer, say!(tongue, "button-newer")));
    }
    if more {
        card.buttons.push(Button::open(Action::Older, say!(tongue, "button-older")));
    }
    card.in_tongue(tongue).for_their_eyes()
}
