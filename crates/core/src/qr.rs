//! A text as a QR code (ISO/IEC 18004), as a plain matrix for whoever draws it.

use core::fmt;

use fast_qr::{ECL, QRBuilder};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Longest text: a code on paper stays readable at 40 mm.
pub const TEXT_MAX_BYTES: usize = 300;

/// The text does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit a QR code")]
pub struct QrError;

/// A square of modules, without the quiet zone of four modules that a drawing leaves around it. As secret as its text.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct QrMatrix {
    side: usize,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// The code of `text` at error correction level Q: a quarter of it may be lost to a fold or a stain.
    ///
    /// # Errors
    /// [`QrError`] if the text is longer than [`TEXT_MAX_BYTES`].
    pub fn generate(text: &str) -> Result<Self, QrError> {
        if text.len() > TEXT_MAX_BYTES {
            return Err(QrError);
        }
        let code = QRBuilder::new(text).ecl(ECL::Q).build().map_err(|_| QrError)?;
        let dark = code
            .data
            .iter()
            .take(code.size * code.size)
            .map(|module| module.value())
            .collect();
        Ok(Self {
            side: code.size,
            dark,
        })
    }

    /// Modules along one side.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The rows from the top; `true` is dark.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

impl fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrMatrix(redacted)")
    }
}
