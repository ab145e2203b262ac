//! The listener: HTTP/1.1 (RFC 9112) with deadlines for slow heads and slow readers and a bound on connections.
//!
//! TLS ends before this process; it speaks plain HTTP to loopback or to the proxy in front of it.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::{ServiceBuilder, util::MapRequestLayer};

use crate::{extract::Peer, patient_stream::PatientStream};

/// From the first byte, or the end of the last answer, to the end of the head.
const HEAD_MAX: Duration = Duration::from_secs(20);
/// The longest wait for a client to take some of an answer.
const READER_IDLE_MAX: Duration = Duration::from_secs(30);
/// How long open requests may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);
/// The pause after a failed accept, which is usually a shortage of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` resolves, then lets open requests end. At most `connections_max` connections are open at once;
/// more wait in the kernel's queue.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: u16,
    stop: impl Future<Output = ()>,
) {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(connections_max.into()));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_MAX);
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
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a connection was not accepted"
                );
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let stream = PatientStream::new(without_delay(stream), READER_IDLE_MAX);
        let connection = builder.serve_connection(TokioIo::new(stream), service(&router, Peer(peer)));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the client's affair and says nothing about the server.
            let _broken = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still open when the server stopped");
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
