//! `GET /persona/v1/deleted`: what is deleted and can still be brought back, whichever wire deleted it.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::{DeletedListResponse, ObjectView, limits::DELETED_KEPT, paths::DELETED};
use keyhaven_storage::DeletedRecord;

use super::list_objects;
use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, SignedIn},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(DELETED, handle)
        .about(
            Tag::Keyhaven,
            "What is deleted and can still be brought back, the last first",
        )
        .session()
        .answers(Content::json::<DeletedListResponse>())
}

async fn handle(
    signed_in: SignedIn,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let challenge = Challenge::Bearer;
    let read = |room| store.deleted_objects(signed_in.author(), room);
    let view = |deleted: Vec<DeletedRecord>| DeletedListResponse {
        deleted: deleted.into_iter().map(view).collect(),
    };
    let listed = answers.list(network, challenge, read, view).await?;
    listed.ok_or(ApiError::Unauthorized(challenge))
}

fn view(record: DeletedRecord) -> ObjectView {
    ObjectView {
        deleted_at: Some(record.deleted_at.0),
        kept_until: Some(record.deleted_at.plus(DELETED_KEPT).0),
        ..list_objects::view(record.object)
    }
}
