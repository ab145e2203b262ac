//! The ways back without a session: alike to a stranger whatever there is, limited, and of no use to a guesser.

use std::collections::HashMap;

use keyhaven_server_tests::{
    http::Answer,
    person::{Person, create_account, freeze, random, undo},
    server::Server,
};

use super::states::before::Before;

const EMAIL: &str = "carol@example.org";

/// Everything of an answer that could tell something.
fn comparable(answer: &Answer) -> (u16, HashMap<String, String>, String) {
    let mut headers = answer.headers.clone();
    headers.retain(|name, _| name != "date" && name != "x-request-id");
    (answer.status, headers, answer.error())
}

/// Somebody with a key record, somebody of the original wire, an address that is none of ours, and a text that is none.
fn strangers(server: &Server) -> [&'static str; 4] {
    let _known = Before::of(server, EMAIL);
    create_account(server, "typed@example.org", "typed").expect_done();
    [EMAIL, "typed@example.org", "nobody@example.org", "no address"]
}

fn all_alike(answers: &[Answer], status: u16, error: &str) {
    answers[0].expect_failure(status, error);
    for answer in answers {
        assert_eq!(comparable(answer), comparable(&answers[0]), "{answer}");
    }
}

#[test]
fn a_wrong_secret_is_one_answer_whoever_is_named() {
    let server = Server::start();
    let named = strangers(&server);
    all_alike(
        &named.map(|email| undo(&server, email, &random::<32>())),
        401,
        "unauthorized",
    );
    let guess = |email: &str| Person::new(email);
    all_alike(
        &named.map(|email| guess(email).release_for_recovery(&server)),
        403,
        "wrong_proof",
    );
    all_alike(
        &named.map(|email| guess(email).recover(&server, 2, "\"1\"", &random::<32>())),
        403,
        "wrong_proof",
    );
}

#[test]
fn guesses_are_limited_by_address_known_or_not() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 3\n");
    let before = Before::of(&server, EMAIL);
    for email in [EMAIL, "nobody@example.org"] {
        for _ in 0..3 {
            undo(&server, email, &random::<32>()).expect_failure(401, "unauthorized");
        }
        undo(&server, email, &random::<32>()).expect_failure(429, "rate_limited");
        for _ in 0..3 {
            Person::new(email)
                .release_for_recovery(&server)
                .expect_failure(403, "wrong_proof");
        }
        Person::new(email)
            .release_for_recovery(&server)
            .expect_failure(429, "rate_limited");
    }
    // The right code waits too, and is right after it has waited.
    before
        .person
        .release_for_recovery(&server)
        .expect_failure(429, "rate_limited");
    server.let_time_pass(std::time::Duration::from_secs(61));
    assert_eq!(before.person.release_for_recovery(&server).status, 200);
}

#[test]
fn a_network_that_tries_codes_of_letters_waits() {
    let server = Server::start();
    for _ in 0..60 {
        freeze(&server, &format!("f{}", random::<32>())).expect_failure(410, "invalid_link_code");
    }
    let waits = freeze(&server, "no code");
    waits.expect_failure(429, "rate_limited");
    // The clock goes on while they are tried.
    let seconds: u64 = waits.header("retry-after").parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
}

#[test]
fn a_recovery_over_a_record_that_changed_changes_nothing() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let person = &before.person;
    person
        .recover(&server, 2, "\"7\"", &random::<32>())
        .expect_failure(412, "version_conflict");
    person
        .recover(&server, 1, "\"1\"", &random::<32>())
        .expect_failure(400, "invalid_key_record");
    let mut other = person.clone();
    other.unlock_proof = random::<32>();
    other
        .recover(&server, 2, "\"1\"", &random::<32>())
        .expect_failure(403, "wrong_proof");
    assert_eq!(person.try_sign_in(&server).status, 200);
    before.expect_whole(person);
}
