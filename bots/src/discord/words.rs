//! The few words that are Discord's own; everything else is said by the desk or shared by the chats.

/// The button that means it.
pub(super) const CONFIRM: &str = "Yes, do it";
/// The button that does not.
pub(super) const DECLINE: &str = "No";
/// After it was pressed.
pub(super) const DECLINED: &str = "Nothing was done.";
/// A message command on a message without words.
pub(super) const NO_WORDS: &str =
    "This message has no words to make a video of. Use /video and say what it should be about.";
/// A button that an older or newer version has made.
pub(super) const UNKNOWN_BUTTON: &str =
    "This button is from another version of Cutline. Use /history to find the video it belongs to.";
/// A feature that only other front ends have.
pub(super) const NOT_HERE: &str =
    "That is not offered in this chat yet. /plan shows what your plan has.";
/// Something of ours broke.
pub(super) const BROKEN: &str =
    "Something went wrong on our side, and nothing was charged. Try again in a minute.";
/// A file that Discord does not hand out.
pub(super) const UNREADABLE: &str = "cannot be fetched from Discord. Send it once more.";
