use keyhaven_server_tests::{
    http::{Answer, Request},
    person::create_account,
    server::Server,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";
const PASSWORD: &str = "p:w";
const TEN_MIB: usize = 10 * 1024 * 1024;

fn server() -> Server {
    let server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    server
}

fn request(server: &Server, method: &str, target: &str) -> Request {
    server.request(method, target).basic(EMAIL, PASSWORD)
}

fn store(server: &Server, id: &str, content_type: &str, bytes: &[u8]) -> Answer {
    request(server, "POST", &format!("/personas/{id}"))
        .body(content_type, bytes)
        .send()
}

fn read(server: &Server, id: &str) -> Answer {
    request(server, "GET", &format!("/personas/{id}")).send()
}

fn ids(server: &Server) -> serde_json::Value {
    request(server, "GET", "/personas").send().json()["personas"].clone()
}

#[test]
fn what_was_stored_comes_back_byte_for_byte() {
    let server = server();
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    store(&server, "work.zip", "application/zip", &bytes).expect_done();
    let answer = read(&server, "work.zip");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), "attachment");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(answer.body, bytes);
    store(&server, "work.zip", "application/octet-stream", b"second").expect_done();
    assert_eq!(read(&server, "work.zip").body, b"second");
    assert_eq!(ids(&server), json!(["work.zip"]));
}

#[test]
fn json_is_kept_as_it_came() {
    let server = server();
    let text = b"{\"b\":1,   \"a\":\t[ ]}\n";
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
    ] {
        store(&server, "text", content_type, text).expect_done();
        let answer = read(&server, "text");
        assert_eq!(
            (answer.header("content-type"), answer.body.as_slice()),
            (content_type, text.as_slice())
        );
    }
    store(&server, "form", "application/x-www-form-urlencoded", b"a=b").expect_done();
    assert_eq!(read(&server, "form").body, b"a=b");
}

#[test]
fn nothing_stored_can_pass_as_a_page_of_ours() {
    let server = server();
    for content_type in [
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/javascript",
    ] {
        store(&server, "page", content_type, b"<script>alert(1)</script>").expect_done();
        assert_eq!(
            read(&server, "page").header("content-type"),
            "application/octet-stream"
        );
    }
}

#[test]
fn an_empty_list_is_a_list() {
    let server = server();
    assert_eq!(ids(&server), json!([]));
}

#[test]
fn the_list_is_in_order_and_each_account_sees_its_own() {
    let server = server();
    create_account(&server, "dave@example.org", "x").expect_done();
    for id in ["b", "a", "%C3%A4", "C"] {
        store(&server, id, "application/zip", b"x").expect_done();
    }
    assert_eq!(ids(&server), json!(["C", "a", "b", "ä"]));
    let other = server
        .request("GET", "/personas")
        .basic("dave@example.org", "x")
        .send();
    assert_eq!(other.json(), json!({ "personas": [] }));
    let other = server
        .request("GET", "/personas/a")
        .basic("dave@example.org", "x")
        .send();
    other.expect_failure(410, "persona_not_found");
}

#[test]
fn a_persona_that_is_not_there_is_gone() {
    let server = server();
    let answer = read(&server, "nothing");
    answer.expect_failure(410, "persona_not_found");
    assert_eq!(answer.json()["failure"]["message"], "Persona not found");
    assert_eq!(answer.json()["failure"]["code"], json!([4, 10]));
}

#[test]
fn deleting_succeeds_whether_or_not_it_was_there() {
    let server = server();
    store(&server, "a", "application/zip", b"x").expect_done();
    for _ in 0..2 {
        request(&server, "DELETE", "/personas/a").send().expect_done();
        read(&server, "a").expect_failure(410, "persona_not_found");
    }
    assert_eq!(ids(&server), json!([]));
}

#[test]
fn an_empty_body_and_a_missing_type_are_refused() {
    let server = server();
    store(&server, "a", "application/zip", b"").expect_failure(400, "empty_body");
    request(&server, "POST", "/personas/a")
        .bytes("x")
        .send()
        .expect_failure(400, "missing_content_type");
    store(&server, "a", &"x".repeat(129), b"x").expect_failure(400, "missing_content_type");
    assert_eq!(ids(&server), json!([]));
}

#[test]
fn ids_are_any_text_without_a_slash() {
    let server = server();
    for id in ["a%2Fb", "%2f", "a/b", "a/b/c", "a%0Ab", "a%00"] {
        store(&server, id, "application/zip", b"x").expect_failure(400, "invalid_id");
    }
    store(&server, &"x".repeat(513), "application/zip", b"x").expect_failure(400, "invalid_id");
    store(&server, "%ff", "application/zip", b"x").expect_failure(400, "malformed_url");
    for id in [
        "..%2e",
        "%2e%2e",
        "a%20b",
        "%E2%98%83",
        "%25",
        "a+b",
        &"x".repeat(512),
    ] {
        store(&server, id, "application/zip", id.as_bytes()).expect_done();
        assert_eq!(read(&server, id).body, id.as_bytes());
    }
    let ids = ids(&server);
    for id in ["...", "..", "a b", "☃", "%", "a+b"] {
        assert!(ids.as_array().unwrap().contains(&json!(id)), "{id} in {ids}");
    }
}

