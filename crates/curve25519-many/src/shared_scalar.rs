//! X25519 of one private scalar with many points.

use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::bytes;
use crate::ladder::multiply_many;
use crate::lanes::Widest;

/// The u-coordinate of the base point (RFC 7748, section 4.1).
const BASE_POINT: [u8; 32] = {
    let mut nine = [0; 32];
    nine[0] = 9;
    nine
};

/// A private scalar of Curve25519, which meets many points: the private half of a key to which many entries are
/// encrypted.
///
/// Whatever the scalar and the points are, what runs is the same instructions on the same addresses. Wiped when
/// dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SharedScalar([u8; Self::LEN]);

/// A shared secret of X25519: the coordinate of scalar times point, never all zeros. Wiped when dropped.
///
/// It is not uniform: derive keys from it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret([u8; Self::LEN]);

impl SharedScalar {
    /// Bytes of a private key.
    pub const LEN: usize = 32;

    /// Takes 32 random bytes. Whatever bits 0, 1, 2, 254 and 255 are, they count as RFC 7748, section 5 clamps them:
    /// bit 254 is set, the others are clear.
    ///
    /// The caller's copy is the caller's to wipe.
    #[must_use]
    pub fn new(mut bytes: [u8; Self::LEN]) -> Self {
        let scalar = Self(bytes);
        bytes.zeroize();
        scalar
    }

    /// The public half: X25519(scalar, 9) of RFC 7748, section 6.1.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        let mut public = [0; 32];
        multiply_many::<Widest>(&self.0, &[BASE_POINT], |words| public = bytes(words));
        public
    }

    /// X25519(scalar, point) for each point, in their order; `None` where that is all zeros.
    ///
    /// A point is 32 bytes as RFC 7748, section 5 reads them: the highest bit is ignored, and coordinates above the
    /// prime are taken modulo it. All zeros come of a point of low order, such as nobody has as a public key; such a
    /// secret must be refused (RFC 7748, section 6.1), and the others are not touched by it.
    ///
    /// The time depends on the number of points alone, but for which secrets are refused, and that anybody can
    /// tell from the points. Beside what it returns it needs some 16 KB.
    #[must_use]
    pub fn shared_secrets(&self, points: &[[u8; 32]]) -> Vec<Option<SharedSecret>> {
        let mut secrets = Vec::with_capacity(points.len());
        multiply_many::<Widest>(&self.0, points, |words| secrets.push(SharedSecret::new(words)));
        secrets
    }

    /// X25519(scalar, point); `None` if that is all zeros. See [`SharedScalar::shared_secrets`].
    #[must_use]
    pub fn shared_secret(&self, point: &[u8; 32]) -> Option<SharedSecret> {
        let mut secret = None;
        multiply_many::<Widest>(&self.0, &[*point], |words| secret = SharedSecret::new(words));
        secret
    }

    /// The public half, and the secret shared with `point`, `None` if that is all zeros: what one who encrypts to
    /// `point` with a fresh scalar needs. Where numbers are computed two at a time, it costs as much as one of them.
    #[must_use]
    pub fn meet(&self, point: &[u8; 32]) -> ([u8; 32], Option<SharedSecret>) {
        let mut public = None;
        let mut secret = None;
        multiply_many::<Widest>(&self.0, &[BASE_POINT, *point], |words| match public {
            None => public = Some(bytes(words)),
            Some(_) => secret = SharedSecret::new(words),
        });
        (public.unwrap_or_default(), secret)
    }
}

impl SharedSecret {
    /// Bytes of a secret.
    pub const LEN: usize = 32;

    pub(crate) fn new(words: &[u64; 4]) -> Option<Self> {
        let zero = words.iter().fold(0, |any, word| any | word) == 0;
        (!zero).then(|| Self(bytes(words)))
    }

    /// The secret's bytes, little-endian.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for SharedScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedScalar(redacted)")
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(redacted)")
    }
}
