//! Connections of a network that holds too many: told so and closed, at the price of a few bytes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keyhaven_protocol::error::{ErrorCode, Failure, FailureResponse};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    time::Instant,
};

use crate::request_id::RequestId;

/// Seconds after which a connection may have ended.
const RETRY_AFTER: u8 = 5;
/// How many are told at once; those beyond are closed without a word.
const TOLD_MAX: usize = 64;
/// How long somebody has to take the answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// A line in the log for each connection would let anybody fill the disk.
const LOGGED_EVERY: Duration = Duration::from_secs(60);

/// Tells connections that are one too many.
#[derive(Debug)]
pub(super) struct TurnedAway {
    told: Arc<Semaphore>,
    logged: Mutex<Option<Instant>>,
}

impl TurnedAway {
    pub(super) fn new() -> Self {
        Self {
            told: Arc::new(Semaphore::new(TOLD_MAX)),
            logged: Mutex::new(None),
        }
    }

    pub(super) fn tell(&self, stream: TcpStream) {
        self.log();
        let Ok(place) = Arc::clone(&self.told).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let _elapsed = tokio::time::timeout(PATIENCE, answer(stream)).await;
            drop(place);
        });
    }

    fn log(&self) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.is_none_or(|logged| logged.elapsed() >= LOGGED_EVERY) {
            *logged = Some(Instant::now());
            tracing::warn!(
                "connections are turned away: their network holds too many. If every request comes through a proxy, \
                 list it in trusted_proxies"
            );
        }
    }
}

/// What was sent already is read: closed with bytes unread, the connection would be reset and the answer lost.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(words().as_bytes()).await?;
    stream.shutdown().await?;
    let mut unread = [0; 4096];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// The failure as any other would have it. Nothing was read, so that nothing is known of who asks but the network.
fn words() -> String {
    let id = RequestId::generate();
    let id = id.as_str();
    let body = FailureResponse {
        failure: Failure::new(ErrorCode::Busy, id.to_owned()),
    };
    // Numbers and words of ours become text always; without one the status still says it.
    let body = serde_json::to_string(&body).unwrap_or_default();
    let length = body.len();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: {RETRY_AFTER}\r\nx-request-id: {id}\r\ncontent-type: \
         application/json\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\ncontent-length: \
         {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
