//! The whole program, run as a person runs it.

mod cancel;
mod disk;
mod house;
mod refusals;
mod resume;
mod stages;
mod standins;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cutline-farm-under-test");
