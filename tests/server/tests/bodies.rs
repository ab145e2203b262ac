//! Bodies: what is announced, what comes, and what of it is read.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use keyhaven_protocol::persona::limits::{INVENTORY_MAX_BYTES, JSON_MAX_BYTES, OBJECT_MAX_BYTES};
use keyhaven_server_tests::{
    http::{Answer, read_answer},
    person::{Person, create_account},
    server::Server,
};

const EMAIL: &str = "dave@example.org";
/// `dave@example.org:x`
const BASIC: &str = "authorization: Basic ZGF2ZUBleGFtcGxlLm9yZzp4\r\n";
/// Shorter than any wait for a body that does not come.
const AT_ONCE: Duration = Duration::from_secs(10);

fn server() -> Server {
    let server = Server::start();
    create_account(&server, EMAIL, "x").expect_done();
    server
}

fn begin(server: &Server, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!("{head}host: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn read_back(server: &Server, id: &str) -> Answer {
    server
        .request("GET", &format!("/personas/{id}"))
        .basic(EMAIL, "x")
        .send()
}

/// A head that announces one byte more than the route takes, for a route of each kind of body.
fn heads_that_announce_too_much(server: &Server) -> Vec<String> {
    let person = Person::with_backup(server, "carol@example.org");
    let bearer = format!("authorization: Bearer {}\r\nif-match: \"1\"\r\n", person.token);
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    [
        ("POST /personas/a", BASIC, "application/zip", OBJECT_MAX_BYTES + 1),
        ("POST /accounts", "", "application/json", JSON_MAX_BYTES + 1),
        ("PUT /password/reset", "", "application/json", JSON_MAX_BYTES + 1),
        (
            "POST /persona/v1/sessions",
            "",
            "application/json",
            JSON_MAX_BYTES + 1,
        ),
        (
            &format!("PUT /persona/v1/objects/{id}"),
            &bearer,
            "application/octet-stream",
            OBJECT_MAX_BYTES + INVENTORY_MAX_BYTES + 9,
        ),
        (
            &format!("POST /persona/v1/objects/{id}/delete"),
            &bearer,
            "application/octet-stream",
            INVENTORY_MAX_BYTES + 1,
        ),
    ]
    .iter()
    .map(|(line, headers, content_type, length)| {
        format!("{line} HTTP/1.1\r\n{headers}content-type: {content_type}\r\ncontent-length: {length}\r\n")
    })
    .collect()
}

#[test]
fn a_length_over_the_limit_is_refused_while_nothing_of_the_body_has_come() {
    let server = server();
    let heads = heads_that_announce_too_much(&server);
    std::thread::scope(|scope| {
        for head in &heads {
            let server = &server;
            scope.spawn(move || {
                let began = Instant::now();
                let answer = read_answer(&mut begin(server, head)).expect("an answer");
                answer.expect_failure(413, "too_large");
                assert!(began.elapsed() < AT_ONCE, "{head}: {:?}", began.elapsed());
            });
        }
    });
}

#[test]
fn who_asks_before_sending_too_much_is_not_told_to_go_on() {
    let server = server();
    for head in heads_that_announce_too_much(&server) {
        let mut stream = begin(&server, &format!("{head}expect: 100-continue\r\n"));
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        // `100` is what the server says as soon as anything of the body is asked for.
        assert_eq!(&first, b"HTTP/1.1 413", "{head}");
    }
}

#[test]
fn who_asks_before_sending_what_fits_is_told_to_go_on() {
    let server = server();
    let begun = server
        .request("POST", "/personas/a")
        .basic(EMAIL, "x")
        .body("application/zip", "bytes")
        .begin();
    begun.finish().expect_done();
    assert_eq!(read_back(&server, "a").body, b"bytes");
}

#[test]
fn a_body_that_ends_before_its_announced_length_stores_nothing() {
    let server = server();
    let mut stream = begin(
        &server,
        &format!(
            "POST /personas/a HTTP/1.1\r\n{BASIC}content-type: application/zip\r\ncontent-length: 10\r\n"
        ),
    );
    stream.write_all(b"four").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // Whoever closes in the middle may not hear the answer; if there is one, it is a refusal.
    if let Some(answer) = read_answer(&mut stream) {
        answer.expect_failure(400, "malformed_body");
    }
    assert_eq!(read_back(&server, "a").status, 410);
}

#[test]
fn what_comes_beyond_the_announced_length_is_no_part_of_the_body() {
    let server = server();
    let mut stream = begin(
        &server,
        &format!(
            "POST /personas/a HTTP/1.1\r\n{BASIC}content-type: application/zip\r\ncontent-length: 5\r\n"
        ),
    );
    let smuggled = format!("DELETE /personas/a HTTP/1.1\r\nhost: x\r\n{BASIC}\r\n");
    stream.write_all(b"bytes").unwrap();
    stream.write_all(smuggled.as_bytes()).unwrap();
    // One answer, and the rest is not served: the client asked to close.
    read_answer(&mut stream).expect("an answer").expect_done();
    assert_eq!(read_back(&server, "a").body, b"bytes");
}

#[test]
fn a_body_in_chunks_is_refused_at_the_limit_of_its_route() {
    let server = server();
    let mut head = "PUT /password/reset HTTP/1.1\r\ncontent-type: application/json\r\n\
                    transfer-encoding: chunked\r\n"
        .to_owned();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let mut stream = begin(&server, &head);
    for _ in 0..JSON_MAX_BYTES / 0x1000 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    stream.write_all(b"1\r\n \r\n0\r\n\r\n").unwrap();
    read_answer(&mut stream)
        .expect("an answer")
        .expect_failure(413, "too_large");

    head = head.replace("PUT /password/reset", "POST /personas/a");
    head.push_str(BASIC);
    let mut stream = begin(&server, &head);
    let piece = format!("100000\r\n{}\r\n", " ".repeat(0x0010_0000));
    for _ in 0..OBJECT_MAX_BYTES / 0x0010_0000 {
        stream.write_all(piece.as_bytes()).unwrap();
    }
    stream.write_all(b"1\r\n \r\n0\r\n\r\n").unwrap();
    read_answer(&mut stream)
        .expect("an answer")
        .expect_failure(413, "too_large");
    assert_eq!(read_back(&server, "a").status, 410);
}
