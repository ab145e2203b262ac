//! How a page talks to a running flow: a queue on one thread.

use core::{
    cell::RefCell,
    fmt,
    future::poll_fn,
    task::{Context, Poll, Waker},
};
use std::{collections::VecDeque, rc::Rc};

/// A new inbox and its first remote.
#[must_use]
pub fn inbox<I>() -> (Remote<I>, Inbox<I>) {
    let shared = Rc::new(RefCell::new(Shared {
        inputs: VecDeque::new(),
        cancelled: false,
        remotes: 1,
        waker: None,
    }));
    (Remote(Rc::clone(&shared)), Inbox(shared))
}

/// The page's end. Clone it for each button.
pub struct Remote<I>(Rc<RefCell<Shared<I>>>);

/// The driver's end.
pub struct Inbox<I>(Rc<RefCell<Shared<I>>>);

struct Shared<I> {
    inputs: VecDeque<I>,
    cancelled: bool,
    remotes: usize,
    waker: Option<Waker>,
}

impl<I> Remote<I> {
    /// Tells the flow what the person did.
    pub fn send(&self, input: I) {
        self.0.borrow_mut().inputs.push_back(input);
        self.wake();
    }

    /// Stops the work that is being done. Without effect while none is.
    pub fn cancel(&self) {
        self.0.borrow_mut().cancelled = true;
        self.wake();
    }

    fn wake(&self) {
        let waker = self.0.borrow_mut().waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<I> Inbox<I> {
    /// The next input; `None` once there is none and every remote is gone.
    pub(super) async fn next_input(&mut self) -> Option<I> {
        poll_fn(|context| {
            let mut shared = self.0.borrow_mut();
            if let Some(input) = shared.inputs.pop_front() {
                return Poll::Ready(Some(input));
            }
            if shared.remotes == 0 {
                return Poll::Ready(None);
            }
            shared.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Drops what was said before now: it was said to another state.
    pub(super) fn forget_waiting(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.inputs.clear();
        shared.cancelled = false;
    }

    /// Ready when the work is to stop. Inputs that arrive meanwhile are dropped.
    pub(super) fn poll_cancel(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.0.borrow_mut();
        shared.inputs.clear();
        if core::mem::take(&mut shared.cancelled) {
            return Poll::Ready(());
        }
        shared.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl<I> Clone for Remote<I> {
    fn clone(&self) -> Self {
        self.0.borrow_mut().remotes += 1;
        Self(Rc::clone(&self.0))
    }
}

impl<I> Drop for Remote<I> {
    fn drop(&mut self) {
        self.0.borrow_mut().remotes -= 1;
        self.wake();
    }
}

impl<I> fmt::Debug for Remote<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remote(..)")
    }
}

impl<I> fmt::Debug for Inbox<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox(..)")
    }
}
