//! `POST /persona/v1/objects/{id}/undelete`: lists the last version of a deleted object again.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::{
    ObjectWriteResponse, limits::INVENTORY_MAX_BYTES, objects::SEALED_MEDIA_TYPE, paths::OBJECT_UNDELETE,
};
use keyhaven_storage::Author;

use super::outcomes::{self, ERRORS};
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{Bounded, Condition, ObjectName, SignedIn},
    failure::ApiError,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(OBJECT_UNDELETE, handle)
        .about(
            Tag::Keyhaven,
            "Bring a deleted object back, with the inventory that names it again",
        )
        .session()
        .conditional()
        .takes(Content::Bytes(SEALED_MEDIA_TYPE))
        .answers(Content::json::<ObjectWriteResponse>())
        .fails(ERRORS)
}

async fn handle(
    SignedIn { account, .. }: SignedIn,
    ObjectName(id): ObjectName,
    Condition(precondition): Condition,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    Bounded(body): Bounded<INVENTORY_MAX_BYTES>,
) -> Result<Response, ApiError> {
    let inventory = outcomes::inventory(&body.bytes)?;
    let id = id.to_string();
    let outcome = store
        .undelete_object_and_write_inventory(
            Author::from(&account),
            &id,
            inventory,
            precondition,
            clock.now(),
        )
        .await?;
    outcomes::written(outcome)
}
