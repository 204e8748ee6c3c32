//! What only Telegram's people are told. Everything else is the desk's words.

/// Something came that is neither words nor a picture.
pub(super) const UNUSABLE: &str =
    "I can use words and pictures. Write a sentence, and it becomes a video.";
/// A mention without anything else.
pub(super) const NOTHING_SAID: &str =
    "What should the video be about? For example: Why octopuses have three hearts";
/// `/quit` and `/save` belong to the terminal.
pub(super) const QUIT: &str =
    "There is nothing to leave here: write whenever you like. To hear nothing more, block the bot.";
/// See [`QUIT`].
pub(super) const SAVE: &str =
    "Your videos are here in the chat: open one and choose “Save”. /history lists them.";
/// A private answer in a group could not be given in private.
pub(super) fn write_first(username: &str) -> String {
    format!("This is only for you: write to me in private first (t.me/{username}), then ask again.")
}
/// A private answer was given in private.
pub(super) const IN_PRIVATE: &str = "I have answered you in private.";
/// A button of a program older than this one.
pub(super) const OLD_BUTTON: &str =
    "This button has no meaning any more. /help lists what there is.";
/// An operator's no.
pub(super) const LEFT: &str = "Left as it is.";
/// Told to whoever pressed Cancel.
pub(super) const STOPPING: &str = "Being called off.";
