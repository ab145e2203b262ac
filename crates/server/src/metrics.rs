//! What an operator can watch: counts of this process, given out as Prometheus text on a listener of its own.
//!
//! Labels are methods, statuses and the router's own patterns, all of which are few. Nothing in here names a person, an
//! address, an object or a network.

mod exposition;
mod page;
mod requests;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

pub use page::router;

use crate::{load_shedding, request_log::known_method};
use requests::Requests;

/// The counts. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Counts>);

#[derive(Default)]
struct Counts {
    requests: Requests,
    in_flight: Gauge,
    shed: Counter,
    connections: Gauge,
    accepted: Counter,
    refused: Counter,
    mails_given_up: Counter,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Counts a connection as open until what is returned is dropped.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.0.accepted.add();
        self.0.connections.rise();
        OpenConnection(self.clone())
    }

    /// A connection was turned away because its network holds too many.
    pub(crate) fn refused_connection(&self) {
        self.0.refused.add();
    }

    /// A letter was tried for as long as it is worth.
    pub(crate) fn gave_a_mail_up(&self) {
        self.0.mails_given_up.add();
    }

    /// A request was turned away because too many were being served.
    pub(crate) fn shed_request(&self) {
        self.0.shed.add();
    }
}

/// A connection that is open.
#[derive(Debug)]
pub(crate) struct OpenConnection(Metrics);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.0.connections.fall();
    }
}

/// A request that is being served; also one whose client goes away ends.
struct InFlight(Metrics);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.in_flight.fall();
    }
}

/// Counts requests by pattern and status, and times them.
pub(crate) async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = known_method(request.method());
    metrics.0.in_flight.rise();
    let in_flight = InFlight(metrics);
    let came = load_shedding::came_at(request.extensions());
    let response = next.run(request).await;
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    let requests = &in_flight.0.0.requests;
    requests.answered(route, method, response.status().as_u16(), came.elapsed());
    response
}

/// A number that rises.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that rises and falls, and falls no more often than it rose.
#[derive(Debug, Default)]
struct Gauge(AtomicU64);

impl Gauge {
    fn rise(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn fall(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
