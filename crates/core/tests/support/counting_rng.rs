//! Randomness for tests: a counter in every draw, so that no two draws are equal and every run is the same.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

#[derive(Debug, Default)]
pub(crate) struct CountingRng(u64);

impl TryRng for CountingRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.try_next_u64()? as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 += 1;
        // SplitMix64: spreads the counter over all bits.
        let mut mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(mixed ^ (mixed >> 31))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for chunk in target.chunks_mut(8) {
            let bytes = self.try_next_u64()?.to_be_bytes();
            chunk
                .iter_mut()
                .zip(bytes)
                .for_each(|(byte, drawn)| *byte = drawn);
        }
        Ok(())
    }
}

// Nothing that is sealed with it leaves the test.
impl TryCryptoRng for CountingRng {}
