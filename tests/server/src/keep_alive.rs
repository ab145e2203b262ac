//! One connection for many requests: what is measured over it is the server and not the making of connections.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use crate::http::{Answer, Request};

const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that stays open.
#[derive(Debug)]
pub struct KeepAlive {
    stream: BufReader<TcpStream>,
}

impl KeepAlive {
    /// Connects.
    ///
    /// # Panics
    /// If the server does not accept.
    #[must_use]
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server accepts");
        stream.set_nodelay(true).expect("no delay");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Sends a request and gives the answer with the time from the first byte out to the last byte in.
    ///
    /// # Panics
    /// If there is no whole answer: the server closed or fell silent.
    pub fn send(&mut self, request: &Request) -> (Answer, Duration) {
        self.try_send(request).expect("a whole answer")
    }

    /// The same with a server that may have gone.
    ///
    /// # Errors
    /// `InvalidData` if the connection ended inside an answer; any other kind if there was none.
    pub fn try_send(&mut self, request: &Request) -> std::io::Result<(Answer, Duration)> {
        let bytes = request.for_keep_alive();
        let began = Instant::now();
        self.stream.get_mut().write_all(&bytes)?;
        // Ended before the first byte: there was no answer.
        if self.stream.fill_buf()?.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let cut_off = |error| std::io::Error::new(std::io::ErrorKind::InvalidData, error);
        let answer = self.read().map_err(cut_off)?;
        Ok((answer, began.elapsed()))
    }

    fn read(&mut self) -> std::io::Result<Answer> {
        let mut line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut headers = HashMap::new();
        loop {
            line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or("0", String::as_str);
        let mut body = vec![0; length.parse().expect("a length")];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status: status.expect("a status"),
            headers,
            body,
        })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
