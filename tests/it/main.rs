//! The whole program, run as a person runs it.

mod cancel;
mod chaos;
mod console;
mod disk;
mod fault_proxy;
mod house;
mod refusals;
mod resume;
mod stages;
mod standins;
mod world;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cutline-farm-under-test");
