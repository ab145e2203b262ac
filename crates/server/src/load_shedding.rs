//! How many requests are worked on at once. Beyond it the answer is 503 at once: a queue would only make everybody
//! late.
//!
//! A request whose body is on its way is not worked on: else who sends slowly would hold a place that others need.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::{Request, State},
    http::Extensions,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{failure::ApiError, metrics::Metrics};

/// Asked by whoever decides whether to restart the process: it must answer above all under load.
const ALWAYS_SERVED: &str = "/health";

/// Places for requests that are worked on.
#[derive(Debug, Clone)]
pub(crate) struct WorkPlaces {
    free: Arc<Semaphore>,
    metrics: Metrics,
}

impl WorkPlaces {
    pub(crate) fn new(requests_max: u32, metrics: Metrics) -> Self {
        let places = requests_max.try_into().unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(places)),
            metrics,
        }
    }

    fn take(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.free).try_acquire_owned().map_err(|_| {
            self.metrics.shed_request();
            ApiError::Busy
        })
    }
}

/// The place of one request, which travels in its extensions.
#[derive(Debug, Clone)]
struct Place {
    places: WorkPlaces,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Place {
    fn put(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}

/// Serves a request in a place of its own, or turns it away.
pub(crate) async fn shed(State(places): State<WorkPlaces>, mut request: Request, next: Next) -> Response {
    if request.uri().path() == ALWAYS_SERVED {
        return next.run(request).await;
    }
    let permit = match places.take() {
        Ok(permit) => permit,
        Err(busy) => return busy.into_response(),
    };
    let place = Place {
        places,
        held: Arc::new(Mutex::new(Some(permit))),
    };
    request.extensions_mut().insert(place.clone());
    let response = next.run(request).await;
    place.put(None);
    response
}

/// Gives the request's place up while `body` comes, and takes one again.
///
/// # Errors
/// [`ApiError::Busy`] if there is none by then.
pub(crate) async fn while_waiting<T>(
    extensions: &Extensions,
    body: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let Some(place) = extensions.get::<Place>() else {
        return body.await;
    };
    place.put(None);
    let body = body.await?;
    place.put(Some(place.places.take()?));
    Ok(body)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    use super::*;

    fn router(places: &WorkPlaces, go_on: &Arc<Notify>) -> Router {
        let work = |go_on: Arc<Notify>| async move { go_on.notified().await };
        let body = |request: Request, go_on: Arc<Notify>| async move {
            let wait = async {
                go_on.notified().await;
                Ok(())
            };
            while_waiting(request.extensions(), wait).await
        };
        let (working, waiting) = (Arc::clone(go_on), Arc::clone(go_on));
        Router::new()
            .route("/work", get(move || work(working)))
            .route("/body", get(move |request: Request| body(request, waiting)))
            .route("/health", get(|| async {}))
            .layer(middleware::from_fn_with_state(places.clone(), shed))
    }

    async fn status(router: &Router, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn beyond_the_places_the_answer_is_503_at_once_and_health_is_served() {
        let places = WorkPlaces::new(1, Metrics::default());
        let go_on = Arc::new(Notify::new());
        let router = router(&places, &go_on);
        let first = tokio::spawn({
            let router = router.clone();
            async move { status(&router, "/work").await }
        });
        while places.free.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(status(&router, "/work").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(&router, "/health").await, StatusCode::OK);
        go_on.notify_one();
        assert_eq!(first.await.unwrap(), StatusCode::OK);
        go_on.notify_one();
        assert_eq!(status(&router, "/work").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn who_waits_for_a_body_leaves_the_place_to_others_and_needs_one_again() {
        let places = WorkPlaces::new(1, Metrics::default());
        let go_on = Arc::new(Notify::new());
        let router = router(&places, &go_on);
        let begin = |path: &'static str| {
            let router = router.clone();
            tokio::spawn(async move { status(&router, path).await })
        };
        let sender = begin("/body");
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(places.free.available_permits(), 1);
        let other = begin("/work");
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(places.free.available_permits(), 0);
        // The first to wait is the first to go on: its body has come, and the other still holds the place.
        go_on.notify_one();
        assert_eq!(sender.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
        go_on.notify_one();
        assert_eq!(other.await.unwrap(), StatusCode::OK);
        assert_eq!(places.free.available_permits(), 1);
    }
}
