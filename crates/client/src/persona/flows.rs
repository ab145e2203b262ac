//! The recovery flows. Each is a [`crate::driver::Flow`]: start one with its constructor and run it with
//! [`crate::driver::drive`].

pub mod access;
pub mod letter;
pub mod reset;
pub mod settings;
pub mod vault;

#[cfg(test)]
pub(crate) mod tests;
