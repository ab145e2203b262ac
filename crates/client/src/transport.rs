//! How requests leave and answers come back. The browser's `fetch`, a test's map and a command line are transports.

use core::fmt;

use zeroize::Zeroizing;

/// Sends requests. Futures need not be `Send`: a page has one thread.
pub trait Transport {
    /// Sends `request` to the API base that the transport knows, and reads the whole answer.
    ///
    /// Any status is an answer and not an error. Redirects are not followed, cookies and other ambient credentials are
    /// neither sent nor stored, nothing is cached. `on_progress` is told about bytes where the transport can tell.
    /// Dropping the future aborts the request; whether the server acted on it is then not known.
    ///
    /// # Errors
    /// [`TransportError`] if there is no whole answer.
    fn send(
        &self,
        request: Request,
        on_progress: &dyn Fn(Transferred),
    ) -> impl Future<Output = Result<Response, TransportError>>;
}

/// Why there is no answer. Except after [`TransportError::Blocked`], the server may have acted on the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection, or it broke.
    #[error("no connection to the server")]
    Offline,
    /// The transport waited as long as it does.
    #[error("the server did not answer in time")]
    TimedOut,
    /// Somebody stopped it.
    #[error("the request was stopped")]
    Aborted,
    /// A rule of the browser or of the network forbids the request; trying again changes nothing.
    #[error("the request is not allowed to leave")]
    Blocked,
    /// The answer passed [`Request::answer_max_bytes`] and was not read to its end.
    #[error("the answer is longer than any good answer")]
    AnswerTooLong,
}

/// Bytes of one request so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transferred {
    /// Which way.
    pub direction: Direction,
    /// Bytes behind it.
    pub done_bytes: u64,
    /// Bytes in all, where that is known.
    pub total_bytes: Option<u64>,
}

/// Which way bytes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the server.
    Up,
    /// From the server.
    Down,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Writes.
    Put,
    /// Ends.
    Delete,
}

impl Method {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request. `Debug` shows method and path without the query, because the query may hold an address.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Begins with a slash, relative to the API base; percent-encoded, with its query.
    pub path: String,
    /// Names in lower case. A value may be a secret: the session's token is one.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// Empty for a request without a body. May hold secrets, and is wiped.
    pub body: Zeroizing<Vec<u8>>,
    /// A transport may stop reading after this many bytes of answer, with [`TransportError::AnswerTooLong`].
    pub answer_max_bytes: usize,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path.split('?').next().unwrap_or_default())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// One answer. `Debug` shows the status and lengths.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in any case. Only `etag`, `retry-after` and `x-request-id` are looked at; a transport may leave out
    /// others.
    pub headers: Vec<(String, String)>,
    /// May hold secrets, and is wiped.
    pub body: Zeroizing<Vec<u8>>,
}

impl Response {
    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_written_as_http_does() {
        let methods = [Method::Get, Method::Post, Method::Put, Method::Delete];
        assert_eq!(methods.map(Method::as_str), ["GET", "POST", "PUT", "DELETE"]);
    }
}
