//! Secrets as newtypes by role: boxed so that a move copies no bytes, wiped on drop, redacted in `Debug`, compared in
//! constant time, never cloned and never serialised.

/// Defines a secret of a fixed length. `expose_secret` is the only way out; each call says why (`// EXPOSE:`).
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident[$len:literal]) => {
        $(#[$doc])*
        #[derive(zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name(Box<[u8; $len]>);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Takes the bytes over and wipes the place they came from. For bytes that arrive from a worker or a
            /// test; everything else derives or generates.
            #[must_use]
            pub fn take_bytes(source: &mut [u8; $len]) -> Self {
                let mut bytes = Box::new([0; $len]);
                bytes.copy_from_slice(source);
                zeroize::Zeroize::zeroize(source);
                Self(bytes)
            }

            /// The bytes themselves. The caller keeps no copy that it does not wipe.
            #[must_use]
            pub fn expose_secret(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
            }
        }

        impl Eq for $name {}
    };
}

pub(crate) use secret;
