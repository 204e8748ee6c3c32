//! Front ends: what a person types becomes a [`command::Command`], the front desk in core answers
//! it with a card, and an adapter shows the card. No rules of their own.

pub mod admin;
pub mod chat;
pub mod cli;
pub mod command;
pub mod config;
pub mod console;
pub mod conversation;
pub mod discord;
pub mod front;
pub mod gateway;
pub mod tasks;
pub mod telegram;
pub mod words;
