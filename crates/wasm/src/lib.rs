//! The wasm of the npm package `keyhaven`: takes arguments apart, calls one function of `keyhaven-core`, and puts the
//! result together. What people call is TypeScript, in `npm/`; nothing here is their API.
//!
//! ```text
//! bytes in      copied into this memory by the glue, owned by the function, wiped if they may be secret
//! sessions out  one JSON text for a batch, made into objects by one call of `JSON.parse`
//! errors out    a list: the code, then names and values (failure)
//! handles       a class of the glue; `free` wipes what it holds
//! ```

/// Two-level segregated fit (Masmano et al. 2004): small, and constant time whatever a hostile file has allocated.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

mod code;
mod failure;

#[cfg(feature = "matrix")]
mod matrix;
#[cfg(feature = "persona")]
mod persona;

#[cfg(feature = "matrix")]
pub use matrix::*;
#[cfg(feature = "persona")]
pub use persona::{PersonaAccess, PersonaHost, PersonaReset, PersonaVault, Surroundings};
