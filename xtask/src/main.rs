//! Set-up, build, serve, test, bench, CI.
fn main() {}
