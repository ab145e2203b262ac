//! What handlers are given: each extractor stands for one property that was checked.
//!
//! Those of the head (who asks, from where, about what) come before the body in a handler's parameters, so that
//! nothing of a body is read for a stranger.

mod basic;
mod body;
mod condition;
mod fields;
mod json;
mod network;
mod path;
mod query;
mod session;

pub(crate) use basic::{BasicAccount, refuse};
pub(crate) use body::{BodyBudget, Bounded, Uploader};
pub(crate) use condition::{Condition, etag};
pub(crate) use fields::Fields;
pub(crate) use json::{JsonBody, StrangersJson};
pub use network::{Network, WiderNetwork};
pub(crate) use network::{Peer, TrustedProxies};
pub(crate) use path::{EmailInPath, ObjectName, PersonaName, SessionName, VersionNumber, persona_name};
pub(crate) use query::EmailQuery;
pub(crate) use session::SignedIn;
