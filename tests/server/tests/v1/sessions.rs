use std::time::Duration;

use keyhaven_server_tests::{
    person::{Person, random},
    server::Server,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";
const MINUTE: Duration = Duration::from_secs(60);

fn is_open(server: &Server, person: &Person) -> bool {
    let answer = person.request(server, "GET", "/persona/v1/account").send();
    if answer.status == 401 {
        answer.expect_failure(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        return false;
    }
    assert_eq!(answer.status, 200, "{answer}");
    true
}

#[test]
fn signing_in_says_who_signed_in_and_for_how_long() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    let session = person.try_sign_in(&server).json();
    assert_eq!(session["token"].as_str().unwrap().len(), 43);
    assert_eq!(session["idle_seconds"], 900);
    assert_eq!(session["account"]["email"], EMAIL);
    assert!(is_open(&server, &person));
}

#[test]
fn wrong_keys_and_unknown_addresses_are_one_answer() {
    let server = Server::start();
    let mut person = Person::signed_in(&server, EMAIL);
    person.auth_key = random::<32>();
    for stranger in [
        person,
        Person::new("nobody@example.org"),
        Person::new("no address"),
    ] {
        let answer = stranger.try_sign_in(&server);
        answer.expect_failure(401, "unauthorized");
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer",
            "a browser must not ask for a password here"
        );
    }
}

#[test]
fn a_session_ends_after_15_idle_minutes() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    for minutes in [14, 28, 42] {
        server.let_time_pass(minutes * MINUTE);
        assert!(is_open(&server, &person), "{minutes} minutes");
    }
    server.let_time_pass(58 * MINUTE);
    assert!(!is_open(&server, &person));
}

#[test]
fn a_session_ends_after_12_hours_whatever_happens() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    for quarter in 1..52 {
        server.let_time_pass(quarter * 14 * MINUTE);
        assert_eq!(
            is_open(&server, &person),
            quarter * 14 < 12 * 60,
            "{} minutes",
            quarter * 14
        );
    }
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let server = Server::start();
    let first = Person::signed_in(&server, EMAIL);
    let mut second = first.clone();
    second.sign_in(&server);
    let mut third = first.clone();
    third.sign_in(&server);
    let list = || {
        first
            .request(&server, "GET", "/persona/v1/sessions")
            .send()
            .json()["sessions"]
            .clone()
    };
    let sessions = list();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    assert_eq!(
        sessions
            .iter()
            .filter(|session| session["current"] == true)
            .count(),
        1
    );
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let target = format!("/persona/v1/sessions/{}", other["session_id"].as_str().unwrap());
    first.request(&server, "DELETE", &target).send().expect_done();
    first
        .request(&server, "DELETE", &target)
        .send()
        .expect_failure(404, "no_such_item");
    first
        .request(&server, "DELETE", "/persona/v1/sessions/nonsense")
        .send()
        .expect_failure(400, "invalid_id");
    assert_eq!(list().as_array().unwrap().len(), 2);
    assert_eq!(
        [&second, &third]
            .iter()
            .filter(|person| is_open(&server, person))
            .count(),
        1
    );
    let left = if is_open(&server, &second) { second } else { third };
    left.request(&server, "DELETE", "/persona/v1/sessions/current")
        .send()
        .expect_done();
    assert!(!is_open(&server, &left));
    assert!(is_open(&server, &first));
    first
        .request(&server, "DELETE", "/persona/v1/sessions")
        .send()
        .expect_done();
    assert!(!is_open(&server, &first));
}

#[test]
fn nobody_ends_the_session_of_another() {
    let server = Server::start();
    let carol = Person::signed_in(&server, EMAIL);
    let mallory = Person::signed_in(&server, "mallory@example.org");
    let sessions = carol
        .request(&server, "GET", "/persona/v1/sessions")
        .send()
        .json();
    let target = format!(
        "/persona/v1/sessions/{}",
        sessions["sessions"][0]["session_id"].as_str().unwrap()
    );
    mallory
        .request(&server, "DELETE", &target)
        .send()
        .expect_failure(404, "no_such_item");
    assert!(is_open(&server, &carol));
}

#[test]
fn every_route_of_ours_asks_for_a_session() {
    let server = Server::start();
    for (method, target) in [
        ("GET", "/persona/v1/account"),
        ("POST", "/persona/v1/password"),
        ("GET", "/persona/v1/sessions"),
        ("DELETE", "/persona/v1/sessions"),
        ("DELETE", "/persona/v1/sessions/current"),
        ("GET", "/persona/v1/keys"),
        ("PUT", "/persona/v1/keys"),
        ("POST", "/persona/v1/keys/release"),
        ("POST", "/persona/v1/unlock"),
        ("GET", "/persona/v1/inventory"),
        ("GET", "/persona/v1/objects"),
        ("GET", "/persona/v1/objects/AAAAAAAAAAAAAAAAAAAAAA"),
        ("PUT", "/persona/v1/objects/AAAAAAAAAAAAAAAAAAAAAA"),
        ("POST", "/persona/v1/objects/AAAAAAAAAAAAAAAAAAAAAA/delete"),
        ("POST", "/persona/v1/objects/AAAAAAAAAAAAAAAAAAAAAA/undelete"),
    ] {
        for request in [
            server.request(method, target),
            server.request(method, target).bearer(&random::<32>()),
            server.request(method, target).bearer("short"),
            server.request(method, target).basic(EMAIL, "x"),
        ] {
            let answer = request.json(&json!({})).send();
            answer.expect_failure(401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}
