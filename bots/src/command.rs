//! What a person typed, as a [`Command`]: pure, and the same for every chat. It knows the verbs and
//! their shapes; it does not know accounts, plans or platforms, and judges no sentence (the front
//! desk does).

pub mod admin;
mod nearest;
pub mod verbs;
pub mod words;

use cutline_core::{error::UserError, job::JobRef, words::Tongue};

use admin::AdminCommand;
use verbs::Verb;
use words::Words;

use crate::words::say;

/// One thing a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make a video of this sentence.
    Video {
        /// As typed; the front desk validates it.
        sentence: String,
    },
    /// Use these pictures (paths or what the platform calls them) in the next video.
    Image {
        /// At least one.
        files: Vec<String>,
    },
    /// How a job stands; the latest one where none is named.
    Status(Option<JobRef>),
    /// Stop a job.
    Cancel(Option<JobRef>),
    /// The same sentence, a different take.
    Again(Option<JobRef>),
    /// What is said in a video.
    Script(Option<JobRef>),
    /// The captions of a video.
    Captions(Option<JobRef>),
    /// Whose pictures and sounds a video uses.
    Credits(Option<JobRef>),
    /// Videos asked for so far, newest first; pages count from 1.
    History {
        /// 1 is the newest.
        page: u32,
    },
    /// The plan, what is left of it, and the latest movements of credits.
    Plan,
    /// What other plans offer.
    Upgrade,
    /// The brand kit.
    Brand(BrandCommand),
    /// Keys for programs.
    ApiKey,
    /// Join this account with one on another chat: ask for a code, or hand one in.
    Link {
        /// The code that the other chat showed.
        code: Option<String>,
    },
    /// What can be asked.
    Help(Option<&'static Verb>),
    /// Put a finished video's files on this machine.
    Save {
        /// Which; the latest one where none is named.
        job: Option<JobRef>,
        /// Under which name.
        file: Option<String>,
    },
    /// Leave the chat.
    Quit,
    /// What operators may do.
    Admin(AdminCommand),
}

/// A look at the brand kit, or a change to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrandCommand {
    /// Show it.
    Show,
    /// One or two colours, `#rrggbb`.
    Colours(Vec<String>),
    /// Phrases that every video must say.
    Require(Vec<String>),
    /// Phrases that no video may say.
    Ban(Vec<String>),
    /// A picture file as the logo.
    Logo(String),
    /// A picture file as a product photo.
    Photo(String),
    /// Forget all of it.
    Clear,
}

/// Reads what a person typed. Text without a leading `/` is a sentence to make a video of.
///
/// # Errors
/// A [`UserError`] that says what was not understood and what was probably meant.
pub fn parse(text: &str) -> Result<Command, UserError> {
    parse_in(Tongue::English, text)
}

/// The same, refused in a language.
///
/// # Errors
/// As for [`parse`].
pub fn parse_in(tongue: Tongue, text: &str) -> Result<Command, UserError> {
    let text = text.trim();
    match text.strip_prefix('/') {
        None => Ok(Command::Video { sentence: text.to_owned() }),
        Some(rest) => slash(tongue, rest),
    }
}

/// Reads an operator's command handed over as separate words, as a shell does.
///
/// # Errors
/// A [`UserError`] as in [`parse`].
pub fn parse_admin(tongue: Tongue, words: Vec<String>) -> Result<AdminCommand, UserError> {
    admin::parse(tongue, Words::from(words))
}

