//! The verbs, once: parsing, suggestions, completion, hints and help all read this table.

/// One verb of the chat.
#[derive(Debug, PartialEq, Eq)]
pub struct Verb {
    /// Without the slash.
    pub name: &'static str,
    /// What may follow, as help shows it: `[REFERENCE]`.
    pub arguments: &'static str,
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
    example: &'static str,
    takes: Takes,
) -> Verb {
    Verb { name, arguments, example, takes }
}

/// Every verb, in the order that help shows them.
pub const ALL: &[Verb] = &[
    verb("video", "SENTENCE", "/video Why octopuses have three hearts", Takes::Words),
    verb("image", "FILE…", "/image roses.jpg bees.jpg", Takes::Files),
    verb("status", "[REFERENCE]", "/status K7Q2M9", Takes::Job),
    verb("cancel", "[REFERENCE]", "/cancel K7Q2M9", Takes::Job),
    verb("again", "[REFERENCE]", "/again K7Q2M9", Takes::Job),
    verb("script", "[REFERENCE]", "/script K7Q2M9", Takes::Job),
    verb("captions", "[REFERENCE]", "/captions K7Q2M9", Takes::Job),
    verb("credits", "[REFERENCE]", "/credits K7Q2M9", Takes::Job),
    verb("history", "[PAGE]", "/history", Takes::Words),
    verb("plan", "", "/plan", Takes::Words),
    verb("upgrade", "", "/upgrade", Takes::Words),
    verb(
        "brand",
        "[colours|require|ban|logo|photo|clear …]",
        "/brand colours #14532d #fde68a",
        Takes::OneOf(&["colours", "require", "ban", "logo", "photo", "clear"]),
    ),
    verb("apikey", "", "/apikey", Takes::Words),
    verb("link", "[CODE]", "/link", Takes::Words),
    verb("save", "[REFERENCE] [FILE]", "/save coffee.mp4", Takes::Job),
    verb("help", "[COMMAND]", "/help brand", Takes::Verb),
    verb("quit", "", "/quit", Takes::Words),
    verb("admin", "…", "/admin queues", Takes::OneOf(super::admin::NAMES)),
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
