//! `console --once`: one sentence in, one video out, for scripts. Progress goes to standard error,
//! the result to standard output.

use std::path::{Path, PathBuf};

use cutline_core::{
    actor::Actor,
    card::{Card, CardKind},
    desk::SubmitRequest,
    error::UserError,
    job::UploadRef,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    events::Hub,
    exit::ConsoleError,
    follow::{Following, is_under_way},
    origin,
    pictures::Files,
    save,
    screen::Screen,
};
use crate::{conversation::Pictures, front::Front, tasks};

/// What to make, and where to put it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The sentence, as typed.
    pub sentence: String,
    /// Pictures to use, by path.
    pub images: Vec<String>,
    /// Another number, another take.
    pub seed: Option<u64>,
    /// Where to save the video; nowhere if `None`.
    pub output: Option<PathBuf>,
    /// The result as JSON.
    pub json: bool,
    /// The same key gives the same job, whatever happened in between.
    pub key: Option<String>,
    /// Do not wait for the end.
    pub detach: bool,
}

/// How it came out.
#[derive(Debug)]
struct Made {
    card: Card,
    files: Vec<PathBuf>,
}

/// Asks for a video, follows it to its end, saves it, and prints where it is.
///
/// # Errors
/// [`ConsoleError`], whose exit code tells a script what happened.
pub async fn run(
    front: &Front,
    actor: &Actor,
    files: &Files,
    mut screen: Screen,
    wanted: &Wanted,
) -> Result<(), ConsoleError> {
    if let Some(output) = &wanted.output {
        check_writable(output)?;
    }
    // Listening starts before asking, so that nothing is missed in between.
    let hub = Hub::listen(&front.queue);
    let card = submit(front, actor, files, wanted).await?;
    screen.live(&card);
    if wanted.detach {
        return print(&Made { card, files: Vec::new() }, wanted.json);
    }
    let card = until_the_end(front, actor, &hub, &mut screen, card).await?;
    screen.settle(&card);
    match card.kind {
        CardKind::Done => {}
        CardKind::Cancelled => return Err(ConsoleError::Cancelled),
        _ => return Err(ConsoleError::failed(&card)),
    }
    let saved = match &wanted.output {
        Some(output) => save::save(&front.objects, &card, output).await?,
        None => Vec::new(),
    };
    print(&Made { card, files: saved }, wanted.json)
}

async fn submit(
    front: &Front,
    actor: &Actor,
    files: &Files,
    wanted: &Wanted,
) -> Result<Card, UserError> {
    let mut images: Vec<UploadRef> = Vec::with_capacity(wanted.images.len());
    for named in &wanted.images {
        let picture = files.fetch(named).await?;
        images.push(front.desk.upload(actor, &picture.name, picture.bytes).await?);
    }
    let key = wanted.key.clone().unwrap_or_else(|| Uuid::now_v7().to_string());
    let request = SubmitRequest {
        images,
        seed: wanted.seed,
        ..SubmitRequest::new(wanted.sentence.clone(), key, origin())
    };
    front.desk.submit(actor, request).await
}

/// Follows the job; a signal calls it off, and then its end is waited for, so that what it cost has
/// come back when this program ends. A second signal ends this program at once.
async fn until_the_end(
    front: &Front,
    actor: &Actor,
    hub: &Hub,
    screen: &mut Screen,
    card: Card,
) -> Result<Card, ConsoleError> {
    let cancel = CancellationToken::new();
    let mut signals = tasks::Group::default();
    signals.start(tasks::cancel_on_signal(cancel.clone()));
    let mut ear = hub.subscribe();
    let ended = card.clone();
    let Some(mut following) = Following::new(&front.desk, actor, card) else { return Ok(ended) };
    tokio::select! {
        card = following.to_its_end(&mut ear, screen) => return Ok(card),
        () = cancel.cancelled() => {}
    }
    screen.say("Calling it off.");
    let card = front.desk.cancel(actor, following.reference()).await?;
    if !is_under_way(&card) {
        return Ok(card);
    }
    following.look_now();
    Ok(following.to_its_end(&mut ear, screen).await)
}

fn print(made: &Made, as_json: bool) -> Result<(), ConsoleError> {
    let card = &made.card;
    let done = card.kind == CardKind::Done;
    let reference = card.reference.as_ref().map(ToString::to_string).unwrap_or_default();
    let link = card.links.first().map(|link| link.url.clone());
    let paths: Vec<String> = made.files.iter().map(|path| path.display().to_string()).collect();
    if as_json {
        let status = if done { "done" } else { "queued" };
        let result = json!({"status": status, "reference": reference, "job": card.job,
            "title": card.title, "watch": link, "file": paths.first(), "files": paths});
        let text = serde_json::to_string_pretty(&result)
            .map_err(|error| ConsoleError::Defect(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    let words = if done { "video" } else { "asked for" };
    println!("{words:<9} {reference}");
    if let Some(link) = link {
        println!("{:<9} {link}", "watch");
    }
    for path in paths {
        println!("{:<9} {path}", "file");
    }
    if !done {
        println!("{:<9} /status {reference} in the chat", "follow");
    }
    Ok(())
}

/// Finds out before anything is asked for whether the result can be put where it is wanted.
fn check_writable(output: &Path) -> Result<(), ConsoleError> {
    let refuse = |what: String| Err(ConsoleError::Environment(what));
    if output.is_dir() {
        return refuse(format!("{} is a folder: name a file in it", output.display()));
    }
    let folder = match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let tried = std::fs::create_dir_all(folder).and_then(|()| {
        let probe = folder.join(format!(".cutline-{}", Uuid::now_v7()));
        std::fs::write(&probe, b"")?;
        std::fs::remove_file(probe)
    });
    match tried {
        Ok(()) => Ok(()),
        Err(error) => refuse(format!("{} cannot be written: {error}", output.display())),
    }
}
