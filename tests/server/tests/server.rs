//! The running binary from outside. Modules mirror the URLs.

#![cfg(test)]

mod bodies;
mod configuration;
mod connections;
mod graceful;
mod headers;
mod hostile;
mod legacy;
mod log;
mod mail;
mod mail_over_tls;
mod metrics;
mod networks;
mod pages;
mod process;
mod service;
mod uniform;
mod uploads;
mod v1;
