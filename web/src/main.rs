//! The recovery app.
fn main() {}
