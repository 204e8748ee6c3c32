//! The whole program, run as a person runs it.

mod cancel;
mod cartoon;
mod chaos;
mod console;
mod counter;
mod discord;
mod disk;
mod fault_proxy;
mod films;
mod gateway;
mod house;
mod ledger;
mod lives;
mod locales;
mod objects;
mod operators;
mod payments;
mod plans;
mod providers;
mod refusals;
mod resume;
mod rls;
mod stages;
mod standins;
mod submit;
mod takeover;
mod telegram;
mod worker;
mod worker_queue;
mod world;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cutline-farm-under-test");
