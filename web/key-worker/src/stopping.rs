//! Work that can be stopped: its future is dropped when the page says so.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Tells a piece of work to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    told: Told,
    waker: Option<Waker>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    Stop,
}

impl Stop {
    /// Stops it, now or at its next step.
    pub(crate) fn tell(&self) {
        let waker = {
            let mut state = self.0.borrow_mut();
            state.told = Told::Stop;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What comes of `work`; `None` if it was stopped before.
    pub(crate) async fn unless_told<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            {
                let mut state = self.0.borrow_mut();
                if state.told == Told::Stop {
                    return Poll::Ready(None);
                }
                state.waker = Some(context.waker().clone());
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}
