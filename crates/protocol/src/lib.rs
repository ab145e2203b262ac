//! Wire words that the client and the server must agree on: paths, bodies, error codes, limits, and the public
//! computations behind them. Nothing in this crate decrypts or derives a secret.

pub mod address;
pub mod base64url;
pub mod error;
pub mod kdf;
pub mod normal_form;
pub mod parts;
pub mod persona;
