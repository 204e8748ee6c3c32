//! Front ends.
fn main() {}
