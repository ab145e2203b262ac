//! The wire of version 1 over plain maps: what an honest server does, with hooks to make it dishonest.

mod account;
mod keys;
mod letters;
mod objects;
mod routes;
mod state;
mod ways_back;

use core::cell::RefCell;

use keyhaven_protocol::error::{ErrorCode, Failure, FailureResponse};
use zeroize::Zeroizing;

pub(super) use state::{FakeAccount, FakeAddressChange, FakeObject, FakeRecord, State, UNTIL};

use crate::transport::{Direction, Method, Request, Response, Transferred, Transport, TransportError};

/// What happens to one request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection breaks before the server sees it.
    CutBefore,
    /// The server acts on it and the answer is lost.
    CutAfter,
    /// Answered without being acted on.
    Answer(ErrorCode),
    /// An answer that is no JSON, with this status.
    Html(u16),
}

type FaultHook = Box<dyn FnMut(&Request) -> Option<Fault>>;
type AnswerHook = Box<dyn FnMut(&Request, &mut Response)>;
type BeforeHook = Box<dyn FnMut(&Request, &mut State)>;

/// The server.
#[derive(Default)]
pub(crate) struct FakeServer {
    pub(super) state: RefCell<State>,
    fault: RefCell<Option<FaultHook>>,
    answer: RefCell<Option<AnswerHook>>,
    before: RefCell<Option<BeforeHook>>,
    /// Method, path and body of everything that was sent, in order.
    pub(super) seen: RefCell<Vec<(Method, String, Vec<u8>)>>,
}

impl FakeServer {
    /// Decides over each request what happens to it.
    pub(super) fn on_request(&self, hook: impl FnMut(&Request) -> Option<Fault> + 'static) {
        self.fault.replace(Some(Box::new(hook)));
    }

    /// Makes the next request of this method and path meet `fault`, once.
    pub(super) fn fail_once(&self, method: Method, path: &'static str, fault: Fault) {
        let mut left = Some(fault);
        self.on_request(move |request| {
            if request.method == method && request.path.starts_with(path) {
                left.take()
            } else {
                None
            }
        });
    }

    /// Alters answers on their way back.
    pub(super) fn on_answer(&self, hook: impl FnMut(&Request, &mut Response) + 'static) {
        self.answer.replace(Some(Box::new(hook)));
    }

    /// Does something to the stored state just before a request is acted on: another device, or malice.
    pub(super) fn before(&self, hook: impl FnMut(&Request, &mut State) + 'static) {
        self.before.replace(Some(Box::new(hook)));
    }

    /// Honest again.
    pub(super) fn behave(&self) {
        self.fault.replace(None);
        self.answer.replace(None);
        self.before.replace(None);
    }

    pub(super) fn requests(&self, method: Method, path: &str) -> usize {
        self.seen
            .borrow()
            .iter()
            .filter(|(m, p, _)| *m == method && p.starts_with(path))
            .count()
    }
}

impl Transport for FakeServer {
    async fn send(
        &self,
        request: Request,
        on_progress: &dyn Fn(Transferred),
    ) -> Result<Response, TransportError> {
        self.seen
            .borrow_mut()
            .push((request.method, request.path.clone(), request.body.to_vec()));
        let fault = self.fault.borrow_mut().as_mut().and_then(|hook| hook(&request));
        match fault {
            Some(Fault::CutBefore) => return Err(TransportError::Offline),
            Some(Fault::Answer(code)) => return Ok(failure(code)),
            Some(Fault::Html(status)) => return Ok(answer(status, b"<html>".to_vec())),
            Some(Fault::CutAfter) | None => {}
        }
        travel(Direction::Up, request.body.len(), on_progress);
        if let Some(hook) = self.before.borrow_mut().as_mut() {
            hook(&request, &mut self.state.borrow_mut());
        }
        let mut response = routes::route(&mut self.state.borrow_mut(), &request).unwrap_or_else(failure);
        if fault == Some(Fault::CutAfter) {
            return Err(TransportError::Offline);
        }
        if let Some(hook) = self.answer.borrow_mut().as_mut() {
            hook(&request, &mut response);
        }
        travel(Direction::Down, response.body.len(), on_progress);
        Ok(response)
    }
}

/// Half of the bytes, then all.
fn travel(direction: Direction, bytes: usize, on_progress: &dyn Fn(Transferred)) {
    let total = bytes as u64;
    for done_bytes in [total / 2, total] {
        if total > 0 {
            on_progress(Transferred {
                direction,
                done_bytes,
                total_bytes: Some(total),
            });
        }
    }
}

pub(super) fn answer(status: u16, body: Vec<u8>) -> Response {
    let headers = vec![("x-request-id".to_owned(), "req-1".to_owned())];
    Response {
        status,
        headers,
        body: Zeroizing::new(body),
    }
}

fn failure(code: ErrorCode) -> Response {
    let body = FailureResponse {
        failure: Failure::new(code, "req-1".to_owned()),
    };
    answer(code.status(), serde_json::to_vec(&body).unwrap())
}
