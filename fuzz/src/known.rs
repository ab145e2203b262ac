//! Bytes that a target knows beforehand: keys and ids of the vectors, and what is drawn when something is sealed again.

use rand_core::{TryCryptoRng, TryRng};

/// Bytes that count up from `start`, as in the vectors.
pub(crate) fn counting<const N: usize>(start: u8) -> [u8; N] {
    let mut next = start;
    [(); N].map(|()| {
        let byte = next;
        next = next.wrapping_add(1);
        byte
    })
}

/// Draws exactly these bytes, all at once.
pub(crate) struct Drawn<'bytes>(pub(crate) &'bytes [u8]);

impl TryRng for Drawn<'_> {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        assert_eq!(
            self.0.len(),
            destination.len(),
            "only what was drawn before is drawn"
        );
        destination.copy_from_slice(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}
