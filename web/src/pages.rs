//! Pages: each owns a route, starts its flow and shows the flow's state with components.

pub(crate) mod account;
pub(crate) mod connect;
pub(crate) mod key_file;
pub(crate) mod kit;
pub(crate) mod letter;
pub(crate) mod not_found;
mod pace;
pub(crate) mod persona;
pub(crate) mod reset;
pub(crate) mod save_code;
pub(crate) mod stage;
pub(crate) mod start;
pub(crate) mod verify;
mod way_in;
