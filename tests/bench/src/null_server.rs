//! A server that reads requests and answers each with the same bytes: what is left of a figure when the server costs
//! nothing. Generator, kernel and loopback are in it, and nothing else.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const BUFFER_BYTES: usize = 64 * 1024;

/// Starts it on threads of its own, with as many bytes in each answer as asked. It runs until the process ends.
///
/// # Errors
/// When there is no port.
pub(crate) fn start(body_len: usize) -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no port")?;
    listener.set_nonblocking(true).context("the port blocks")?;
    let address = listener.local_addr().context("no address")?;
    let mut answer =
        format!("HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: {body_len}\r\n\r\n").into_bytes();
    answer.resize(answer.len() + body_len, 7);
    std::thread::spawn(move || serve(listener, &answer));
    Ok(address)
}

/// As many threads as the real server has.
fn serve(listener: std::net::TcpListener, answer: &[u8]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_io()
        .build()
        .context("no runtime")?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).context("no listener")?;
        loop {
            let (stream, _) = listener.accept().await.context("no connection")?;
            let answer = answer.to_owned();
            // A connection that breaks is seen by the generator.
            tokio::spawn(async move { drop(answer_all(stream, &answer).await) });
        }
    })
}

async fn answer_all(mut stream: TcpStream, answer: &[u8]) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(BUFFER_BYTES);
    loop {
        while request_len(&buffer).is_none_or(|len| buffer.len() < len) {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        buffer.clear();
        stream.write_all(answer).await?;
    }
}

/// The length of head and body, once the head is there. The generator sends one request at a time.
fn request_len(buffer: &[u8]) -> Option<usize> {
    let head_len = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(buffer.get(..head_len)?).ok()?;
    let announced = head
        .split("\r\n")
        .find_map(|line| line.strip_prefix("content-length: "));
    let body_len = announced.map_or(Some(0), |len| len.parse().ok())?;
    Some(head_len + body_len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_where_its_length_says() {
        assert_eq!(request_len(b"GET / HTTP/1.1\r\n"), None);
        assert_eq!(request_len(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(
            request_len(b"PUT / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab"),
            Some(42)
        );
    }
}
