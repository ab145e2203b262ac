//! `GET /persona/v1/deleted`: what is deleted and can still be brought back, whichever wire deleted it.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::{DeletedListResponse, ObjectView, limits::DELETED_KEPT, paths::DELETED};
use keyhaven_storage::{DeletedRecord, Timestamp};

use super::list_objects;
use crate::{
    answer_budget::AnswerBudget,
    app_state::{ClockRef, StoreRef},
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
    State(clock): State<ClockRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let challenge = Challenge::Bearer;
    let read = |room| store.deleted_objects(signed_in.author(), room);
    // While there is trouble the days have not begun: as long as from now at least.
    let in_trouble = !signed_in.account.state.may_change();
    let now = in_trouble.then(|| clock.now());
    let view = |deleted: Vec<DeletedRecord>| DeletedListResponse {
        deleted: deleted.into_iter().map(|record| view(record, now)).collect(),
    };
    let listed = answers.list(network, challenge, read, view).await?;
    listed.ok_or(ApiError::Unauthorized(challenge))
}

fn view(record: DeletedRecord, in_trouble_at: Option<Timestamp>) -> ObjectView {
    let kept_from = in_trouble_at.map_or(record.kept_from, |now| record.kept_from.max(now));
    ObjectView {
        deleted_at: Some(record.deleted_at.0),
        kept_until: Some(kept_from.plus(DELETED_KEPT).0),
        ..list_objects::view(record.object)
    }
}
