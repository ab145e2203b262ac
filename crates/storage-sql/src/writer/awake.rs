//! A future that is asked again for a moment before its thread is let go to sleep.
//!
//! Most statements take a few microseconds on the connection's thread. To put this thread to sleep and to wake it again
//! takes longer, and all that wait for the batch wait for that too.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    thread,
    time::{Duration, Instant},
};

/// How long the thread asks before it sleeps: longer than a statement, shorter than a sync of the disk.
const AWAKE: Duration = Duration::from_micros(100);

/// Runs `work`, on a thread that has nothing else to do. Whoever else has work for the core goes first each time.
pub(super) async fn staying_awake<T>(work: impl Future<Output = T>) -> T {
    // One that yields to its runtime after so many answers would be asked in vain from then on.
    let mut work = pin!(tokio::task::unconstrained(work));
    poll_fn(|context| {
        let asked_first = Instant::now();
        loop {
            match work.as_mut().poll(context) {
                Poll::Pending if asked_first.elapsed() < AWAKE => thread::yield_now(),
                polled => return polled,
            }
        }
    })
    .await
}
