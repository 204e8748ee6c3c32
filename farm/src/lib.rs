//! The farm: twelve pure stages, the runner that drives them, the providers they are handed, and
//! the encoder. See ARCHITECTURE.md for flows and invariants.

pub mod audio;
pub mod bench;
pub mod blob;
pub mod cli;
pub mod config;
pub mod context;
pub mod encode;
pub mod images;
pub mod language;
pub mod ops;
pub mod providers;
pub mod runner;
pub mod stages;
pub mod tasks;
pub mod worker;
