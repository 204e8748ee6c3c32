//! Front ends: what a person types becomes a [`command::Command`], the front desk in core answers it
//! with a card, and an adapter shows the card. No rules of their own.

pub mod command;
pub mod console;
pub mod gateway;
pub mod tasks;
pub mod words;
