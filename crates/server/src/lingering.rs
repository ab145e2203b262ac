//! Reads what is left of a body that was refused.
//!
//! A connection that is closed with bytes unread is reset, and a client that is still sending may then never see why
//! it was refused. So the rest is read and thrown away, up to a bound, before the answer goes out.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, extract::Request, http::header, middleware::Next, response::Response};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;

/// A little more than the largest body that any route takes.
const THROWN_AWAY_MAX_BYTES: usize = 12 * 1024 * 1024;
const TIME_MAX: Duration = Duration::from_secs(5);

/// A body that outlives the handler it is lent to.
#[derive(Clone)]
struct Lent(Arc<Mutex<Body>>);

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Lends the body to the route and reads the rest afterwards.
pub(crate) async fn read_to_end(request: Request, next: Next) -> Response {
    // Whoever waits for permission to send has not sent, and must not be given it now.
    if request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut lent = Lent(Arc::new(Mutex::new(body)));
    let response = next
        .run(Request::from_parts(parts, Body::new(lent.clone())))
        .await;
    throw_away(&mut lent).await;
    response
}

/// Reads the body of a request that no route is asked about.
pub(crate) async fn read_unasked(request: Request) {
    if !request.headers().contains_key(header::EXPECT) {
        throw_away(&mut request.into_body()).await;
    }
}

async fn throw_away(body: &mut (impl HttpBody<Data = Bytes> + Unpin)) {
    if !body.is_end_stream() {
        // The answer is the same whether the rest came in time or not.
        let _elapsed = tokio::time::timeout(TIME_MAX, read_and_forget(body)).await;
    }
}

async fn read_and_forget(body: &mut (impl HttpBody<Data = Bytes> + Unpin)) {
    let mut left = THROWN_AWAY_MAX_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let len = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(len) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{Router, http::StatusCode, middleware, routing::post};
    use futures_util::{StreamExt as _, stream};
    use tower::ServiceExt as _;

    use super::*;

    async fn pieces_read(expect: bool) -> usize {
        let read = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&read);
        let pieces = stream::iter(0..5).map(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Bytes::from_static(b"piece"))
        });
        let mut request = Request::post("/");
        if expect {
            request = request.header(header::EXPECT, "100-continue");
        }
        let router = Router::new()
            .route("/", post(|| async { StatusCode::UNAUTHORIZED }))
            .layer(middleware::from_fn(read_to_end));
        let response = router
            .oneshot(request.body(Body::from_stream(pieces)).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        read.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn what_a_route_leaves_is_read() {
        assert_eq!(pieces_read(false).await, 5);
    }

    #[tokio::test]
    async fn a_body_that_waits_for_permission_is_left_alone() {
        assert_eq!(pieces_read(true).await, 0);
    }
}
