//! `DELETE /persona/v1/address`: takes a change of address back that waits. Nothing to take back is done, too.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::paths::ADDRESS;

use super::outcomes::state_change;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::ApiError,
    persona::not_allowed,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(ADDRESS, handle)
        .about(Tag::Keyhaven, "Take a change of address back that waits")
        .session()
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    state_change(store.cancel_address_change(signed_in.author(), now).await?)
}
