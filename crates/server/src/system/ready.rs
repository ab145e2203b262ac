//! `GET /ready`: a write was durable a moment ago.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_storage::Timestamp;
use tokio::sync::Mutex;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    failure::ApiError,
    route::{Route, Tag},
};

/// When a write was last seen to be durable. Asking costs a write, so that everybody who asks within a second shares
/// one; those who come while it runs wait for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Readiness(Arc<Mutex<Option<Timestamp>>>);

pub(super) fn route() -> Route {
    Route::get("/ready", handle).about(Tag::Service, "The store takes writes")
}

async fn handle(
    State(readiness): State<Readiness>,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let mut last = readiness.0.lock().await;
    let now = clock.now();
    if *last != Some(now) {
        // Any failure means "not ready", which is 503 and not a fault of this request.
        store.check_writable(now).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "the store is not ready");
            ApiError::Busy
        })?;
        *last = Some(now);
    }
    Ok(Json(EmptyObject {}))
}
