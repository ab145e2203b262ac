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

use super::{
    object_write::{ObjectWrite, check_inventory},
    outcomes::{self, ERRORS},
};
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::Bounded,
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
    ObjectWrite {
        author,
        id,
        precondition,
    }: ObjectWrite,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    Bounded(body): Bounded<BODY_MAX_BYTES>,
) -> Result<Response, ApiError> {
    let [inventory, object] = split_parts(&body).map_err(|_| ErrorCode::MalformedBody)?;
    check_inventory(inventory)?;
    match object.len() {
        0 => return Err(ErrorCode::EmptyBody.into()),
        1..=OBJECT_MAX_BYTES => {}
        _ => return Err(ErrorCode::TooLarge.into()),
    }
    let part = |part: &[u8]| body.slice_ref(part);
    let outcome = store
        .write_object_and_inventory(
            author,
            &id,
            part(object),
            part(inventory),
            precondition,
            clock.now(),
        )
        .await?;
    outcomes::answer(outcome)
}
