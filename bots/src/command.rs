//! What a person typed, as a [`Command`]: pure, and the same for every chat. It knows the verbs and
//! their shapes; it does not know accounts, plans or platforms, and judges no sentence (the front
//! desk does).

pub mod admin;
mod nearest;
pub mod verbs;
pub mod words;

use cutline_core::{error::UserError, job::JobRef};

use admin::AdminCommand;
use verbs::Verb;
use words::Words;

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
    let text = text.trim();
    match text.strip_prefix('/') {
        None => Ok(Command::Video { sentence: text.to_owned() }),
        Some(rest) => slash(rest),
    }
}

/// Reads an operator's command handed over as separate words, as a shell does.
///
/// # Errors
/// A [`UserError`] as in [`parse`].
pub fn parse_admin(words: Vec<String>) -> Result<AdminCommand, UserError> {
    admin::parse(Words::from(words))
}

fn slash(rest: &str) -> Result<Command, UserError> {
    let (name, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    // Telegram appends the bot's name in groups: `/status@CutlineBot`.
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    let arguments = arguments.trim();
    let Some(verb) = verbs::find(&name) else { return Err(unknown(&name)) };
    let job = || optional_job(arguments, verb);
    let nothing = |command| nothing_more(arguments, verb, command);
    match verb.name {
        "video" if arguments.is_empty() => {
            Err(usage("What should the video be about?", "/video Why octopuses have three hearts"))
        }
        "video" => Ok(Command::Video { sentence: arguments.to_owned() }),
        "image" => image(arguments),
        "status" => job().map(Command::Status),
        "cancel" => job().map(Command::Cancel),
        "again" => job().map(Command::Again),
        "script" => job().map(Command::Script),
        "captions" => job().map(Command::Captions),
        "credits" => job().map(Command::Credits),
        "history" => history(arguments),
        "plan" => nothing(Command::Plan),
        "upgrade" => nothing(Command::Upgrade),
        "brand" => brand(arguments).map(Command::Brand),
        "apikey" => nothing(Command::ApiKey),
        "link" => {
            let code = arguments.split_whitespace().next().map(str::to_owned);
            Ok(Command::Link { code })
        }
        "help" => help(arguments),
        "save" => save(arguments),
        "quit" => nothing(Command::Quit),
        "admin" => admin::parse(Words::of(arguments)?).map(Command::Admin),
        other => Err(unknown(other)),
    }
}

fn image(arguments: &str) -> Result<Command, UserError> {
    let files = Words::of(arguments)?.rest();
    if files.is_empty() {
        return Err(usage("Which picture?", "/image roses.jpg bees.jpg"));
    }
    Ok(Command::Image { files })
}

/// `/save`, `/save K7Q2M9`, `/save coffee.mp4`, `/save K7Q2M9 coffee.mp4`.
fn save(arguments: &str) -> Result<Command, UserError> {
    let mut words = Words::of(arguments)?.rest();
    let job = words.first().and_then(|first| first.parse().ok());
    if job.is_some() {
        words.remove(0);
    }
    let file = Some(words.join(" ")).filter(|file| !file.is_empty());
    Ok(Command::Save { job, file })
}

fn history(arguments: &str) -> Result<Command, UserError> {
    if arguments.is_empty() {
        return Ok(Command::History { page: 1 });
    }
    match arguments.parse() {
        Ok(page) if page >= 1 => Ok(Command::History { page }),
        _ => Err(usage("A page is a number from 1 on.", "/history 2")),
    }
}

fn help(arguments: &str) -> Result<Command, UserError> {
    let topic = arguments.trim_start_matches('/').to_lowercase();
    if topic.is_empty() {
        return Ok(Command::Help(None));
    }
    verbs::find(&topic).map(|verb| Command::Help(Some(verb))).ok_or_else(|| unknown(&topic))
}

fn brand(arguments: &str) -> Result<BrandCommand, UserError> {
    const PARTS: [&str; 6] = ["colours", "require", "ban", "logo", "photo", "clear"];
    let (part, rest) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
    let rest = rest.trim();
    let needs = |what: &str, example: &str| {
        if rest.is_empty() { Err(usage(what, example)) } else { Ok(()) }
    };
    match part.to_lowercase().as_str() {
        "" | "show" => Ok(BrandCommand::Show),
        "colours" | "colors" => {
            needs("Name one or two colours.", "/brand colours #14532d #fde68a")?;
            let colours = rest.split([' ', ',']).filter(|colour| !colour.is_empty());
            Ok(BrandCommand::Colours(colours.map(str::to_owned).collect()))
        }
        "require" => {
            needs("Name the phrases every video must say.", "/brand require Made by hand")?;
            Ok(BrandCommand::Require(phrases(rest)))
        }
        "ban" => {
            needs("Name the phrases no video may say.", "/brand ban cheap; discount")?;
            Ok(BrandCommand::Ban(phrases(rest)))
        }
        "logo" | "photo" => {
            needs("Name a picture file.", "/brand logo logo.png")?;
            let file = Words::of(rest)?.rest().join(" ");
            let logo = part.eq_ignore_ascii_case("logo");
            Ok(if logo { BrandCommand::Logo(file) } else { BrandCommand::Photo(file) })
        }
        "clear" => Ok(BrandCommand::Clear),
        other => Err(not_a("/brand", other, &PARTS)),
    }
}

/// Phrases are parted by semicolons, because commas occur in them.
fn phrases(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn optional_job(arguments: &str, verb: &Verb) -> Result<Option<JobRef>, UserError> {
    let mut words = arguments.split_whitespace();
    let Some(first) = words.next() else { return Ok(None) };
    if words.next().is_some() {
        return Err(usage("Name one video by its reference.", verb.example));
    }
    reference(first).map(Some)
}

/// A job reference as people write it: any case, with or without `#`.
pub(crate) fn reference(word: &str) -> Result<JobRef, UserError> {
    word.parse::<JobRef>().map_err(|_| {
        UserError::validation(
            "job",
            format!(
                "“{}” is not a job reference. It is the short code on every card; /history lists \
                 yours.",
                shown(word)
            ),
        )
    })
}

fn nothing_more(arguments: &str, verb: &Verb, command: Command) -> Result<Command, UserError> {
    if arguments.is_empty() {
        return Ok(command);
    }
    Err(usage(&format!("/{} stands alone.", verb.name), verb.example))
}

fn unknown(name: &str) -> UserError {
    if name.is_empty() {
        return command_error("A command has a name after the slash. /help lists them all.".into());
    }
    match nearest::nearest(name, verbs::names()) {
        Some(near) => command_error(format!("There is no /{}. Did you mean /{near}?", shown(name))),
        None => command_error(format!(
            "There is no /{}. /help lists what there is; a plain sentence becomes a video.",
            shown(name)
        )),
    }
}

/// A word that is none of `known`, with the nearest of them.
pub(crate) fn not_a(verb: &str, word: &str, known: &[&'static str]) -> UserError {
    let hint = match nearest::nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean {verb} {near}?"),
        None => format!("Try one of: {}.", known.join(", ")),
    };
    command_error(format!("{verb} does not know “{}”. {hint}", shown(word)))
}

/// What is missing, and how it is said right.
pub(crate) fn usage(what: &str, example: &str) -> UserError {
    command_error(format!("{what} For example: {example}"))
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
