//! `GET /persona/v1/objects`: what the server stores, in order of id, whichever wire wrote it.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    base64url::B64,
    persona::{ObjectListResponse, ObjectView, paths::OBJECTS},
};
use keyhaven_storage::ObjectRecord;

use crate::{
    app_state::StoreRef,
    extract::SignedIn,
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(OBJECTS, handle)
        .about(Tag::Keyhaven, "What is stored, in order of id")
        .session()
        .answers(Content::json::<ObjectListResponse>())
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
) -> Result<Json<ObjectListResponse>, ApiError> {
    let listed = store.objects(signed_in.author()).await?;
    let (inventory_version, objects) = listed.given().ok_or(ApiError::Unauthorized(Challenge::Bearer))?;
    Ok(Json(ObjectListResponse {
        inventory_version,
        objects: objects.into_iter().map(view).collect(),
    }))
}

fn view(record: ObjectRecord) -> ObjectView {
    ObjectView {
        id: record.id,
        size: record.size,
        sha256: B64(record.sha256),
        version: record.version,
        modified_at: record.modified_at.0,
    }
}
