//! nginx in front, with the configuration that the operator's guide shows.

use std::io::{Read as _, Write as _};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    http::{Answer, Request},
    person::{create_account, kdf, random},
    server::Server,
};
use serde_json::json;

use super::nginx::{NAME, PATIENCE, Proxy, upstream};

const MIB: usize = 1024 * 1024;

fn server_behind(config: &str) -> Server {
    Server::start_with(&format!(
        "base_url = \"https://{NAME}\"\ntrusted_proxies = [\"127.0.0.1\"]\nmail.outbox = true\n{config}"
    ))
}

#[test]
fn a_person_signs_up_stores_and_reads_through_the_proxy() {
    let server = server_behind("");
    let proxy = Proxy::before(server.address());
    let (auth_key, id) = (random::<32>(), random::<16>());
    let account = json!({ "email": "carol@example.org", "account_id": random::<16>(), "auth_key": auth_key, "kdf": kdf() });
    proxy
        .send(&proxy.request("POST", "/persona/v1/accounts").json(&account))
        .expect_done();
    let credentials = json!({ "email": "carol@example.org", "auth_key": auth_key });
    let session = proxy.send(&proxy.request("POST", "/persona/v1/sessions").json(&credentials));
    assert_eq!(session.status, 200, "{session}");
    let token = session.json()["token"].as_str().unwrap().to_owned();
    let written = proxy.send(
        &proxy
            .request("PUT", &format!("/persona/v1/objects/{id}"))
            .bearer(&token)
            .header("if-none-match", "*")
            .body(
                "application/vnd.keyhaven.parts",
                parts(&[b"inventory", b"object"]),
            ),
    );
    assert_eq!(
        (written.status, written.header("etag")),
        (200, "\"1\""),
        "{written}"
    );
    let read = proxy.send(
        &proxy
            .request("GET", &format!("/persona/v1/objects/{id}"))
            .bearer(&token),
    );
    assert_eq!(read.body, b"object", "{read}");
    assert_eq!(
        read.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert!(read.header("strict-transport-security").starts_with("max-age="));
}

#[test]
fn the_largest_object_passes_and_what_is_longer_is_refused_by_the_server_itself() {
    let server = server_behind("");
    let proxy = Proxy::before(server.address());
    create_account(&server, "carol@example.org", "x").expect_done();
    let store = |len: usize| {
        let request = proxy
            .request("POST", "/personas/a")
            .basic("carol@example.org", "x");
        proxy.send(&request.body("application/zip", vec![7; len]))
    };
    store(10 * MIB).expect_done();
    let read = proxy.send(
        &proxy
            .request("GET", "/personas/a")
            .basic("carol@example.org", "x"),
    );
    assert_eq!((read.status, read.body.len()), (200, 10 * MIB));
    store(10 * MIB + 1).expect_failure(413, "too_large");
}

#[test]
fn who_asks_is_whom_the_proxy_sees_and_not_whom_the_client_names() {
    let server = server_behind("[accounts]\nsign_ups = 2\n");
    let proxy = Proxy::before(server.address());
    let sign_up = |number: u8, request: Request| {
        let account = json!({ "email": format!("person{number}@example.org"), "password": "x" });
        request
            .header("x-forwarded-for", format!("203.0.{number}.7"))
            .json(&account)
    };
    let through = |number| {
        proxy
            .send(&sign_up(number, proxy.request("POST", "/accounts")))
            .status
    };
    assert_eq!([through(1), through(2), through(3)], [200, 200, 429]);
    // The control: what a listed proxy says is believed.
    let direct = |number| sign_up(number, server.request("POST", "/accounts")).send().status;
    assert_eq!([direct(4), direct(5), direct(6)], [200, 200, 200]);
}

#[test]
fn a_body_goes_through_while_it_comes_and_a_busy_server_is_passed_on_as_it_is() {
    let (address, told) = upstream(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
    let proxy = Proxy::before(address);
    let mut body = vec![b'x'; MIB];
    body.extend_from_slice(b"the end");
    let whole = proxy
        .request("POST", "/personas/a")
        .body("application/zip", body)
        .to_bytes();
    let (most, last) = whole.split_at(whole.len() - 100_000);
    let mut stream = proxy.connect();
    stream.write_all(most).unwrap();
    // The end is not sent before the server has the beginning.
    let early = told.recv_timeout(PATIENCE).unwrap();
    assert!(early > 0 && early < whole.len());
    stream.write_all(last).unwrap();
    let mut received = Vec::new();
    let _closed = stream.read_to_end(&mut received);
    let answer = Answer::of_bytes(&received);
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, "7"),
        "{answer}"
    );
    assert_eq!(answer.body, b"{}");
}
