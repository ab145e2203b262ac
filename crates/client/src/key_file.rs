//! Key files on a person's own device: what one is, what is in it, several of them together, and writing them anew.
//!
//! A page asks and is told ([`messages`]); whoever holds the keys answers: a worker, which keeps them out of the page.
//! What it does is in [`workshop`], behind the feature `matrix`: files are read in pieces, as often as they are needed,
//! so that memory stays flat whatever their size.

pub mod messages;
#[cfg(feature = "matrix")]
mod naming;
#[cfg(feature = "matrix")]
mod plain;
#[cfg(feature = "matrix")]
mod reading;
#[cfg(feature = "matrix")]
mod rereading;
#[cfg(feature = "matrix")]
mod saving;
#[cfg(feature = "matrix")]
pub mod source;
#[cfg(feature = "matrix")]
pub mod together;
#[cfg(feature = "matrix")]
mod wording;
#[cfg(feature = "matrix")]
pub mod workshop;
