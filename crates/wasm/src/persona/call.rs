//! One call at a time on one flow.

use core::{
    cell::RefCell,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::rc::Rc;

use keyhaven_client::driver::{Event, Flow, Next};

use super::host::Around;
use crate::{code::Code, failure::Failure};

/// A flow, and the call that works on it.
pub(super) struct Course<F: Flow> {
    pub(super) host: Rc<Around>,
    flow: Rc<RefCell<Option<F>>>,
    running: Option<Running<F>>,
}

type Running<F> = Pin<Box<dyn Future<Output = Result<Rest<F>, Failure>>>>;

/// Where a call comes to rest.
pub(super) enum Rest<F: Flow> {
    /// It shows something.
    At(F),
    /// It is over.
    Ended(F::End),
}

impl<F: Flow + 'static> Course<F>
where
    F::Work: 'static,
{
    pub(super) fn new(host: &Rc<Around>, flow: F) -> Self {
        Self {
            host: Rc::clone(host),
            flow: Rc::new(RefCell::new(Some(flow))),
            running: None,
        }
    }

    /// Looks at the flow while it rests.
    pub(super) fn look<T>(&self, look: impl FnOnce(&F) -> T) -> Option<T> {
        self.flow.borrow().as_ref().map(look)
    }

    /// Lets the flow hear what leads to no work.
    pub(super) fn hear(&mut self, input: F::Input) {
        let next = self.flow.take().map(|flow| flow.step(Event::Input(input)));
        if let Some(Next::Show(flow) | Next::Work(flow, _)) = next {
            self.flow.replace(Some(flow));
        }
    }

    /// Starts a call: what is heard, once `input` has made it of what was typed.
    pub(super) fn begin(&mut self, input: impl AsyncFnOnce(&Around) -> Result<F::Input, Failure> + 'static) {
        let (host, flow) = (Rc::clone(&self.host), Rc::clone(&self.flow));
        self.running = Some(Box::pin(async move {
            let event = Event::Input(input(&host).await?);
            run(&host, &flow, event).await
        }));
    }

    /// Starts the flow itself.
    pub(super) fn start(&mut self) {
        let (host, flow) = (Rc::clone(&self.host), Rc::clone(&self.flow));
        self.running = Some(Box::pin(async move { run(&host, &flow, Event::Started).await }));
    }

    /// Goes on until something is asked, or the call is over. Where it rests, the flow can be looked at.
    pub(super) fn go(&mut self) -> Poll<Result<Option<F::End>, Failure>> {
        let Some(running) = &mut self.running else {
            return Poll::Ready(Err(Code::Internal.into()));
        };
        let Poll::Ready(result) = running.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            return Poll::Pending;
        };
        self.running = None;
        Poll::Ready(result.map(|rest| match rest {
            Rest::At(flow) => {
                self.flow.replace(Some(flow));
                None
            }
            Rest::Ended(end) => Some(end),
        }))
    }

    /// Stops the call. What it had sent may have been done.
    pub(super) fn stop(&mut self) {
        if self.running.take().is_none() {
            return;
        }
        self.host.forget();
        let flow = self.flow.take();
        if let Some(flow) = flow {
            let flow = match flow.step(Event::Cancelled) {
                Next::Show(flow) | Next::Work(flow, _) => flow,
                Next::End(_) => return,
            };
            self.flow.replace(Some(flow));
        }
    }
}

/// Steps until the flow rests. While work is done, the flow lies where stopping finds it.
async fn run<F: Flow>(
    host: &Around,
    place: &RefCell<Option<F>>,
    event: Event<F::Input, F::Outcome>,
) -> Result<Rest<F>, Failure> {
    // A flow is gone when it is over: somebody signed out, or the server said so.
    let take = || place.take().ok_or(Code::SignInAgain);
    let mut next = take()?.step(event);
    loop {
        next = match next {
            Next::Show(flow) => return Ok(Rest::At(flow)),
            Next::End(end) => return Ok(Rest::Ended(end)),
            Next::Work(flow, work) => {
                place.replace(Some(flow));
                let outcome = F::perform(work, host, &|progress| host.note(progress)).await;
                take()?.step(Event::Done(outcome))
            }
        };
    }
}

impl<F: Flow> core::fmt::Debug for Course<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Course")
    }
}
