//! Illustrations: the Fluent Emoji set, indexed once, searched by keyword and meaning.
