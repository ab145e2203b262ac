//! How many connections are open at once.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use keyhaven_server_tests::server::Server;

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Whether the whole of an answer comes within a moment.
fn is_answered(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    ended.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

#[test]
fn a_connection_beyond_the_most_waits_until_another_is_closed() {
    let server = Server::start_with("[load]\nconnections = 3\n");
    let open = || TcpStream::connect(server.address()).unwrap();
    let mut held: Vec<_> = (0..3).map(|_| open()).collect();
    let mut waiting = open();
    waiting.write_all(HEALTH).unwrap();
    assert!(!is_answered(&mut waiting), "a fourth connection was served");
    drop(held.pop());
    assert!(
        is_answered(&mut waiting),
        "the place that became free was not given on"
    );
    // Its place is free again too, and those that were held are served as ever.
    for stream in &mut held {
        stream.write_all(HEALTH).unwrap();
        assert!(is_answered(stream));
    }
}
