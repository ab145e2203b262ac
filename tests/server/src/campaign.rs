//! How much is tried.

/// Rounds of a campaign: a tenth in an ordinary run, all of them with `--long`.
#[must_use]
pub fn rounds(full: usize) -> usize {
    if is_full() { full } else { (full / 10).max(1) }
}

/// Whether this is a run with `--long`.
#[must_use]
pub fn is_full() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test command says so by this variable"
    )]
    let campaign = std::env::var("KEYHAVEN_CAMPAIGN");
    campaign.as_deref() == Ok("full")
}

/// Numbers that are the same in every run (xorshift64*).
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    /// A sequence by its seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap_or(1)).unwrap_or(0)
    }

    /// Any bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next().to_be_bytes()[0]).collect()
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
