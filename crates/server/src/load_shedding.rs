//! How many requests are worked on at once. Who finds no place waits for one in turn, but not for long: then the answer
//! is 503, and a longer queue would only make everybody late. That answer is held back for a moment: it costs nearly as
//! much as one that serves, and clients that ask again as soon as they are refused would leave no time for the others.
//!
//! A request whose body is on its way is not worked on: else who sends slowly would hold a place that others need. When
//! its body has come it goes before those who only begin, and has more patience: what was done for it already would be lost
//! otherwise.

mod turned_away;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::Extensions,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::{failure::ApiError, lingering, metrics::Metrics};
use turned_away::TurnedAway;

/// Asked by whoever decides whether to restart the process: it must answer above all under load.
const ALWAYS_SERVED: &str = "/health";
/// How long a request waits for a place.
const TURN_MAX: Duration = Duration::from_millis(50);
/// How long the answer to one that got none is held back. At most what [`ApiError::Busy`] asks its client to wait.
const HELD_BACK: Duration = Duration::from_millis(450);
/// How long a request waits for another place when its body has come.
const SECOND_TURN_MAX: Duration = Duration::from_secs(1);

/// Places for requests that are worked on.
#[derive(Debug, Clone)]
pub(crate) struct WorkPlaces {
    free: Arc<Semaphore>,
    /// Passed one by one by those who only begin: of them one at most stands before who has sent a body.
    turnstile: Arc<Semaphore>,
    turned_away: Arc<TurnedAway>,
}

impl WorkPlaces {
    pub(crate) fn new(requests_max: u32, metrics: Metrics) -> Self {
        let places = requests_max.try_into().unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(places)),
            turnstile: Arc::new(Semaphore::new(1)),
            turned_away: Arc::new(TurnedAway::new(metrics)),
        }
    }

    /// A place for a request that begins.
    async fn take(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        // Usually there is one, and no clock is asked. Where somebody waits, none is free.
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(place);
        }
        let in_turn = async {
            let _alone = self.turnstile.acquire().await?;
            Arc::clone(&self.free).acquire_owned().await
        };
        self.in_time(TURN_MAX, in_turn).await
    }

    /// A place for a request whose body has come.
    async fn take_again(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let next = Arc::clone(&self.free).acquire_owned();
        self.in_time(SECOND_TURN_MAX, next).await
    }

    async fn in_time(
        &self,
        max: Duration,
        place: impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>>,
    ) -> Result<OwnedSemaphorePermit, ApiError> {
        match tokio::time::timeout(max, place).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => {
                self.turned_away.one_more();
                Err(ApiError::Busy)
            }
        }
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

/// When a request came: what waits for a place is late already.
#[derive(Debug, Clone, Copy)]
struct Came(Instant);

/// When the request came; now, if nobody noted it.
pub(crate) fn came_at(extensions: &Extensions) -> Instant {
    extensions.get().map_or_else(Instant::now, |Came(at)| *at)
}

/// Serves a request in a place of its own, or turns it away.
pub(crate) async fn shed(State(places): State<WorkPlaces>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Came(Instant::now()));
    if request.uri().path() == ALWAYS_SERVED {
        return next.run(request).await;
    }
    let permit = match places.take().await {
        Ok(permit) => permit,
        Err(busy) => {
            lingering::read_unasked(request).await;
            tokio::time::sleep(HELD_BACK).await;
            return busy.into_response();
        }
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
/// [`ApiError::Busy`] if there is none in time.
pub(crate) async fn while_waiting<T>(
    extensions: &Extensions,
    body: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let Some(place) = extensions.get::<Place>() else {
        return body.await;
    };
    place.put(None);
    let body = body.await?;
    place.put(Some(place.places.take_again().await?));
    Ok(body)
}

#[cfg(test)]
mod tests;
