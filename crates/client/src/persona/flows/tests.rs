//! Every flow end to end, through the real driver, against a server in memory that can be told to misbehave.

mod access;
mod after_write;
mod another_key;
mod hostile;
mod letter;
mod page;
mod renewed;
mod reset;
mod secrets;
mod server;
mod settings;
mod vault;
pub(crate) mod world;
