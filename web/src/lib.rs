//! The recovery app: a static site, whose pages are programs of WebAssembly.
//!
//! Each group of pages is a program of its own (`bin`), so that a person loads what the page at hand needs; slow steps
//! are one more, which runs in workers. `web/routes.json` says which page has which program, and `web/start.js` loads
//! it, checked.
//!
//! `pages` wire flows of `keyhaven_client` to `components`, which are pure; `browser` wraps what only a browser has;
//! every word that a person reads is in `messages`.
#![expect(
    unreachable_pub,
    reason = "the component macro makes public items inside private modules"
)]

pub mod app;
mod browser;
mod code_forms;
mod components;
mod file_name;
#[cfg(feature = "gallery")]
mod gallery;
pub mod handover;
mod messages;
mod pages;
mod parse;
pub mod programs;
mod reader;
mod reset_link;
pub mod route;
mod wire;
pub mod worker;
