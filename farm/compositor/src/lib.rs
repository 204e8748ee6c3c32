//! Pixels only: a [`scene::Scene`] and a frame number in, a planar 4:2:0 frame out.
//! No tokio, no network, no ffmpeg, no unsafe; fonts are the only thing read from disk.
#![forbid(unsafe_code)]

pub mod figure;
pub mod palette;
pub mod scene;
pub mod story;
pub mod treatments;
