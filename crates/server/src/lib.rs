//! The keyhaven server: it stores sealed backups that it can never read.
//!
//! A request passes the extractors (limits, authentication, parsed types), one handler, one method of the store, which
//! is one transaction, and becomes an answer. The library knows the store by its traits only; the binary chooses one.
//! Nothing in here can decrypt: that code is not linked.

pub mod app_state;
pub mod clock;
pub mod config;
pub mod credential;
pub mod extract;
pub mod failure;
pub mod import;
pub mod mail;
pub mod metrics;
pub mod random;
pub mod recovery_app;
pub mod request_limits;
pub mod router;
pub mod secrets;
pub mod serve;
pub mod sweeper;

mod answer_budget;
mod docs_page;
mod empty_object;
mod headers;
mod lingering;
mod load_shedding;
mod openapi;
mod patient_stream;
mod persona;
mod private_file;
mod request_id;
mod request_log;
mod route;
mod shares;
mod system;
