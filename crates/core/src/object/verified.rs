//! Output that may not be used before the end was seen.

use core::fmt;

use super::header::ObjectContext;

/// Content of a chunk that verified, while the end of the object is still to come. A cut-off object gives such pieces
/// too: they are void until [`Provisional::confirm`] has the [`Verified`] of the same object.
#[must_use = "provisional output is confirmed or thrown away"]
pub struct Provisional<T> {
    value: T,
    salt: [u8; 32],
}

/// Proof that an object was opened to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    context: ObjectContext,
    content_len: u64,
    salt: [u8; 32],
}

impl<T> Provisional<T> {
    pub(super) const fn new(value: T, salt: [u8; 32]) -> Self {
        Self { value, salt }
    }

    /// The value, once its object is verified; `None` if `verified` is of another object or version.
    pub fn confirm(self, verified: &Verified) -> Option<T> {
        (self.salt == verified.salt).then_some(self.value)
    }

    /// The value before the object is verified. For writing to a place that is thrown away when [`super::Opener`]
    /// fails, and for nothing that a person sees or a program acts upon.
    pub fn dangerous_before_verified(self) -> T {
        self.value
    }
}

impl<T> fmt::Debug for Provisional<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provisional(redacted)")
    }
}

impl Verified {
    pub(super) const fn new(context: ObjectContext, content_len: u64, salt: [u8; 32]) -> Self {
        Self {
            context,
            content_len,
            salt,
        }
    }

    /// Which version of which object it was.
    #[must_use]
    pub const fn context(&self) -> ObjectContext {
        self.context
    }

    /// Bytes of content.
    #[must_use]
    pub const fn content_len(&self) -> u64 {
        self.content_len
    }
}
