//! Sealed objects: what the server stores of a persona, and the inventory.
//!
//! ```text
//! file    = zip, stored: manifest.json, persona.enc                      (file)
//! sealed  = header ‖' chunk ‖' chunk …                                   (header, stream)
//! key     = HKDF-SHA-256(BK, salt of the header, "keyhaven/object/1" ‖ account id ‖ object id ‖ counter ‖ SHA-256(header))
//! chunk i = AES-256-GCM(key, nonce = 7 zero bytes, u32 BE i, last flag; 64 KiB of plaintext)
//! plaintext = u64 BE length, content, zeros up to the Padmé size, at least 4 KiB   (padding)
//! ```
//!
//! (`‖'` is plain concatenation: the header has a fixed length and so have all chunks but the last.)
//!
//! One key for each version of an object: no nonce can repeat. The key binds the header, so a chunk of another
//! version, object or account never opens. [`seal_file`] and [`open_file`] are the paved path; [`Sealer`] and
//! [`Opener`] do the same in constant memory.

mod error;
pub mod file;
mod framer;
mod header;
mod opener;
mod padding;
mod sealer;
mod stream;
mod unframer;
mod verified;

pub use error::{HeaderError, OpenError, SealError};
#[cfg(feature = "matrix")]
pub(crate) use header::MAGIC;
pub use header::{CounterExpectation, Header, ObjectContext, ObjectExpectation};
pub use opener::{Opener, Taken, open_file, open_object};
pub use padding::{padded_len, sealed_len};
pub use sealer::{Sealer, seal_file, seal_object};
pub use verified::{Provisional, Verified};

/// Most content that is sealed or opened: 1 GiB. The persona wire's bound is lower and on the sealed file:
/// `keyhaven_protocol::persona::limits::OBJECT_MAX_BYTES`.
pub const CONTENT_MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// Plaintext bytes of every chunk but the last.
pub const CHUNK_LEN: usize = 64 * 1024;
