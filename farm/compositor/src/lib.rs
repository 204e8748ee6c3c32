//! Pixels only: a [`scene::Scene`] and a frame number in, a planar 4:2:0 frame out.
//! No tokio, no network, no ffmpeg, no unsafe; fonts are the only thing read from disk.
#![forbid(unsafe_code)]

pub mod affine;
pub mod backdrop;
pub mod blend;
mod blur;
pub mod cache;
mod canvas;
pub mod clip;
pub mod colour;
mod effects;
pub mod face;
pub mod figure;
pub mod frame;
pub mod grain;
pub mod lanes;
pub mod palette;
pub mod pictures;
pub mod renderer;
pub mod sample;
pub mod scene;
mod separable;
pub mod sprite;
pub mod story;
pub mod text;
pub mod timeline;
mod transition;
pub mod treatments;
mod vector;
