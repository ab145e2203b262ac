//! The listener: HTTP/1.1 (RFC 9112) with deadlines for slow heads and slow readers and bounds on connections.
//!
//! TLS ends before this process; it speaks plain HTTP to loopback or to the proxy in front of it.

mod open_files;
mod turned_away;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::{ServiceBuilder, util::MapRequestLayer};

pub use open_files::raise_for as raise_open_files_for;

use crate::{
    extract::{Network, Peer},
    metrics::Metrics,
    patient_stream::PatientStream,
    shares::NetworkShares,
};
use turned_away::TurnedAway;

/// From the first byte, or the end of the last answer, to the end of the head.
const HEAD_MAX: Duration = Duration::from_secs(20);
/// How long open requests may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How long connections that were made before the stop are still taken: they wait in the kernel's queue.
const LAST_ACCEPTS: Duration = Duration::from_millis(100);
/// The pause after a failed accept, which is usually a shortage of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Who may connect.
#[derive(Debug)]
pub struct Gate {
    /// Open connections at once; more wait in the kernel's queue.
    pub connections: u32,
    /// Of one network, which is told 503 beyond it.
    pub connections_per_network: u32,
    /// Whose connections are many people's, and count to no network.
    pub trusted_proxies: Vec<IpAddr>,
    /// Counts connections.
    pub metrics: Metrics,
}

/// Serves until `stop` resolves, then lets open requests end.
pub async fn serve(listener: TcpListener, router: Router, gate: Gate, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(
        gate.connections.try_into().unwrap_or(Semaphore::MAX_PERMITS),
    ));
    let door = Door::new(router, gate);
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        // The semaphore is never closed.
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => door.let_in(stream, Peer(peer), place),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a connection was not accepted"
                );
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // A queue that is thrown away with the listener resets those who wait in it.
    let last = async {
        while let Ok(place) = Arc::clone(&places).acquire_owned().await
            && let Ok((stream, peer)) = listener.accept().await
        {
            door.let_in(stream, Peer(peer), place);
        }
    };
    let _elapsed = tokio::time::timeout(LAST_ACCEPTS, last).await;
    drop(listener);
    if tokio::time::timeout(GRACE, door.connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were still open when the server stopped");
    }
}

/// What each connection goes through.
struct Door {
    router: Router,
    builder: http1::Builder,
    connections: GracefulShutdown,
    networks: NetworkShares,
    trusted_proxies: Vec<IpAddr>,
    turned_away: TurnedAway,
    metrics: Metrics,
}

impl Door {
    fn new(router: Router, gate: Gate) -> Self {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_MAX);
        Self {
            router,
            builder,
            connections: GracefulShutdown::new(),
            networks: NetworkShares::new(gate.connections_per_network),
            trusted_proxies: gate.trusted_proxies,
            turned_away: TurnedAway::new(),
            metrics: gate.metrics,
        }
    }

    fn let_in(&self, stream: TcpStream, peer: Peer, place: OwnedSemaphorePermit) {
        let address = peer.0.ip().to_canonical();
        let share = if self.trusted_proxies.contains(&address) {
            None
        } else if let Some(share) = self.networks.take(Network::of(address), 1) {
            Some(share)
        } else {
            self.metrics.refused_connection();
            self.turned_away.tell(stream);
            return;
        };
        let open = self.metrics.connection();
        let stream = PatientStream::new(without_delay(stream));
        let connection = self
            .builder
            .serve_connection(TokioIo::new(stream), service(&self.router, peer));
        let connection = self.connections.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the client's affair and says nothing about the server.
            let _broken = connection.await;
            drop((place, share, open));
        });
    }
}

/// Answers are written whole; waiting to fill a packet would only delay them.
fn without_delay(stream: TcpStream) -> TcpStream {
    let _unsupported = stream.set_nodelay(true);
    stream
}

fn service(
    router: &Router,
    peer: Peer,
) -> TowerToHyperService<
    impl tower::Service<
        hyper::Request<hyper::body::Incoming>,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send,
    > + Clone
    + Send
    + 'static,
> {
    let add_peer = MapRequestLayer::new(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(peer);
        request
    });
    TowerToHyperService::new(ServiceBuilder::new().layer(add_peer).service(router.clone()))
}
