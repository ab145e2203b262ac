//! `PUT /persona/v1/objects/{id}`: object and inventory in one transaction.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    parts::split_parts,
    persona::{
        ObjectWriteResponse,
        limits::{INVENTORY_MAX_BYTES, OBJECT_MAX_BYTES},
        objects::PARTS_MEDIA_TYPE,
        paths::OBJECT,
    },
};
use keyhaven_storage::Author;

use super::outcomes::{self, ERRORS};
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{Bounded, Condition, ObjectName, SignedIn},
    failure::ApiError,
    route::{Content, Route, Tag},
};

/// Both parts at their largest, each behind its length.
const BODY_MAX_BYTES: usize = OBJECT_MAX_BYTES + INVENTORY_MAX_BYTES + 8;

pub(super) fn route() -> Route {
    Route::put(OBJECT, handle)
        .about(
            Tag::Keyhaven,
            "Write an object and the inventory that names it: two length-prefixed parts",
        )
        .session()
        .conditional()
        .takes(Content::Bytes(PARTS_MEDIA_TYPE))
        .answers(Content::json::<ObjectWriteResponse>())
        .fails(ERRORS)
}

async fn handle(
    SignedIn { account, .. }: SignedIn,
    ObjectName(id): ObjectName,
    Condition(precondition): Condition,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    Bounded(body): Bounded<BODY_MAX_BYTES>,
) -> Result<Response, ApiError> {
    let [inventory, object] = split_parts(&body.bytes).map_err(|_| ErrorCode::MalformedBody)?;
    let inventory = outcomes::inventory(inventory)?;
    let object = match object.len() {
        0 => return Err(ErrorCode::EmptyBody.into()),
        1..=OBJECT_MAX_BYTES => body.bytes.slice_ref(object),
        _ => return Err(ErrorCode::TooLarge.into()),
    };
    let id = id.to_string();
    let outcome = store
        .write_object_and_inventory(
            Author::from(&account),
            &id,
            object,
            inventory,
            precondition,
            clock.now(),
        )
        .await?;
    outcomes::written(outcome)
}
