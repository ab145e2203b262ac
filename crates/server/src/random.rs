//! Randomness from the operating system, for salts, tokens and codes.

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct RandomError(#[source] getrandom::Error);

/// `N` random bytes.
///
/// # Errors
/// [`RandomError`] if the operating system has none; nothing secret may be made then.
pub fn generate<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(RandomError)?;
    Ok(bytes)
}
