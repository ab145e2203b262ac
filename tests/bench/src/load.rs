//! The load generator: some connections that are kept open, each of which sends a request as soon as the last was
//! answered. All of them run on one thread, so that the generator takes as little as it can from the cores that it
//! shares with the server.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

/// How many answers are waited for at once unless a figure says otherwise.
pub(crate) const CONNECTIONS: usize = 32;
const HEAD_MAX_BYTES: usize = 16 * 1024;

/// What one connection asks, request after request.
pub(crate) trait Script: Send + 'static {
    /// Writes the next request, head and body, into the empty buffer.
    fn next(&mut self, request: &mut Vec<u8>);

    /// Looks at the answer to it.
    ///
    /// # Errors
    /// When the answer is not what the script counts as done: then the figure would mean nothing.
    fn take(&mut self, answer: &Answer<'_>) -> anyhow::Result<()>;
}

/// An answer with its head as text.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) head: &'a str,
    pub(crate) body_len: usize,
}

impl Answer<'_> {
    /// Its status code.
    pub(crate) fn status(&self) -> &str {
        self.head.get(9..12).unwrap_or_default()
    }

    /// The value of a header, whose name is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.split("\r\n").skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Expects success.
    pub(crate) fn expect_success(&self) -> anyhow::Result<()> {
        ensure!(self.status() == "200", "the server answered: {}", self.head);
        Ok(())
    }
}

/// What came of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Lets each script talk on a connection of its own: first to warm up, then counted for `duration`.
///
/// # Errors
/// When a connection breaks, or a script does not like an answer.
pub(crate) fn run(
    address: SocketAddr,
    scripts: Vec<Box<dyn Script>>,
    duration: Duration,
) -> anyhow::Result<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("no runtime")?;
    let counted_from = Instant::now() + warm_up(duration);
    let until = counted_from + duration;
    let latencies = runtime.block_on(async {
        let mut connections = JoinSet::new();
        for script in scripts {
            connections.spawn(talk(address, script, counted_from, until));
        }
        let mut all = Vec::new();
        while let Some(ended) = connections.join_next().await {
            all.extend(ended.context("a connection panicked")??);
        }
        anyhow::Ok(all)
    })?;
    measured(latencies, duration)
}

/// What comes before the part that is counted.
pub(crate) fn warm_up(counted: Duration) -> Duration {
    counted / 4
}

/// The time of each answer that came while it was counted.
async fn talk(
    address: SocketAddr,
    mut script: Box<dyn Script>,
    counted_from: Instant,
    until: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await.context("no connection")?;
    stream.set_nodelay(true).context("no delay cannot be set")?;
    let (mut request, mut received) = (Vec::new(), Vec::new());
    let mut latencies = Vec::new();
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(latencies);
        }
        request.clear();
        script.next(&mut request);
        stream.write_all(&request).await.context("the connection broke")?;
        let answer = read_answer(&mut stream, &mut received).await?;
        let ended = Instant::now();
        script.take(&answer)?;
        if ended >= counted_from && ended < until {
            latencies.push(ended - began);
        }
    }
}

/// Reads one whole answer, whose length is announced.
async fn read_answer<'a>(stream: &mut TcpStream, received: &'a mut Vec<u8>) -> anyhow::Result<Answer<'a>> {
    received.clear();
    let head_len = loop {
        if let Some(len) = head_len(received) {
            break len;
        }
        ensure!(
            received.len() < HEAD_MAX_BYTES,
            "the head of an answer has no end"
        );
        ensure!(
            stream.read_buf(received).await.context("the connection broke")? > 0,
            "the server closed the connection"
        );
    };
    let head = received.get(..head_len).unwrap_or_default();
    let head = std::str::from_utf8(head).context("the head is not text")?;
    let answer = Answer { head, body_len: 0 };
    let announced = answer
        .header("content-length")
        .context("an answer without a length")?;
    let body_len: usize = announced.parse().context("the length is no number")?;
    while received.len() < head_len + body_len {
        if stream.read_buf(received).await.context("the connection broke")? == 0 {
            bail!("the server closed the connection within an answer");
        }
    }
    let head = received.get(..head_len).unwrap_or_default();
    Ok(Answer {
        head: std::str::from_utf8(head).context("the head is not text")?,
        body_len,
    })
}

fn head_len(received: &[u8]) -> Option<usize> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(end + 4)
}

fn measured(mut latencies: Vec<Duration>, duration: Duration) -> anyhow::Result<Measured> {
    latencies.sort_unstable();
    let ms = |hundredths: usize| {
        let index = (latencies.len().saturating_sub(1)) * hundredths / 100;
        let latency = latencies.get(index).context("nothing was answered")?;
        anyhow::Ok(latency.as_secs_f64() * 1_000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
    let answered = latencies.len() as f64;
    Ok(Measured {
        per_second: answered / duration.as_secs_f64(),
        p50_ms: ms(50)?,
        p99_ms: ms(99)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundredths_are_those_of_the_sorted_times() {
        let latencies = (1..=200).rev().map(Duration::from_millis).collect();
        let measured = measured(latencies, Duration::from_secs(2)).unwrap();
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        near(measured.per_second, 100.0);
        near(measured.p50_ms, 100.0);
        near(measured.p99_ms, 198.0);
    }

    #[test]
    fn a_run_without_an_answer_is_no_figure() {
        assert!(measured(Vec::new(), Duration::from_secs(1)).is_err());
    }

    #[test]
    fn an_answer_is_known_by_status_and_headers() {
        let head = "HTTP/1.1 412 Precondition Failed\r\nETag: \"7\"\r\nContent-Length: 2\r\n\r\n";
        let answer = Answer { head, body_len: 2 };
        assert_eq!(answer.status(), "412");
        assert_eq!(answer.header("etag"), Some("\"7\""));
        assert_eq!(answer.header("x-request-id"), None);
        assert!(answer.expect_success().is_err());
        assert_eq!(head_len(head.as_bytes()), Some(head.len()));
    }
}
