//! Accounts of the original wire in the states that they can be in, and the versions that are their way back.

use keyhaven_server_tests::{
    http::{Answer, Request},
    mailbox::code,
    person::{ask_for_account, ask_for_reset, create_account, freeze, spend},
    server::Server,
};

const EMAIL: &str = "carol@example.org";
const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

fn basic(server: &Server, password: &str, method: &str, target: &str) -> Request {
    server.request(method, target).basic(EMAIL, password)
}

fn store(server: &Server, password: &str, id: &str, bytes: &[u8]) -> Answer {
    basic(server, password, "POST", &format!("/personas/{id}"))
        .body("application/zip", bytes)
        .send()
}

#[test]
fn an_unconfirmed_account_holds_one_mebibyte() {
    let server = Server::start();
    ask_for_account(&server, EMAIL, "typed").expect_done();
    store(&server, "typed", "a", &[7; 1024 * 1024]).expect_done();
    store(&server, "typed", "b", b"x").expect_failure(507, "quota_exceeded");
    assert_eq!(basic(&server, "typed", "GET", "/personas/a").send().status, 200);
    server.let_time_pass(8 * DAY);
    let gone = basic(&server, "typed", "GET", "/personas").send();
    assert_eq!(gone.status, 401, "{gone}");
}

#[test]
fn what_was_overwritten_or_deleted_comes_back_within_thirty_days() {
    let server = Server::start();
    create_account(&server, EMAIL, "typed").expect_done();
    for bytes in [b"first".as_slice(), b"second"] {
        store(&server, "typed", "a", bytes).expect_done();
    }
    basic(&server, "typed", "DELETE", "/personas/a")
        .send()
        .expect_done();
    basic(&server, "typed", "GET", "/personas/a")
        .send()
        .expect_failure(410, "persona_not_found");
    let listed = basic(&server, "typed", "GET", "/personas/a/versions")
        .send()
        .json();
    let versions = listed["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 3);
    assert!(versions[0]["content"].is_null(), "the newest is the deletion");
    assert_eq!(versions[2]["content"]["size"], 5);
    server.let_time_pass(29 * DAY);
    basic(&server, "typed", "POST", "/personas/a/versions/1")
        .send()
        .expect_done();
    assert_eq!(
        basic(&server, "typed", "GET", "/personas/a").send().body,
        b"first"
    );
    basic(&server, "typed", "POST", "/personas/a/versions/2")
        .send()
        .expect_done();
    assert_eq!(
        basic(&server, "typed", "GET", "/personas/a").send().body,
        b"second"
    );
    for (method, target, status, error) in [
        ("POST", "/personas/a/versions/3", 410, "persona_not_found"),
        ("POST", "/personas/a/versions/99", 410, "persona_not_found"),
        ("POST", "/personas/a/versions/01", 400, "malformed_url"),
        ("POST", "/personas/a/versions/x", 400, "malformed_url"),
        ("GET", "/personas/never/versions", 410, "persona_not_found"),
        ("GET", "/personas/a%2Fb/versions", 400, "invalid_id"),
        ("GET", "/personas/a/versions/1/more", 400, "invalid_id"),
    ] {
        basic(&server, "typed", method, target)
            .send()
            .expect_failure(status, error);
    }
}

#[test]
fn a_frozen_account_reads_and_adds_and_is_lifted_by_time() {
    let server = Server::start();
    create_account(&server, EMAIL, "typed").expect_done();
    store(&server, "typed", "a", b"before").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let mailed = code(&server.mailbox().letter(EMAIL, "Set a new password", 1).text);
    spend(&server, EMAIL, &mailed, "of a thief").expect_done();
    let letter = server.mailbox().letter(EMAIL, "A new password was set", 1);
    // There is no code and no password that leads back.
    let words = letter.words();
    assert!(
        words.contains("as soon as the operator lifts it") && !words.contains("take the account back"),
        "{words}"
    );
    freeze(&server, &letter.code_for("freeze").unwrap()).expect_done();

    let ask = |method: &str, target: &str| basic(&server, "of a thief", method, target);
    assert_eq!(ask("GET", "/personas/a").send().body, b"before");
    store(&server, "of a thief", "new", b"added").expect_done();
    store(&server, "of a thief", "a", b"overwritten").expect_failure(403, "account_frozen");
    ask("DELETE", "/personas/a")
        .send()
        .expect_failure(403, "account_frozen");
    ask("POST", "/personas/a/versions/1")
        .send()
        .expect_failure(403, "account_frozen");
    ask_for_reset(&server, EMAIL).expect_done();
    let letter = server.mailbox().letter(EMAIL, "no password is set by mail", 1);
    assert!(
        letter.words().contains("It is lifted by itself on"),
        "{}",
        letter.text
    );

    server.let_time_pass(15 * DAY);
    store(&server, "of a thief", "a", b"overwritten").expect_done();
    ask("POST", "/personas/a/versions/1").send().expect_done();
    assert_eq!(ask("GET", "/personas/a").send().body, b"before");
}
