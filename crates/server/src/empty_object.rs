//! `{}`: done, and nothing to say.

use serde::Serialize;

/// The answer of a route that succeeded without content.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct EmptyObject {}
