//! One request and its answer.

use core::pin::Pin;

use keyhaven_protocol::persona::limits::JSON_MAX_BYTES;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::refusal::Refusal;
use crate::{
    host::Host,
    problem::{Problem, RequestId, ServerFault},
    transport::{Method, Request, Response, Transferred, Transport as _},
};

/// Media type of a JSON body.
const JSON: &str = "application/json";

/// More than any JSON that a flow sends has, a typed password of control characters included.
const JSON_CAPACITY: usize = 8 * 1024;

/// A request in the making.
pub(super) struct Call {
    request: Request,
    purpose: Purpose,
}

/// Whether a request changes anything that a person would call a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Reads,
    Writes,
}

/// A request on its way. Boxed, because everything that waits for one would otherwise hold and unwind all its states:
/// in the app that is kilobytes of code for each.
pub(super) type Sending<'a> = Pin<Box<dyn Future<Output = Result<Answer, CallError>> + 'a>>;

/// An answer with a status between 200 and 299.
pub(super) struct Answer {
    response: Response,
    request_id: Option<RequestId>,
    purpose: Purpose,
}

/// Why a call has no good answer: the server refused it in its own words, or there is none.
#[derive(Debug)]
pub(super) enum CallError {
    /// The server refused it.
    Refused(Refusal),
    /// Anything else.
    Problem(Problem),
}

impl Call {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            request: Request {
                method,
                path: path.into(),
                headers: Vec::new(),
                body: Zeroizing::new(Vec::new()),
                answer_max_bytes: JSON_MAX_BYTES,
            },
            purpose: match method {
                Method::Get => Purpose::Reads,
                Method::Post | Method::Put | Method::Delete => Purpose::Writes,
            },
        }
    }

    /// A request that carries a secret in its body and changes nothing: what failed of it leaves nothing open.
    pub(super) fn reads(mut self) -> Self {
        self.purpose = Purpose::Reads;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: String) -> Self {
        self.request.headers.push((name, Zeroizing::new(value)));
        self
    }

    /// With a JSON body. The bytes are wiped; what a caller put into `body` is the caller's to wipe.
    pub(super) fn json(self, body: &impl Serialize) -> Result<Self, Problem> {
        // Reserved once, so that growing leaves no unwiped copy of a key behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(JSON_CAPACITY));
        serde_json::to_writer(&mut *bytes, body).map_err(|_| Problem::from(ServerFault::Unreadable))?;
        Ok(self.wiped_bytes(JSON, bytes))
    }

    pub(super) fn bytes(self, content_type: &str, body: Vec<u8>) -> Self {
        self.wiped_bytes(content_type, Zeroizing::new(body))
    }

    fn wiped_bytes(mut self, content_type: &str, body: Zeroizing<Vec<u8>>) -> Self {
        self.request.body = body;
        self.header("content-type", content_type.to_owned())
    }

    /// For answers that may be longer than JSON is.
    pub(super) fn answer_max_bytes(mut self, bytes: usize) -> Self {
        self.request.answer_max_bytes = bytes;
        self
    }

    pub(super) fn send<H: Host>(self, host: &H) -> Sending<'_> {
        self.send_observed(host, &|_| {})
    }

    pub(super) fn send_observed<'a, H: Host>(
        self,
        host: &'a H,
        on_progress: &'a dyn Fn(Transferred),
    ) -> Sending<'a> {
        Box::pin(async move {
            let Self { request, purpose } = self;
            let max_bytes = request.answer_max_bytes;
            let response = host.transport().send(request, on_progress).await;
            let response = response.map_err(|error| purpose.problem(error.into()))?;
            Answer::of(response, max_bytes, purpose)
        })
    }
}

impl Answer {
    /// `response` if it is a good answer.
    fn of(response: Response, max_bytes: usize, purpose: Purpose) -> Result<Self, CallError> {
        let request_id = response.header("x-request-id").and_then(RequestId::parse);
        if response.body.len() > max_bytes {
            let mut problem = Problem::from(ServerFault::TooLong);
            problem.request_id = request_id;
            return Err(purpose.problem(problem).into());
        }
        if (200..300).contains(&response.status) {
            Ok(Self {
                response,
                request_id,
                purpose,
            })
        } else {
            Err(CallError::Refused(Refusal::read(&response, request_id, purpose)))
        }
    }

    /// The body as JSON of one shape.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.response.body).map_err(|_| self.fault(ServerFault::Unreadable))
    }

    /// The version in `ETag`: a number in quotes.
    pub(super) fn version(&self) -> Result<u64, Problem> {
        self.response
            .header("etag")
            .and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok())
            .ok_or_else(|| self.fault(ServerFault::Unreadable))
    }

    pub(super) fn into_body(self) -> Zeroizing<Vec<u8>> {
        self.response.body
    }

    pub(super) fn fault(&self, fault: ServerFault) -> Problem {
        let mut problem = Problem::from(fault);
        problem.request_id.clone_from(&self.request_id);
        self.purpose.problem(problem)
    }
}

impl Purpose {
    /// What a failure of such a request leaves open.
    pub(super) fn problem(self, problem: Problem) -> Problem {
        match self {
            Self::Reads => problem,
            Self::Writes => problem.of_write(),
        }
    }
}

impl From<Problem> for CallError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => refusal.into_problem(),
            CallError::Problem(problem) => problem,
        }
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, 2.3.
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 0x0f] {
                encoded.push(
                    char::from_digit(u32::from(digit), 16)
                        .unwrap_or('0')
                        .to_ascii_uppercase(),
                );
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::{
        base64url::{B64, B64Within},
        kdf::Argon2Params,
        persona::{
            ChangePasswordRequest, KeyRecordRequest, SealedFormerKeys, Wrap, WrapKind,
            former_keys::FORMER_KEYS_MOST_BYTES,
        },
    };

    use super::*;

    #[test]
    fn the_longest_json_that_is_sent_fits_without_growing() {
        let wrap = Wrap {
            kind: WrapKind::Password,
            kdf: Some(Argon2Params::CEILING),
            epoch: u64::MAX,
            nonce: B64([255; 12]),
            ciphertext: B64([255; 48]),
            commitment: B64([255; 32]),
        };
        let body = ChangePasswordRequest {
            current_auth_key: B64([255; 32]),
            new_auth_key: B64([255; 32]),
            kdf: Argon2Params::CEILING,
            keys: KeyRecordRequest {
                password: wrap.clone(),
                recovery: Some(wrap),
                unlock_proof: B64([255; 32]),
                recovery_auth: Some(B64([255; 32])),
                deciding_recovery_auth: Some(B64([255; 32])),
                new_unlock_proof: Some(B64([255; 32])),
                former_keys: Some(SealedFormerKeys {
                    nonce: B64([255; 12]),
                    ciphertext: B64Within::new(vec![255; FORMER_KEYS_MOST_BYTES]).unwrap(),
                }),
            },
        };
        let Ok(Call { request, .. }) = Call::new(Method::Put, "/").json(&body) else {
            panic!("it is JSON")
        };
        assert_eq!(request.body.capacity(), JSON_CAPACITY);
    }

    #[test]
    fn an_address_is_encoded_so_that_a_plus_stays_a_plus() {
        assert_eq!(percent_encode("a+b@ex.org"), "a%2Bb%40ex.org");
        assert_eq!(percent_encode("é~"), "%C3%A9~");
    }
}
