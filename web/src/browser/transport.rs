//! Requests by `fetch`.

use std::cell::RefCell;

use js_sys::Uint8Array;
use keyhaven_client::transport::{Direction, Request, Response, Transferred, Transport, TransportError};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit,
    RequestMode, RequestRedirect,
};
use zeroize::Zeroizing;

use super::timer::Timer;

/// An answer that does not begin, and one without another piece, is given up after this long.
const TIMEOUT_MS: i32 = 180_000;
/// What is sent may take longer, by its length at the least pace that a server waits for (docs/api.md): a browser tells
/// nothing of how much it has sent.
const SENT_BYTES_PER_MS: usize = 16;

/// The headers of an answer that flows look at.
const HEADERS_READ: [&str; 3] = ["etag", "retry-after", "x-request-id"];

/// Sends to one API base. No cookie or other ambient credential goes along, nothing is cached, no redirect is followed.
#[derive(Debug)]
pub(crate) struct FetchTransport {
    /// Without a slash at the end.
    base: String,
}

impl FetchTransport {
    /// For the API at `base`, without a slash at the end.
    pub(crate) fn new(base: String) -> Self {
        Self { base }
    }
}

impl Transport for FetchTransport {
    async fn send(
        &self,
        request: Request,
        on_progress: &dyn Fn(Transferred),
    ) -> Result<Response, TransportError> {
        let guard = AbortOnDrop::new()?;
        let start = |timeout_ms| {
            let controller = guard.0.clone();
            Timer::start(timeout_ms, move || controller.abort())
        };
        let sending_ms = i32::try_from(request.body.len() / SENT_BYTES_PER_MS).unwrap_or(i32::MAX);
        let timer = RefCell::new(start(TIMEOUT_MS.saturating_add(sending_ms)));
        let watched = |transferred: Transferred| {
            if transferred.done_bytes > 0 {
                timer.replace(start(TIMEOUT_MS));
            }
            on_progress(transferred);
        };
        let result = exchange(&self.base, request, &guard.0, &watched).await;
        if result.is_err() && timer.borrow().is_over() {
            return Err(TransportError::TimedOut);
        }
        result
    }
}

/// Dropping the future of a request aborts it.
struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    fn new() -> Result<Self, TransportError> {
        AbortController::new()
            .map(Self)
            .map_err(|_| TransportError::Blocked)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // Without effect once the answer was read.
        self.0.abort();
    }
}

async fn exchange(
    base: &str,
    request: Request,
    abort: &AbortController,
    on_progress: &dyn Fn(Transferred),
) -> Result<Response, TransportError> {
    let sent = request.body.len() as u64;
    let answer_max = request.answer_max_bytes;
    let fetch_request = build(base, &request, abort).map_err(|_| TransportError::Blocked)?;
    drop(request);
    let up = |done_bytes| Transferred {
        direction: Direction::Up,
        done_bytes,
        total_bytes: Some(sent),
    };
    on_progress(up(0));
    let window = web_sys::window().ok_or(TransportError::Blocked)?;
    let answer = JsFuture::from(window.fetch_with_request(&fetch_request))
        .await
        .map_err(|_| TransportError::Offline)?;
    on_progress(up(sent));
    let answer: web_sys::Response = answer.dyn_into().map_err(|_| TransportError::Offline)?;
    let headers = HEADERS_READ
        .iter()
        .filter_map(|name| {
            answer
                .headers()
                .get(name)
                .ok()
                .flatten()
                .map(|value| ((*name).to_owned(), value))
        })
        .collect();
    let body = read(&answer, answer_max, on_progress).await?;
    Ok(Response {
        status: answer.status(),
        headers,
        body,
    })
}

fn build(base: &str, request: &Request, abort: &AbortController) -> Result<web_sys::Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&abort.signal()));
    let body = Uint8Array::from(request.body.as_slice());
    if !request.body.is_empty() {
        init.set_body(&body);
    }
    let built = web_sys::Request::new_with_str_and_init(&format!("{base}{}", request.path), &init);
    // The request has a copy of its own (Fetch, "extract a body"), which goes with it.
    body.fill(0, 0, body.length());
    built
}

/// Reads the answer piece by piece, so that its length is bounded before memory is spent, and progress is seen.
async fn read(
    answer: &web_sys::Response,
    max: usize,
    on_progress: &dyn Fn(Transferred),
) -> Result<Zeroizing<Vec<u8>>, TransportError> {
    let total_bytes = answer
        .headers()
        .get("content-length")
        .ok()
        .flatten()
        .and_then(|length| length.parse().ok());
    if total_bytes.is_some_and(|total: u64| total > max as u64) {
        return Err(TransportError::AnswerTooLong);
    }
    let Some(stream) = answer.body() else {
        return Ok(Zeroizing::default());
    };
    let reader: ReadableStreamDefaultReader = stream
        .get_reader()
        .dyn_into()
        .map_err(|_| TransportError::Offline)?;
    // Reserved at once where the length is known: growing would leave unwiped copies behind.
    let reserve = total_bytes
        .and_then(|total| usize::try_from(total).ok())
        .unwrap_or(0);
    let mut body = Zeroizing::new(Vec::with_capacity(reserve));
    loop {
        let piece = JsFuture::from(reader.read())
            .await
            .map_err(|_| TransportError::Offline)?;
        let Some(bytes) = js_sys::Reflect::get(&piece, &"value".into())
            .ok()
            .and_then(|value| value.dyn_into::<Uint8Array>().ok())
        else {
            return Ok(body);
        };
        if body.len() + bytes.length() as usize > max {
            return Err(TransportError::AnswerTooLong);
        }
        body.extend_from_slice(&Zeroizing::new(bytes.to_vec()));
        on_progress(Transferred {
            direction: Direction::Down,
            done_bytes: body.len() as u64,
            total_bytes,
        });
    }
}
