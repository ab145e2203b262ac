//! Random bytes that JavaScript drew, from `crypto.getRandomValues`: so that this module imports no randomness of its own.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use crate::{code::Code, failure::thrown};

/// Bytes for one use, wiped afterwards.
pub(crate) struct Drawn(Zeroizing<Vec<u8>>);

impl Drawn {
    /// Exactly `len` bytes: as many as will be asked for.
    ///
    /// # Errors
    /// For another number, which is a mistake of this package.
    pub(crate) fn new(bytes: Vec<u8>, len: usize) -> Result<Self, JsValue> {
        let drawn = Self(Zeroizing::new(bytes));
        if drawn.0.len() == len {
            Ok(drawn)
        } else {
            Err(thrown(Code::Internal))
        }
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Infallible> {
        let kept = self.0.len().saturating_sub(place.len());
        for (byte, drawn) in place.iter_mut().zip(self.0.iter().skip(kept)) {
            *byte = *drawn;
        }
        self.0.truncate(kept);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
