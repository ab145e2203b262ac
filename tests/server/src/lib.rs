//! What the black-box tests stand on: the real binary in a folder of its own, a plain HTTP client that sends what it is
//! told to, a mailbox, and a person with made-up keys. The server looks into nothing that is sealed, so neither do
//! these tests, but for the few that ask whether a person gets in with the real client.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

pub mod authority;
pub mod campaign;
pub mod device;
pub mod http;
pub mod keep_alive;
pub mod mailbox;
pub mod measure;
pub mod person;
pub mod server;
pub mod smtp;
pub mod tools;
pub mod travelled;
