//! The jobs of `keyhaven_core` answered by the browser's WebCrypto, in a window and in a worker alike.
//!
//! AES-256-GCM goes to `crypto.subtle` ([`aes_gcm`]), which is several times faster than wasm. Everything else, and
//! everything on a page without `crypto.subtle` (one that came over plain HTTP), is answered in software by
//! [`keyhaven_core::job::software`]. The test suite of both engines runs every vector through each and holds them
//! equal.

mod aes_gcm;
mod engine;
#[cfg(feature = "matrix")]
mod matrix;
mod stream;

pub use engine::answer;
#[cfg(feature = "matrix")]
pub use engine::answer_matrix;
pub use stream::{OpenStream, SealStream};
