//! "Random" bytes that a vector names.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

/// Draws these bytes, once each; zeros when they are used up, which no vector expects.
pub(crate) struct Drawn<'bytes>(pub(crate) &'bytes [u8]);

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        destination.fill(0);
        if let Some((drawn, rest)) = self.0.split_at_checked(destination.len()) {
            destination.copy_from_slice(drawn);
            self.0 = rest;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}
