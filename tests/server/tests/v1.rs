//! Our own client's routes.

mod accounts;
mod address;
mod code_thieves;
mod deletion;
mod freezing;
mod keys;
mod letters;
mod locked;
mod objects;
mod overtaken;
mod password;
mod renewal;
mod sessions;
mod states;
mod thieves;
mod unconfirmed;
mod vault;
mod ways_back;
