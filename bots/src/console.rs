//! The terminal chat: the same cards as everywhere, in a terminal.

pub mod card;
pub mod prompt;
pub mod screen;
pub mod text;
