//! `POST /persona/v1/objects/{id}/delete`: takes an object off the list, with the inventory that no longer names it.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::{ObjectWriteResponse, objects::SEALED_MEDIA_TYPE, paths::OBJECT_DELETE};

use super::{
    object_write::{InventoryBody, ObjectWrite},
    outcomes::{self, ERRORS},
};
use crate::{
    app_state::{ClockRef, StoreRef},
    failure::ApiError,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(OBJECT_DELETE, handle)
        .about(
            Tag::Keyhaven,
            "Delete an object, with the inventory that no longer names it",
        )
        .session()
        .conditional()
        .takes(Content::Bytes(SEALED_MEDIA_TYPE))
        .answers(Content::json::<ObjectWriteResponse>())
        .fails(ERRORS)
}

async fn handle(
    ObjectWrite {
        author,
        id,
        precondition,
    }: ObjectWrite,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    body: InventoryBody,
) -> Result<Response, ApiError> {
    let outcome = store
        .delete_object_and_write_inventory(author, &id, body.inventory(), precondition, clock.now())
        .await?;
    outcomes::answer(outcome)
}
