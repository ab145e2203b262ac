//! Our own client's routes.

mod accounts;
mod keys;
mod objects;
mod password;
mod sessions;
