//! A connection that waits for a slow reader only so long.
//!
//! An answer stays in memory until its last byte is taken. Whoever asks for much and reads nothing would hold it for as
//! long as they like: there is a deadline for heads and for bodies that come, and this is the one for what goes out.

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

/// A stream on which a write fails when the other side has taken nothing for `patience`.
#[derive(Debug)]
pub(crate) struct PatientStream<S> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> PatientStream<S> {
    pub(crate) fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    /// Lets a write wait, or ends the wait.
    fn watch<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.waiting = None;
            return write;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
        match waiting.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                // Asked again, it would say so again, and not wait anew.
                waiting.as_mut().reset(Instant::now());
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
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
        self.watch(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.watch(cx, write)
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

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_given_up() {
        let (ours, _theirs) = duplex(10);
        let mut ours = PatientStream::new(ours, PATIENCE);
        let began = Instant::now();
        let written = tokio::time::timeout(PATIENCE * 2, ours.write_all(&[7; 100])).await;
        let error = written.expect("an end").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), PATIENCE);
        let again = ours.write_all(&[7; 100]).await.unwrap_err();
        assert_eq!(
            (again.kind(), began.elapsed()),
            (io::ErrorKind::TimedOut, PATIENCE)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_each_time_is_waited_for() {
        let (ours, mut theirs) = duplex(10);
        let mut ours = PatientStream::new(ours, PATIENCE);
        let reader = tokio::spawn(async move {
            let mut taken = Vec::new();
            let mut piece = [0; 10];
            while taken.len() < 100 {
                sleep(PATIENCE - Duration::from_secs(1)).await;
                let len = theirs.read(&mut piece).await.unwrap();
                taken.extend_from_slice(&piece[..len]);
            }
            taken
        });
        ours.write_all(&[7; 100]).await.unwrap();
        assert_eq!(reader.await.unwrap(), [7; 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_connection_is_no_slow_reader() {
        let (ours, mut theirs) = duplex(10);
        let mut ours = PatientStream::new(ours, PATIENCE);
        ours.write_all(b"one").await.unwrap();
        sleep(PATIENCE * 3).await;
        ours.write_all(b"two").await.unwrap();
        theirs.write_all(b"three").await.unwrap();
        let mut heard = [0; 5];
        ours.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"three");
    }
}
