//! The running binary from outside. Modules mirror the URLs.

#![cfg(test)]

mod configuration;
mod headers;
mod hostile;
mod legacy;
mod log;
mod mail;
mod pages;
mod process;
mod service;
mod v1;
