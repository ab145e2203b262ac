use core::{
    future::pending,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Waker},
};
use std::{sync::Arc, task::Wake};

use super::*;
use crate::persona::flows::tests::world::World;

/// Counts what it hears; `None` asks for work that never ends, unless it is stopped.
#[derive(Debug, PartialEq)]
enum Counter {
    Idle(u32),
    Busy(u32),
}

impl Flow for Counter {
    type Input = Option<u32>;
    type Work = ();
    type Outcome = core::convert::Infallible;
    type View = String;
    type End = u32;

    fn view(&self, _: Option<Progress>) -> String {
        format!("{self:?}")
    }

    fn step(self, event: Event<Option<u32>, core::convert::Infallible>) -> Next<Self> {
        match (self, event) {
            (Self::Idle(count), Event::Input(Some(0))) => Next::End(count),
            (Self::Idle(count), Event::Input(Some(more))) => Next::Show(Self::Idle(count + more)),
            (Self::Idle(count), Event::Input(None)) => Next::Work(Self::Busy(count), ()),
            (Self::Busy(count), Event::Cancelled) => Next::Show(Self::Idle(count)),
            (state, _) => Next::Show(state),
        }
    }

    async fn perform((): (), _: &impl Host, _: Report<'_>) -> core::convert::Infallible {
        pending().await
    }
}

fn poll_once<T>(future: core::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn inputs_are_heard_in_order_and_the_end_is_handed_over() {
    let world = World::new();
    let (remote, inbox) = inbox();
    let mut running = pin!(drive(Counter::Idle(0), &world, inbox, |_| {}));
    assert_eq!(poll_once(running.as_mut()), Poll::Pending);
    for input in [1, 2, 0] {
        remote.send(Some(input));
    }
    assert_eq!(poll_once(running.as_mut()), Poll::Ready(Some(3)));
}

#[test]
fn a_page_that_goes_away_ends_the_flow_without_a_result() {
    let world = World::new();
    let (remote, inbox) = inbox();
    let other = remote.clone();
    let mut running = pin!(drive(Counter::Idle(0), &world, inbox, |_| {}));
    drop(remote);
    assert_eq!(poll_once(running.as_mut()), Poll::Pending, "one remote is left");
    drop(other);
    assert_eq!(poll_once(running.as_mut()), Poll::Ready(None));
}

#[test]
fn what_is_said_during_work_is_dropped_and_cancel_is_heard() {
    let world = World::new();
    let (remote, inbox) = inbox();
    let mut running = pin!(drive(Counter::Idle(5), &world, inbox, |_| {}));
    remote.send(None);
    assert_eq!(poll_once(running.as_mut()), Poll::Pending);
    remote.send(Some(100));
    assert_eq!(poll_once(running.as_mut()), Poll::Pending);
    remote.cancel();
    assert_eq!(poll_once(running.as_mut()), Poll::Pending, "idle again");
    remote.send(Some(0));
    assert_eq!(poll_once(running.as_mut()), Poll::Ready(Some(5)));
}

#[test]
fn whoever_waits_is_woken_by_an_input_a_stop_and_the_last_page_going_away() {
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Wake for Counting {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let world = World::new();
    let (remote, inbox) = inbox();
    let mut running = pin!(drive(Counter::Idle(0), &world, inbox, |_| {}));
    let woken = Arc::new(Counting::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut poll = || running.as_mut().poll(&mut Context::from_waker(&waker));
    let times = || woken.0.load(Ordering::Relaxed);
    assert_eq!((poll(), times()), (Poll::Pending, 0));
    remote.send(None);
    assert_eq!((times(), poll()), (1, Poll::Pending), "it works");
    remote.cancel();
    assert_eq!((times(), poll()), (2, Poll::Pending), "it waits again");
    drop(remote);
    assert_eq!((times(), poll()), (3, Poll::Ready(None)));
}

#[test]
fn a_cancel_from_before_the_work_does_not_stop_it() {
    let world = World::new();
    let (remote, inbox) = inbox();
    let views = RefCell::new(Vec::new());
    let mut running = pin!(drive(Counter::Idle(0), &world, inbox, |view| views
        .borrow_mut()
        .push(view)));
    remote.cancel();
    remote.send(None);
    assert_eq!(poll_once(running.as_mut()), Poll::Pending);
    assert_eq!(*views.borrow(), ["Idle(0)", "Busy(0)"]);
}
