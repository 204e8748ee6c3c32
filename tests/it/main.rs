//! Whole-program tests, one binary.

mod house;
