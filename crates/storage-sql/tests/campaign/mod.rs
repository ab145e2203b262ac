//! How much is tried.

/// Whether this is a run with `--long`.
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says so by this variable"
)]
pub(crate) fn is_full() -> bool {
    std::env::var("KEYHAVEN_CAMPAIGN").as_deref() == Ok("full")
}
