//! Kokoro as a [`super::VoiceEngine`].
