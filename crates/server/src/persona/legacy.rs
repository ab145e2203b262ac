//! The wire of the system that exists, with its weaknesses closed: `persona.md` 1.2.

mod create_account;
mod delete_persona;
mod list_personas;
mod outcome;
mod read_persona;
mod request_reset;
mod request_reset_by_url;
mod spend_reset;
mod status;
mod store_persona;

use crate::route::Route;

/// Matches an id with slashes too, so that the answer names the id and not the path.
const PERSONA_PATTERN: &str = "/personas/{*id}";

/// The table.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        status::route(),
        create_account::route(),
        list_personas::route(),
        store_persona::route(),
        read_persona::route(),
        delete_persona::route(),
        request_reset::route(),
        request_reset_by_url::route(),
        spend_reset::route(),
    ]
}
