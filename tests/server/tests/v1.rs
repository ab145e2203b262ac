//! Our own client's routes.

mod accounts;
mod keys;
mod locked;
mod objects;
mod overtaken;
mod password;
mod sessions;
mod vault;
