//! How many connections are open at once.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use keyhaven_server_tests::{http::Answer, person::create_account, server::Server};

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

/// What the server says to a connection that asks nothing, if it says anything.
fn first_words(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut words = Vec::new();
    let _silent = stream.read_to_end(&mut words);
    String::from_utf8(words).unwrap()
}

#[test]
fn a_network_that_holds_its_share_is_told_to_come_back_and_gets_it_again() {
    let server = Server::start_with("[load]\nconnections_per_network = 2\n");
    let open = || TcpStream::connect(server.address()).unwrap();
    let mut held = vec![open(), open()];
    let refused = first_words(&mut open());
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused:?}");
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused:?}");
    // As every failure is told, on every path.
    let refused = Answer::of_bytes(refused.as_bytes());
    refused.expect_failure(503, "busy");
    assert_eq!(refused.header("x-request-id").len(), 16, "{refused}");
    drop(held.pop());
    std::thread::sleep(Duration::from_millis(200));
    let mut served = open();
    served.write_all(HEALTH).unwrap();
    assert!(is_answered(&mut served));
    assert_eq!(server.log().matches("connections are turned away").count(), 1);
}

#[test]
fn connections_of_a_listed_proxy_count_to_no_network() {
    let server =
        Server::start_with("trusted_proxies = [\"127.0.0.1\"]\n[load]\nconnections_per_network = 2\n");
    let mut held: Vec<_> = (0..6)
        .map(|_| TcpStream::connect(server.address()).unwrap())
        .collect();
    for stream in &mut held {
        stream.write_all(HEALTH).unwrap();
        assert!(is_answered(stream));
    }
}

#[test]
fn slow_readers_of_large_objects_share_a_bounded_memory_and_leave_others_theirs() {
    const OBJECT_BYTES: usize = 10 * 1024 * 1024;
    const READERS: usize = 24;
    let server = Server::start_with("metrics = \"127.0.0.1:0\"\ntrusted_proxies = [\"127.0.0.1\"]\n");
    create_account(&server, "carol@example.org", "x").expect_done();
    let stored = server
        .request("POST", "/personas/large")
        .basic("carol@example.org", "x")
        .body("application/zip", vec![7; OBJECT_BYTES])
        .send();
    stored.expect_done();
    let read = |network: usize| {
        let forwarded = format!("198.51.{network}.1");
        let get = server.request("GET", "/personas/large");
        get.basic("carol@example.org", "x")
            .header("x-forwarded-for", forwarded)
    };
    // Each takes the head of its answer and then nothing more.
    let mut refused = 0;
    let readers: Vec<TcpStream> = (0..READERS)
        .map(|reader| {
            let mut stream = read(reader % 3).open();
            let mut head = [0; 12];
            stream.read_exact(&mut head).unwrap();
            match &head {
                b"HTTP/1.1 200" => {}
                b"HTTP/1.1 503" => refused += 1,
                other => panic!("{}", String::from_utf8_lossy(other)),
            }
            stream
        })
        .collect();
    let held = server.metric("keyhaven_answer_bytes_in_flight");
    assert!(held > 0.0 && held <= 64.0 * 1024.0 * 1024.0, "{held}");
    assert!(
        (READERS - 7..READERS).contains(&refused),
        "{refused} were refused"
    );
    // A short list finds room in what is left.
    let list = server
        .request("GET", "/personas")
        .basic("carol@example.org", "x")
        .send();
    assert_eq!(list.status, 200);
    drop(readers);
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while server.metric("keyhaven_answer_bytes_in_flight") > 0.0 {
        assert!(std::time::Instant::now() < until, "memory is not given back");
        std::thread::sleep(Duration::from_millis(100));
    }
    let whole = read(9).send();
    assert_eq!((whole.status, whole.body.len()), (200, OBJECT_BYTES));
}