fn slash(tongue: Tongue, rest: &str) -> Result<Command, UserError> {
    let (name, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    // Telegram appends the bot's name in groups: `/status@CutlineBot`.
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    let arguments = arguments.trim();
    let Some(verb) = verbs::find(&name) else { return Err(unknown(tongue, &name)) };
    let job = || optional_job(tongue, arguments, verb);
    let nothing = |command| nothing_more(tongue, arguments, verb, command);
    match verb.name {
        "video" if arguments.is_empty() => {
            Err(usage(tongue, say!(tongue, "usage-video"), verb.example))
        }
        "video" => Ok(Command::Video { sentence: arguments.to_owned() }),
        "image" => image(tongue, arguments),
        "status" => job().map(Command::Status),
        "cancel" => job().map(Command::Cancel),
        "again" => job().map(Command::Again),
        "script" => job().map(Command::Script),
        "captions" => job().map(Command::Captions),
        "credits" => job().map(Command::Credits),
        "history" => history(tongue, arguments),
        "plan" => nothing(Command::Plan),
        "upgrade" => nothing(Command::Upgrade),
        "brand" => brand(tongue, arguments).map(Command::Brand),
        "apikey" => nothing(Command::ApiKey),
        "link" => {
            let code = arguments.split_whitespace().next().map(str::to_owned);
            Ok(Command::Link { code })
        }
        "help" => help(tongue, arguments),
        "save" => save(tongue, arguments),
        "quit" => nothing(Command::Quit),
        "admin" => admin::parse(tongue, Words::of(tongue, arguments)?).map(Command::Admin),
        other => Err(unknown(tongue, other)),
    }
}

fn image(tongue: Tongue, arguments: &str) -> Result<Command, UserError> {
    let files = Words::of(tongue, arguments)?.rest();
    if files.is_empty() {
        return Err(usage(tongue, say!(tongue, "usage-image"), "/image roses.jpg bees.jpg"));
    }
    Ok(Command::Image { files })
}

/// `/save`, `/save K7Q2M9`, `/save coffee.mp4`, `/save K7Q2M9 coffee.mp4`.
fn save(tongue: Tongue, arguments: &str) -> Result<Command, UserError> {
    let mut words = Words::of(tongue, arguments)?.rest();
    let job = words.first().and_then(|first| first.parse().ok());
    if job.is_some() {
        words.remove(0);
    }
    let file = Some(words.join(" ")).filter(|file| !file.is_empty());
    Ok(Command::Save { job, file })
}

fn history(tongue: Tongue, arguments: &str) -> Result<Command, UserError> {
    if arguments.is_empty() {
        return Ok(Command::History { page: 1 });
    }
    match arguments.parse() {
        Ok(page) if page >= 1 => Ok(Command::History { page }),
        _ => Err(usage(tongue, say!(tongue, "usage-page"), "/history 2")),
    }
}

fn help(tongue: Tongue, arguments: &str) -> Result<Command, UserError> {
    let topic = arguments.trim_start_matches('/').to_lowercase();
    if topic.is_empty() {
        return Ok(Command::Help(None));
    }
    verbs::find(&topic).map(|verb| Command::Help(Some(verb))).ok_or_else(|| unknown(tongue, &topic))
}

fn brand(tongue: Tongue, arguments: &str) -> Result<BrandCommand, UserError> {
    const PARTS: [&str; 6] = ["colours", "require", "ban", "logo", "photo", "clear"];
    let (part, rest) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
    let rest = rest.trim();
    let needs = |what: String, example: &str| {
        if rest.is_empty() { Err(usage(tongue, what, example)) } else { Ok(()) }
    };
    match part.to_lowercase().as_str() {
        "" | "show" => Ok(BrandCommand::Show),
        "colours" | "colors" => {
            needs(say!(tongue, "usage-colours"), "/brand colours #14532d #fde68a")?;
            let colours = rest.split([' ', ',']).filter(|colour| !colour.is_empty());
            Ok(BrandCommand::Colours(colours.map(str::to_owned).collect()))
        }
        "require" => {
            needs(say!(tongue, "usage-require"), "/brand require Made by hand")?;
            Ok(BrandCommand::Require(phrases(rest)))
        }
        "ban" => {
            needs(say!(tongue, "usage-ban"), "/brand ban cheap; discount")?;
            Ok(BrandCommand::Ban(phrases(rest)))
        }
        "logo" | "photo" => {
            needs(say!(tongue, "usage-picture"), "/brand logo logo.png")?;
            let file = Words::of(tongue, rest)?.rest().join(" ");
            let logo = part.eq_ignore_ascii_case("logo");
            Ok(if logo { BrandCommand::Logo(file) } else { BrandCommand::Photo(file) })
        }
        "clear" => Ok(BrandCommand::Clear),
        other => Err(not_a(tongue, "/brand", other, &PARTS)),
    }
}

/// Phrases are parted by semicolons, because commas occur in them.
fn phrases(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn optional_job(tongue: Tongue, arguments: &str, verb: &Verb) -> Result<Option<JobRef>, UserError> {
    let mut words = arguments.split_whitespace();
    let Some(first) = words.next() else { return Ok(None) };
    if words.next().is_some() {
        return Err(usage(tongue, say!(tongue, "usage-one-job"), verb.example));
    }
    reference(tongue, first).map(Some)
}

/// A job reference as people write it: any case, with or without `#`.
pub(crate) fn reference(tongue: Tongue, word: &str) -> Result<JobRef, UserError> {
    word.parse::<JobRef>().map_err(|_| {
        UserError::validation("job", say!(tongue, "not-a-reference", word = shown(word)))
    })
}

fn nothing_more(
    tongue: Tongue,
    arguments: &str,
    verb: &Verb,
    command: Command,
) -> Result<Command, UserError> {
    if arguments.is_empty() {
        return Ok(command);
    }
    Err(usage(tongue, say!(tongue, "usage-alone", verb = verb.name), verb.example))
}

fn unknown(tongue: Tongue, name: &str) -> UserError {
    if name.is_empty() {
        return command_error(say!(tongue, "nameless"));
    }
    let word = shown(name);
    command_error(match nearest::nearest(name, verbs::names()) {
        Some(near) => say!(tongue, "unknown-near", word = word, near = near),
        None => say!(tongue, "unknown", word = word),
    })
}

/// A word that is none of `known`, with the nearest of them.
fn not_a(tongue: Tongue, verb: &str, word: &str, known: &[&'static str]) -> UserError {
    let typed = shown(word);
    command_error(match nearest::nearest(word, known.iter().copied()) {
        Some(near) => say!(tongue, "does-not-know-near", verb = verb, word = typed, near = near),
        None => {
            let known = known.join(", ");
            say!(tongue, "does-not-know", verb = verb, word = typed, known = known)
        }
    })
}

/// What is missing, and how it is said right.
fn usage(tongue: Tongue, what: String, example: &str) -> UserError {
    command_error(say!(tongue, "usage", what = what, example = example))
}

fn command_error(message: String) -> UserError {
    UserError { code: "UNKNOWN_COMMAND".into(), field: "command".into(), message }
}

/// The beginning of what was typed, so that a pasted novel is not thrown back whole.
fn shown(word: &str) -> String {
    const CHARACTERS_MAX: usize = 24;
    let start: String = word.chars().take(CHARACTERS_MAX).collect();
    if start.len() < word.len() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests;
