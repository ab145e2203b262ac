//! What nginx lets one network and one slow client take, with the configuration that the operator's guide shows.

use std::{
    io::{ErrorKind, Read, Write as _},
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    time::Instant,
};

use keyhaven_protocol::error::ErrorCode;
use keyhaven_server_tests::http::Answer;

use super::nginx::{NAME, PATIENCE, Proxy, upstream};

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

/// A request that the upstream of these tests answers, from an address.
fn whole_request(proxy: &Proxy, from: &str) -> Answer {
    proxy.send(
        &proxy
            .request("POST", "/personas/a")
            .header("x-seen-from", from)
            .body("application/zip", "the end"),
    )
}

#[test]
fn one_network_holds_so_many_requests_and_others_are_served() {
    let (address, _told) = upstream(HELLO);
    let proxy = Proxy::with(
        address,
        &[(
            "limit_conn keyhaven_networks 128;",
            "limit_conn keyhaven_networks 3;",
        )],
    );
    for (network, same, other) in [
        (
            ["127.0.0.1", "127.0.0.2", "127.0.0.3"],
            "127.0.0.200",
            "127.0.1.1",
        ),
        (
            ["2001:db8:1::1", "2001:db8:1:2::3", "2001:db8:1:ffff:5:6:7:8"],
            "2001:db8:1:9::10",
            "2001:db8:2::1",
        ),
    ] {
        let mut held: Vec<_> = network
            .iter()
            .map(|from| {
                let mut stream = proxy.connect();
                let head = format!(
                    "POST /personas/a HTTP/1.1\r\nhost: {NAME}\r\nx-seen-from: {from}\r\nconnection: close\r\n\
                     expect: 100-continue\r\ncontent-length: 20\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).unwrap();
                // nginx asks for the body once it has counted the request.
                let mut asked = [0; 25];
                stream.read_exact(&mut asked).unwrap();
                assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
                stream.write_all(b"half a body").unwrap();
                stream
            })
            .collect();
        let refused = whole_request(&proxy, same);
        refused.expect_failure(503, "busy");
        assert_eq!(refused.json()["failure"]["message"], ErrorCode::Busy.message());
        assert_eq!(
            (refused.header("retry-after"), refused.header("cache-control")),
            ("5", "no-store")
        );
        let served = whole_request(&proxy, other);
        assert_eq!((served.status, served.body.as_slice()), (200, &b"hello"[..]));
        // One that is over makes room for another.
        let mut first = held.remove(0);
        first.write_all(b", the end").unwrap();
        assert_eq!(Answer::of_bytes(&all_until_closed(&mut first)).status, 200);
        drop(first);
        // nginx forgets a request a moment after its client.
        let until = Instant::now() + PATIENCE;
        while whole_request(&proxy, same).status != 200 {
            assert!(Instant::now() < until, "no room is made");
        }
    }
}

/// What comes until nginx closes by itself, which it must before the patience of the connection ends.
fn all_until_closed(stream: &mut impl Read) -> Vec<u8> {
    let mut received = Vec::new();
    if let Err(error) = stream.read_to_end(&mut received) {
        let waited = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
        assert!(!waited, "nginx waits on");
    }
    received
}

#[test]
fn who_says_no_more_is_not_waited_for() {
    let (address, _told) = upstream(HELLO);
    let proxy = Proxy::with(
        address,
        &[
            ("client_header_timeout 10s;", "client_header_timeout 1s;"),
            ("client_body_timeout 35s;", "client_body_timeout 1s;"),
            ("    keepalive_timeout 20s;", "    keepalive_timeout 1s;"),
        ],
    );
    let half_a_head = format!("GET / HTTP/1.1\r\nhost: {NAME}\r\nx:");
    let half_a_body = format!("PUT / HTTP/1.1\r\nhost: {NAME}\r\ncontent-length: 20\r\n\r\nhalf a body");
    let and_then_nothing = format!("PUT / HTTP/1.1\r\nhost: {NAME}\r\ncontent-length: 7\r\n\r\nthe end");
    let (proxy, last) = (&proxy, &and_then_nothing);
    std::thread::scope(|scope| {
        for said in [&half_a_head, &half_a_body, last] {
            scope.spawn(move || {
                let mut stream = proxy.connect();
                stream.write_all(said.as_bytes()).unwrap();
                let received = all_until_closed(&mut stream);
                assert_eq!(received.ends_with(b"hello"), said == last, "{said}");
            });
        }
        for said in [&half_a_head, last] {
            scope.spawn(move || {
                let mut stream = proxy.connect_plain();
                stream.write_all(said.as_bytes()).unwrap();
                let received = all_until_closed(&mut stream);
                assert_eq!(received.starts_with(b"HTTP/1.1 301 "), said == last, "{said}");
            });
        }
        scope.spawn(|| assert_eq!(all_until_closed(&mut proxy.connect_only()), b""));
    });
}

/// A server with an answer that fits in no buffer on the way, and whether all of it was taken.
fn upstream_with_much() -> (SocketAddr, mpsc::Receiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _head = stream.read(&mut [0; 4096]);
        let body = vec![b'x'; 32 * 1024 * 1024];
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let sent = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&body));
        let _heard = tell.send(sent.is_ok());
    });
    (address, told)
}

#[test]
fn who_takes_nothing_of_an_answer_is_not_waited_for() {
    let (address, told) = upstream_with_much();
    let proxy = Proxy::with(address, &[("send_timeout 30s;", "send_timeout 1s;")]);
    let mut stream = proxy.connect();
    stream
        .write_all(&proxy.request("GET", "/personas/a").to_bytes())
        .unwrap();
    let all_was_taken = told.recv_timeout(PATIENCE).expect("nginx waits on");
    assert!(!all_was_taken);
}
