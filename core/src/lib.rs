//! What every Cutline process shares: the brief a person gives, the plans it is judged by, jobs,
//! credits and limits, the database, the broker, stored objects, and the front desk that all front
//! ends speak to. No chat SDK, no media, no vendor.

pub mod actor;
pub mod brief;
pub mod card;
pub mod clock;
pub mod config;
pub mod credits;
pub mod desk;
pub mod error;
pub mod event;
pub mod failpoint;
pub mod format;
pub mod job;
pub mod objects;
pub mod plan;
pub mod queue;
pub mod rate_limit;
pub mod store;
pub mod tasks;
pub mod telemetry;
pub mod words;
