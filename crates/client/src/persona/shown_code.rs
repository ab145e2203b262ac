//! The recovery code on its way to the person, and what the person types.

use std::sync::Arc;

use keyhaven_core::recovery_code::RecoveryCode;
use zeroize::Zeroizing;

/// A recovery code that a page shows on purpose: the one secret in a view. `Debug` hides it; every copy of the view
/// shares the same bytes, which are wiped with the last one.
#[derive(Clone)]
pub struct ShownCode(Arc<RecoveryCode>);

impl ShownCode {
    /// Shows this code.
    #[must_use]
    pub fn new(code: RecoveryCode) -> Self {
        Self(Arc::new(code))
    }

    /// The code, for its text, its words and its QR form.
    #[must_use]
    pub fn code(&self) -> &RecoveryCode {
        &self.0
    }
}

impl core::fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ShownCode(redacted)")
    }
}

impl PartialEq for ShownCode {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ShownCode {}

/// The number of a group of the code's text, from 1, as it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupNumber(pub usize);

/// What a person typed or pasted where a code, or a part of one, is asked for. Wiped; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedText(Zeroizing<String>);

impl TypedText {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text.
    #[must_use]
    pub fn expose_text(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for TypedText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TypedText(redacted)")
    }
}
