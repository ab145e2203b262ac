//! Typed clients of the backup APIs, and the recovery flows as state machines.
//!
//! A flow is a pure machine: [`driver::Flow::step`] takes what happened and answers what to show or which piece of
//! work to do next. [`driver::drive`] is the one loop that runs any flow: it shows the [`driver::Flow::View`] of each
//! state, waits for what the person does, and does the work through a [`host::Host`], which brings the
//! [`transport::Transport`], the [`engine::Engine`] for slow steps, randomness and the time. Nothing in here knows an
//! async runtime, a document, a clock or the environment.
//!
//! [`persona`] is the client of persona backups: accounts by e-mail address and password. [`key_file`] is what is done with
//! key files of Matrix on the device itself.

pub mod driver;
pub mod engine;
pub mod host;
pub mod kept;
pub mod key_file;
pub mod persona;
pub mod problem;
pub mod progress;
pub mod transport;
