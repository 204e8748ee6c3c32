//! The few words of Discord's own that only operators read, in English like all that they read.

/// The button that means it.
pub(super) const CONFIRM: &str = "Yes, do it";
/// The button that does not.
pub(super) const DECLINE: &str = "No";
/// After it was pressed.
pub(super) const DECLINED: &str = "Nothing was done.";
