//! The running binary under the tools of others: slow clients, too many clients, and a reader of its own description.
//! One after the other: each wants the machine for itself.

#![cfg(test)]

#[path = "tools/alone.rs"]
mod alone;
#[path = "tools/connections.rs"]
mod connections;
#[path = "tools/description.rs"]
mod description;
#[path = "tools/flood.rs"]
mod flood;
#[path = "tools/k6.rs"]
mod k6;
#[path = "tools/overload.rs"]
mod overload;
#[path = "tools/slow.rs"]
mod slow;
