//! Runs one case of the vectors with one engine.
//!
//! The same JSON (`tests/vectors/persona/` and the Wycheproof sets) runs three times: native (`tests/native.rs`), in
//! wasm under Node and in wasm with WebCrypto in Chromium (`scripts/*.test.ts`). Each side that runs compares with the
//! expected values on its own; this crate only turns a case into what came of it.

pub mod binding;
mod engine;
#[cfg(target_arch = "wasm32")]
pub mod gibibyte;
mod vectors;

pub use engine::{Answered, Engine};
pub use vectors::{CaseError, Outcome, Ran, run};
