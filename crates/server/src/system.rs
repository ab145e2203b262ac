//! Routes about the server itself.

mod docs;
mod document;
mod health;
pub(crate) mod ready;

use crate::route::Route;

/// The table.
pub(crate) fn routes() -> Vec<Route> {
    vec![health::route(), ready::route(), document::route(), docs::route()]
}
