//! The one loop that runs any flow.
//!
//! ```text
//!            ┌──────────── View ───────────▶ page
//! state ── step(event) ─▶ Next::Show(state)      waits for an input
//!                         Next::Work(state, work) does the work, shows progress, hears "cancel"
//!                         Next::End(end)          hands over what comes after
//! ```

mod inbox;
#[cfg(test)]
mod tests;

use core::{cell::RefCell, future::poll_fn, pin::pin, task::Poll};

pub use inbox::{Inbox, Remote, inbox};

use crate::{
    host::Host,
    progress::{Progress, Report},
};

/// A state machine: pure, without input or output of its own.
pub trait Flow: Sized {
    /// What a person does.
    type Input;
    /// One piece of work: an effect of a step.
    type Work;
    /// What came of a piece of work.
    type Outcome;
    /// What a page shows: plain data without secrets, save what is shown on purpose.
    type View;
    /// What is handed over when the flow is over.
    type End;

    /// What to show. `progress` is that of the work being done, where there is one.
    fn view(&self, progress: Option<Progress>) -> Self::View;

    /// Goes on after `event`. An event that the present state does not know changes nothing.
    fn step(self, event: Event<Self::Input, Self::Outcome>) -> Next<Self>;

    /// Does a piece of work. Holds nothing of the state, so that dropping it cancels it and leaves the state whole.
    fn perform(work: Self::Work, host: &impl Host, report: Report<'_>)
    -> impl Future<Output = Self::Outcome>;
}

/// What happened.
#[derive(Debug)]
pub enum Event<I, O> {
    /// The flow begins.
    Started,
    /// The person did something.
    Input(I),
    /// The work is done.
    Done(O),
    /// The person stopped the work. What it had already sent may have been done by the server.
    Cancelled,
}

/// What comes after a step.
#[derive(Debug)]
pub enum Next<F: Flow> {
    /// Show this state and wait for the person.
    Show(F),
    /// Show this state and do this work.
    Work(F, F::Work),
    /// The flow is over.
    End(F::End),
}

/// Runs `flow` to its end, showing each state and each bit of progress. `None` if every [`Remote`] of the inbox is gone
/// while the flow waits for the person.
///
/// Inputs that arrive while work is done are dropped, except [`Remote::cancel`]: a page shows none of its buttons then.
pub async fn drive<F: Flow>(
    flow: F,
    host: &impl Host,
    mut inbox: Inbox<F::Input>,
    show: impl FnMut(F::View),
) -> Option<F::End> {
    let show = RefCell::new(show);
    let mut next = flow.step(Event::Started);
    loop {
        next = match next {
            Next::End(end) => return Some(end),
            Next::Show(flow) => {
                (show.borrow_mut())(flow.view(None));
                let input = inbox.next_input().await?;
                flow.step(Event::Input(input))
            }
            Next::Work(flow, work) => {
                inbox.forget_waiting();
                let report = |progress| (show.borrow_mut())(flow.view(Some(progress)));
                (show.borrow_mut())(flow.view(None));
                let event = work_or_cancel::<F>(F::perform(work, host, &report), &mut inbox).await;
                flow.step(event)
            }
        };
    }
}

async fn work_or_cancel<F: Flow>(
    work: impl Future<Output = F::Outcome>,
    inbox: &mut Inbox<F::Input>,
) -> Event<F::Input, F::Outcome> {
    let mut work = pin!(work);
    poll_fn(|context| {
        if inbox.poll_cancel(context).is_ready() {
            return Poll::Ready(Event::Cancelled);
        }
        work.as_mut().poll(context).map(Event::Done)
    })
    .await
}
