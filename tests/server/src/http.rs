//! A client that sends exactly what it is told to, and reads one answer.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use base64::Engine as _;
use serde_json::Value;

use crate::travelled::Travelled;

const PATIENCE: Duration = Duration::from_secs(30);

/// A request to be.
#[derive(Debug, Clone)]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    travelled: Option<Travelled>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    /// All of it.
    pub body: Vec<u8>,
}

impl Request {
    /// A request line as it is written here, path unchanged.
    #[must_use]
    pub fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        Self {
            address,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), address.to_string().into_bytes())],
            body: Vec::new(),
            travelled: None,
        }
    }

    /// Has the secrets of it noted, and those of its answer.
    pub(crate) fn noted_by(mut self, travelled: Option<&Travelled>) -> Self {
        self.travelled = travelled.cloned();
        self
    }

    /// One more header, or another value for `host`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if name == "host" {
            self.headers.retain(|(name, _)| name != "host");
        }
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Basic authentication.
    #[must_use]
    pub fn basic(self, email: &str, password: &str) -> Self {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{email}:{password}"));
        self.header("authorization", format!("Basic {encoded}"))
    }

    /// A session.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// A body of this type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", content_type).bytes(body)
    }

    /// A body without a type.
    #[must_use]
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// A form body of fields that need no escaping.
    #[must_use]
    pub fn form(self, fields: &str) -> Self {
        self.body("application/x-www-form-urlencoded", fields)
    }

    /// Sends it and reads the answer.
    ///
    /// # Panics
    /// If there is no answer: a server answers everything.
    #[must_use]
    pub fn send(self) -> Answer {
        self.try_send().expect("an answer")
    }

    /// Sends it to a server that may have gone, and reads the answer if there is one.
    #[must_use]
    pub fn try_send(self) -> Option<Answer> {
        let head = self.head();
        let answer = try_exchange(self.address, &[&head, &self.body])?;
        if let Some(travelled) = &self.travelled {
            travelled.note_answer(&answer);
        }
        Some(answer)
    }

    /// Sends it and gives the connection, for who reads in a way of their own.
    ///
    /// # Panics
    /// If the server does not take it.
    #[must_use]
    pub fn open(self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(&self.head()).expect("a head");
        stream.write_all(&self.body).expect("a body");
        stream
    }

    /// Sends the head alone and waits until the server asks for the body: by then it knows who asks.
    ///
    /// # Panics
    /// If it does not ask.
    #[must_use]
    pub fn begin(self) -> Begun {
        let request = self.header("expect", "100-continue");
        let mut stream = TcpStream::connect(request.address).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(&request.head()).expect("a head");
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).expect("a word of the server");
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        Begun {
            stream,
            body: request.body,
            travelled: request.travelled,
        }
    }

    /// Head and body for a connection that stays open.
    pub(crate) fn for_keep_alive(&self) -> Vec<u8> {
        let mut bytes = self.head_with("keep-alive");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Head and body as they travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    fn head(&self) -> Vec<u8> {
        self.head_with("close")
    }

    fn head_with(&self, connection: &str) -> Vec<u8> {
        if let Some(travelled) = &self.travelled {
            let headers = self.headers.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_slice()));
            travelled.note_request(headers, &self.body);
        }
        let has_length = self
            .headers
            .iter()
            .any(|(name, _)| name == "content-length" || name == "transfer-encoding");
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        if !has_length {
            head.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        head.extend_from_slice(format!("connection: {connection}\r\n\r\n").as_bytes());
        head
    }
}

/// A request whose head was taken and whose body is awaited.
#[derive(Debug)]
pub struct Begun {
    stream: TcpStream,
    body: Vec<u8>,
    travelled: Option<Travelled>,
}

impl Begun {
    /// Sends the body and reads the answer.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn finish(mut self) -> Answer {
        self.stream.write_all(&self.body).expect("a body");
        let answer = read_answer(&mut self.stream).expect("an answer");
        if let Some(travelled) = &self.travelled {
            travelled.note_answer(&answer);
        }
        answer
    }
}

/// Writes raw bytes and reads one answer.
///
/// # Panics
/// If there is no answer.
#[must_use]
pub fn exchange(address: SocketAddr, pieces: &[&[u8]]) -> Answer {
    try_exchange(address, pieces).expect("an answer")
}

fn try_exchange(address: SocketAddr, pieces: &[&[u8]]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    for piece in pieces {
        // A server may answer and close before it has read everything; its answer is what counts.
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    read_answer(&mut stream)
}

/// Reads until the server closes; `None` if it did so without a word, or says nothing.
#[must_use]
pub fn read_answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut received = Vec::new();
    // A connection that is reset after the answer was read has answered.
    let _ended = stream.read_to_end(&mut received);
    (!received.is_empty()).then(|| Answer::parse(&received))
}

impl Answer {
    /// The answer that these bytes are.
    ///
    /// # Panics
    /// If they are none.
    #[must_use]
    pub fn of_bytes(received: &[u8]) -> Self {
        Self::parse(received)
    }

    fn parse(received: &[u8]) -> Self {
        let end = received
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("a whole head");
        let head = std::str::from_utf8(&received[..end]).expect("a head of text");
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|code| code.parse().ok());
        let headers: HashMap<_, _> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let body = received[end + 4..].to_vec();
        if let Some(length) = headers.get("content-length") {
            assert_eq!(length, &body.len().to_string(), "a whole body");
        }
        Self {
            status: status.expect("a status"),
            headers,
            body,
        }
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none, or not labelled as such.
    #[must_use]
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// A header, empty if absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The stable name of a failure.
    ///
    /// # Panics
    /// If the body is no failure, or contradicts the status or the request id.
    #[must_use]
    pub fn error(&self) -> String {
        let body = self.json();
        let failure = &body["failure"];
        let code: Vec<u64> = failure["code"]
            .as_array()
            .expect("a code")
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        let status = code[0] * 100 + code.get(1).copied().unwrap_or(0);
        assert_eq!(status, u64::from(self.status), "{self}");
        assert_eq!(failure["request_id"], self.header("x-request-id"), "{self}");
        assert!(
            failure["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{self}"
        );
        failure["error"].as_str().expect("a name").to_owned()
    }

    /// Expects `200 {}`.
    ///
    /// # Panics
    /// If it is anything else.
    pub fn expect_done(&self) {
        assert_eq!((self.status, self.json()), (200, serde_json::json!({})), "{self}");
    }

    /// Expects a failure.
    ///
    /// # Panics
    /// If it is anything else.
    pub fn expect_failure(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.error().as_str()), (status, error), "{self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {:?} {}",
            self.status,
            self.headers,
            String::from_utf8_lossy(&self.body)
        )
    }
}
