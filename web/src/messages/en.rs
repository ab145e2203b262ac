//! English.

pub(crate) mod account;
pub(crate) mod code;
pub(crate) mod fields;
pub(crate) mod files;
pub(crate) mod key_file;
pub(crate) mod kit;
pub(crate) mod letter;
pub(crate) mod numbers;
pub(crate) mod problems;
pub(crate) mod progress;
pub(crate) mod reset;
pub(crate) mod restore;
pub(crate) mod results;
pub(crate) mod shell;
pub(crate) mod sign_up;
pub(crate) mod start;
pub(crate) mod states;
pub(crate) mod unlock;
pub(crate) mod verify;
pub(crate) mod ways_back;