#[test]
fn ten_mib_pass_and_one_byte_more_does_not() {
    let server = server();
    let bytes = vec![7; TEN_MIB + 1];
    store(&server, "large", "application/zip", &bytes[..TEN_MIB]).expect_done();
    assert_eq!(read(&server, "large").body.len(), TEN_MIB);
    store(&server, "large", "application/zip", &bytes).expect_failure(413, "too_large");
    assert_eq!(read(&server, "large").body.len(), TEN_MIB, "what was there stays");
}

#[test]
fn a_body_without_a_length_is_counted_while_it_comes() {
    let server = server();
    let chunk = [b"100000\r\n".as_slice(), &vec![7; 0x0010_0000], b"\r\n"].concat();
    let mut body = Vec::new();
    for _ in 0..11 {
        body.extend_from_slice(&chunk);
    }
    body.extend_from_slice(b"0\r\n\r\n");
    let answer = request(&server, "POST", "/personas/chunked")
        .header("transfer-encoding", "chunked")
        .body("application/zip", body)
        .send();
    answer.expect_failure(413, "too_large");
}

#[test]
fn every_route_asks_for_the_password() {
    let server = server();
    for (method, target) in [
        ("GET", "/personas"),
        ("POST", "/personas/a"),
        ("GET", "/personas/a"),
        ("DELETE", "/personas/a"),
    ] {
        for request in [
            server.request(method, target),
            server.request(method, target).basic(EMAIL, "wrong"),
            server
                .request(method, target)
                .basic("nobody@example.org", PASSWORD),
            server.request(method, target).basic("no address", PASSWORD),
            server.request(method, target).basic(EMAIL, ""),
            server.request(method, target).header("authorization", "Basic !!"),
            server.request(method, target).header("authorization", "Bearer x"),
        ] {
            let answer = request.body("application/zip", "x").send();
            answer.expect_failure(401, "unauthorized");
            assert_eq!(
                answer.header("www-authenticate"),
                "Basic realm=\"Key Backup Service\""
            );
            assert_eq!(answer.json()["failure"]["message"], "Access denied");
        }
    }
}

#[test]
fn nothing_is_read_of_a_strangers_body() {
    let server = server();
    // The head alone, with a length that will never come: an answer shows that nobody waited for the body.
    let head = "POST /personas/a HTTP/1.1\r\nhost: x\r\ncontent-type: application/zip\r\ncontent-length: 1000\r\n\
                expect: 100-continue\r\nconnection: close\r\n\r\n";
    let answer = keyhaven_server_tests::http::exchange(server.address(), &[head.as_bytes()]);
    answer.expect_failure(401, "unauthorized");
}

#[test]
fn the_address_signs_in_in_any_case() {
    let server = Server::start();
    create_account(&server, "Carol@Example.org", PASSWORD).expect_done();
    for email in ["Carol@Example.org", "carol@example.org", "CAROL@EXAMPLE.ORG"] {
        assert_eq!(
            server
                .request("GET", "/personas")
                .basic(email, PASSWORD)
                .send()
                .status,
            200
        );
    }
    // The password is compared as it is.
    assert_eq!(
        server
            .request("GET", "/personas")
            .basic("carol@example.org", "P:W")
            .send()
            .status,
        401
    );
}

#[test]
fn after_too_many_wrong_passwords_the_network_waits() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 3\n");
    create_account(&server, EMAIL, PASSWORD).expect_done();
    for email in [EMAIL, "nobody@example.org"] {
        for _ in 0..3 {
            server
                .request("GET", "/personas")
                .basic(email, "wrong")
                .send()
                .expect_failure(401, "unauthorized");
        }
        let answer = server.request("GET", "/personas").basic(email, "wrong").send();
        answer.expect_failure(429, "rate_limited");
        assert!((1..=60).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    }
    server.let_time_pass(std::time::Duration::from_secs(61));
    assert_eq!(
        server
            .request("GET", "/personas")
            .basic(EMAIL, PASSWORD)
            .send()
            .status,
        200
    );
}

#[test]
fn after_too_many_wrong_passwords_the_right_one_waits_too() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 3\n");
    create_account(&server, EMAIL, PASSWORD).expect_done();
    let list = |password: &str| server.request("GET", "/personas").basic(EMAIL, password).send();
    for _ in 0..5 {
        assert_eq!(list(PASSWORD).status, 200, "a right password takes no guess");
    }
    for _ in 0..3 {
        list("wrong").expect_failure(401, "unauthorized");
    }
    // The server remembers it from a moment ago; an answer would tell the guesser that it is right.
    list(PASSWORD).expect_failure(429, "rate_limited");
    server.let_time_pass(std::time::Duration::from_secs(61));
    assert_eq!(list(PASSWORD).status, 200);
}
