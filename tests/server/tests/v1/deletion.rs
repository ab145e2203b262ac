//! Deleting an account: in 30 days, or at once with the code; and taking that back.

use std::time::{Duration, Instant};

use keyhaven_server_tests::{
    person::{Person, freeze, random},
    server::Server,
};
use serde_json::json;

use super::states::{before::Before, days};

const EMAIL: &str = "carol@example.org";

#[test]
fn a_deletion_waits_thirty_days_and_its_owner_takes_it_back() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut person = before.person.clone();
    person.sign_in(&server);
    let deleted = person.delete(&server, None).json();
    let account = person.account(&server);
    assert_eq!(account["state"], "deleted");
    assert_eq!(account["state_until"], deleted["removed_at"]);
    before
        .person
        .request(&server, "GET", "/persona/v1/account")
        .send()
        .expect_failure(401, "unauthorized");
    let asked = server.mailbox().letter(EMAIL, "is going to be deleted", 1);
    assert!(asked.code_for("freeze").is_some());
    server.let_time_pass(days(29));
    person.sign_in(&server);
    person.undelete(&server).expect_done();
    assert_eq!(person.state(&server), "active");
    let _told = server.mailbox().letter(EMAIL, "is not going to be deleted", 1);
    server.let_time_pass(days(60));
    person.sign_in(&server);
    before.expect_whole(&person);
}

#[test]
fn whoever_reads_the_letter_stops_a_deletion_by_freezing() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    assert_eq!(before.person.delete(&server, None).status, 200);
    let letter = server.mailbox().letter(EMAIL, "is going to be deleted", 1);
    freeze(&server, &letter.code_for("freeze").unwrap()).expect_done();
    server.let_time_pass(days(31));
    let mut person = before.person.clone();
    person.sign_in(&server);
    assert_eq!(person.state(&server), "frozen");
    let lifted = person.unlock(&server, "unlock_proof", &person.unlock_proof);
    assert_eq!(lifted.json()["state"], "active", "{lifted}");
    before.expect_whole(&person);
}

#[test]
fn after_thirty_days_nothing_is_left() {
    let server = Server::start_with("[accounts]\nsweep_seconds = 1\n");
    let before = Before::of(&server, EMAIL);
    assert_eq!(before.person.delete(&server, None).status, 200);
    server.let_time_pass(days(30) + Duration::from_secs(1));
    before
        .person
        .try_sign_in(&server)
        .expect_failure(401, "unauthorized");
    before
        .person
        .release_for_recovery(&server)
        .expect_failure(403, "wrong_proof");
    let letter = server.mailbox().letter(EMAIL, "was removed", 1);
    assert!(!letter.text.contains('#'), "{}", letter.text);
    let until = Instant::now() + Duration::from_secs(20);
    while !server.log().contains("swept") {
        assert!(Instant::now() < until, "{}", server.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    Person::new(EMAIL).ask_for_account(&server).expect_done();
}

#[test]
fn with_the_code_it_is_at_once() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let person = &before.person;
    person
        .delete(&server, Some(&random::<32>()))
        .expect_failure(403, "wrong_proof");
    let mut guess = person.clone();
    guess.auth_key = random::<32>();
    guess
        .delete(&server, Some(&person.recovery_auth))
        .expect_failure(403, "wrong_proof");
    before.expect_whole(person);
    assert_eq!(
        person.delete(&server, Some(&person.recovery_auth)).json(),
        json!("removed")
    );
    person.try_sign_in(&server).expect_failure(401, "unauthorized");
    let letter = server.mailbox().letter(EMAIL, "was removed", 1);
    assert!(!letter.text.contains('#'), "{}", letter.text);
}
