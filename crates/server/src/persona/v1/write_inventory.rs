//! `PUT /persona/v1/inventory`: the inventory alone, in the place of one that can be read no more.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::{ObjectWriteResponse, objects::SEALED_MEDIA_TYPE, paths::INVENTORY};

use super::{
    object_write::InventoryBody,
    outcomes::{self, INVENTORY_ERRORS},
};
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{Condition, SignedIn},
    failure::ApiError,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::put(INVENTORY, handle)
        .about(
            Tag::Keyhaven,
            "Write the inventory alone, in the place of one that can be read no more",
        )
        .session()
        .conditional()
        .takes(Content::Bytes(SEALED_MEDIA_TYPE))
        .answers(Content::json::<ObjectWriteResponse>())
        .fails(INVENTORY_ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    Condition(precondition): Condition,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    body: InventoryBody,
) -> Result<Response, ApiError> {
    let outcome = store
        .write_inventory(signed_in.author(), body.inventory(), precondition, clock.now())
        .await?;
    outcomes::answer(outcome)
}
