//! The wire of the system that exists, with its weaknesses closed: `persona.md` 1.2.

mod create_account;
mod delete_persona;
mod list_personas;
mod list_versions;
mod outcome;
mod read_persona;
mod request_reset;
mod request_reset_by_url;
mod restore_version;
mod spend_reset;
mod status;
mod store_persona;

use axum::{Router, routing::any};
use keyhaven_protocol::error::ErrorCode;

use crate::{failure::ApiError, route::Route};

/// Matches an id with slashes, so that the answer names the id and not the path.
const SLASHES: &str = "/personas/{id}/{*rest}";

/// Beside the table, since nothing is served there.
pub(crate) fn beside_the_table<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.route(SLASHES, any(|| async { ApiError::from(ErrorCode::InvalidId) }))
}

/// The table.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        status::route(),
        create_account::route(),
        list_personas::route(),
        store_persona::route(),
        read_persona::route(),
        delete_persona::route(),
        list_versions::route(),
        restore_version::route(),
        request_reset::route(),
        request_reset_by_url::route(),
        spend_reset::route(),
    ]
}
