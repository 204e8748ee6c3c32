//! The verbs, once: parsing, suggestions, completion, hints and help all read this table.

/// One verb of the chat.
#[derive(Debug, PartialEq, Eq)]
pub struct Verb {
    /// Without the slash.
    pub name: &'static str,
    /// What may follow, as help shows it: `[REFERENCE]`.
    pub arguments: &'static str,
    /// What it does, one sentence.
    pub about: &'static str,
    /// A whole command that works.
    pub example: &'static str,
    /// What follows it, for completion.
    pub takes: Takes,
}

/// What may follow a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, or words of the person's own.
    Words,
    /// A job reference.
    Job,
    /// Names of files.
    Files,
    /// One of these, then perhaps more.
    OneOf(&'static [&'static str]),
    /// Another verb.
    Verb,
}

const fn verb(
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    example: &'static str,
    takes: Takes,
) -> Verb {
    Verb { name, arguments, about, example, takes }
}

/// Every verb, in the order that help shows them.
pub const ALL: &[Verb] = &[
    verb(
        "video",
        "SENTENCE",
        "Make a video. A plain sentence does the same.",
        "/video Why octopuses have three hearts",
        Takes::Words,
    ),
    verb(
        "image",
        "FILE…",
        "Use pictures of your own in the next video.",
        "/image roses.jpg bees.jpg",
        Takes::Files,
    ),
    verb("status", "[REFERENCE]", "How a video is coming along.", "/status K7Q2M9", Takes::Job),
    verb(
        "cancel",
        "[REFERENCE]",
        "Stop making a video; what it cost comes back.",
        "/cancel K7Q2M9",
        Takes::Job,
    ),
    verb(
        "again",
        "[REFERENCE]",
        "The same sentence, a different take.",
        "/again K7Q2M9",
        Takes::Job,
    ),
    verb("script", "[REFERENCE]", "What is said in a video.", "/script K7Q2M9", Takes::Job),
    verb("captions", "[REFERENCE]", "The captions of a video.", "/captions K7Q2M9", Takes::Job),
    verb(
        "credits",
        "[REFERENCE]",
        "Whose pictures and sounds a video uses.",
        "/credits K7Q2M9",
        Takes::Job,
    ),
    verb("history", "[PAGE]", "Your videos, newest first.", "/history", Takes::Words),
    verb("plan", "", "Your plan, what is left of it, and your credits.", "/plan", Takes::Words),
    verb("upgrade", "", "What other plans offer.", "/upgrade", Takes::Words),
    verb(
        "brand",
        "[colours|require|ban|logo|photo|clear …]",
        "Your logo, colours, and phrases to use or avoid.",
        "/brand colours #14532d #fde68a",
        Takes::OneOf(&["colours", "require", "ban", "logo", "photo", "clear"]),
    ),
    verb("apikey", "", "Keys for programs of your own.", "/apikey", Takes::Words),
    verb(
        "link",
        "[CODE]",
        "Use one account in several chats: get a code, or hand one in.",
        "/link",
        Takes::Words,
    ),
    verb(
        "save",
        "[REFERENCE] [FILE]",
        "Put a finished video on this machine.",
        "/save coffee.mp4",
        Takes::Job,
    ),
    verb("help", "[COMMAND]", "This list, or more about one command.", "/help brand", Takes::Verb),
    verb("quit", "", "Leave the chat; videos go on being made.", "/quit", Takes::Words),
    verb(
        "admin",
        "…",
        "For operators: accounts, jobs, queues, workers.",
        "/admin queues",
        Takes::OneOf(super::admin::NAMES),
    ),
];

/// Other words for the same verbs.
const ALIASES: &[(&str, &str)] =
    &[("exit", "quit"), ("bye", "quit"), ("start", "help"), ("images", "image"), ("?", "help")];

/// The verb of this name (lower case), or of one that means the same.
#[must_use]
pub fn find(name: &str) -> Option<&'static Verb> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
    ALL.iter().find(|verb| verb.name == name)
}

/// The verbs' names.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    ALL.iter().map(|verb| verb.name)
}
