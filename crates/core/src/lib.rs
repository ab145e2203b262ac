//! Formats and client-side secrets of Keyhaven: no I/O, no clock, randomness passed in.
//!
//! In reading order: a [`password`] gives [`keys`]; keys open [`wrap`]s of the backup key, and so does a
//! [`recovery_code`]; the backup key seals [`object`]s, among them the [`inventory`] that counts the others, and its
//! [`former_keys`]. A folder becomes one content with [`archive`]. Slow steps are [`job`]s for an engine, and so are
//! [`normal_form`]s where a program has no tables of Unicode. [`qr`] draws a code for paper, and [`mod@order`] sorts.

#[cfg(feature = "matrix")]
mod aes_modes;
mod hkdf;
mod secret;
mod stored_zip;

pub mod archive;
pub mod former_keys;
pub mod inventory;
pub mod job;
pub mod keys;
#[cfg(feature = "matrix")]
pub mod matrix;
pub mod normal_form;
pub mod object;
pub mod order;
pub mod password;
pub mod qr;
pub mod recovery_code;
pub mod wiping;
pub mod wrap;
