//! `GET /persona/v1/objects`: what the server stores, in order of id, whichever wire wrote it.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    base64url::B64,
    persona::{ObjectListResponse, ObjectView, paths::OBJECTS},
};
use keyhaven_storage::{Listed, ObjectRecord};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, SignedIn},
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
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let challenge = Challenge::Bearer;
    let read = |room| store.objects(signed_in.author(), room);
    let view = |listed: Listed| ObjectListResponse {
        inventory_version: listed.inventory_version,
        objects: listed.objects.into_iter().map(view).collect(),
        deleted: listed.deleted,
    };
    let listed = answers.list(network, challenge, read, view).await?;
    listed.ok_or(ApiError::Unauthorized(challenge))
}

pub(super) fn view(record: ObjectRecord) -> ObjectView {
    ObjectView {
        id: record.id,
        size: record.size,
        sha256: B64(record.sha256),
        version: record.version,
        modified_at: record.modified_at.0,
        deleted_at: None,
        kept_until: None,
    }
}
