//! A connection that waits for a slow reader only so long.
//!
//! An answer stays in memory until its last byte is taken. Whoever asks for much and reads little would hold it for as
//! long as they like: there is a deadline for heads and for bodies that come, and this is the one for what goes out.
//! Patience is spent by waiting and comes back with what is taken, so that a slow line is waited for and a reader who
//! takes a byte now and then is not.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// The longest wait for a reader, of whom nothing else is known.
const PATIENCE_MAX: Duration = Duration::from_secs(30);
/// Whoever takes less than 4 KiB a second, when there is more, is given up in the end.
const SLOWEST_BYTES_PER_SECOND: u64 = 4 * 1024;

/// A stream on which a write fails when the other side has taken too little for too long.
#[derive(Debug)]
pub(crate) struct PatientStream<S> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits.
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl<S> PatientStream<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            patience: PATIENCE_MAX,
            waiting: None,
        }
    }

    /// Lets a write wait, or ends the wait.
    fn watch<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            if let Some(waiting) = self.waiting.take() {
                self.patience = self.patience.saturating_sub(waiting.since.elapsed());
            }
            return write;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            since: Instant::now(),
            end: Box::pin(sleep(patience)),
        });
        match waiting.end.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                // Asked again, it would say so again, and not wait anew.
                waiting.end.as_mut().reset(Instant::now());
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    /// Gives patience back for what was taken.
    fn taken(&mut self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(len)) = written {
            let millis = u64::try_from(*len)
                .unwrap_or(u64::MAX)
                .saturating_mul(1_000)
                .div_ceil(SLOWEST_BYTES_PER_SECOND);
            let patience = self.patience.saturating_add(Duration::from_millis(millis));
            self.patience = patience.min(PATIENCE_MAX);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PatientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PatientStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let write = self.watch(cx, write);
        self.taken(&write);
        write
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        let write = self.watch(cx, write);
        self.taken(&write);
        write
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(cx, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shutdown = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(cx, shutdown)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_given_up() {
        let (ours, _theirs) = duplex(10);
        let mut ours = PatientStream::new(ours);
        let began = Instant::now();
        let written = tokio::time::timeout(PATIENCE_MAX * 2, ours.write_all(&[7; 100])).await;
        let error = written.expect("an end").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), PATIENCE_MAX);
        let again = ours.write_all(&[7; 100]).await.unwrap_err();
        assert_eq!(
            (again.kind(), began.elapsed()),
            (io::ErrorKind::TimedOut, PATIENCE_MAX)
        );
    }

    /// A reader who takes so many bytes every ten seconds, of an answer that is much longer than the connection holds.
    async fn read_by(bytes_each: usize) -> io::Result<()> {
        let (ours, mut theirs) = duplex(16 * 1024);
        let mut ours = PatientStream::new(ours);
        let reader = tokio::spawn(async move {
            let mut piece = vec![0; bytes_each];
            loop {
                sleep(Duration::from_secs(10)).await;
                if theirs.read_exact(&mut piece).await.is_err() {
                    return;
                }
            }
        });
        let written = ours.write_all(&vec![7; 4 * 1024 * 1024]).await;
        reader.abort();
        written
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_waited_for() {
        read_by(44 * 1024).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_each_time_is_given_up_in_the_end() {
        let began = Instant::now();
        for bytes_each in [1, 4 * 1024, 36 * 1024] {
            let error = read_by(bytes_each).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{bytes_each}");
        }
        assert!(
            began.elapsed() < Duration::from_secs(20 * 60),
            "{:?}",
            began.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_connection_is_no_slow_reader() {
        let (ours, mut theirs) = duplex(10);
        let mut ours = PatientStream::new(ours);
        ours.write_all(b"one").await.unwrap();
        sleep(PATIENCE_MAX * 3).await;
        ours.write_all(b"two").await.unwrap();
        theirs.write_all(b"three").await.unwrap();
        let mut heard = [0; 5];
        ours.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"three");
    }
}
