//! An account whose address nobody has confirmed: small, short-lived, and anybody's who reads the mailbox.

use std::time::{Duration, Instant};

use keyhaven_server_tests::{
    mailbox::CONFIRM,
    person::{Person, confirm, random},
    server::Server,
};
use serde_json::json;

use super::states::{before::Before, days};

const EMAIL: &str = "carol@example.org";

#[test]
fn the_letter_confirms_once_and_its_account_is_active() {
    let server = Server::start();
    let before = Before::unconfirmed(&server, EMAIL);
    let person = &before.person;
    let account = person.account(&server);
    assert_eq!(account["state"], "unconfirmed");
    assert_eq!(account["quota_bytes"], 1024 * 1024);
    let created = account["created_at"].as_i64().unwrap();
    assert_eq!(account["state_until"], created + 7 * 24 * 60 * 60);
    let letter = server.mailbox().letter(EMAIL, CONFIRM, 1);
    let code = letter.code_for("confirm").unwrap();
    confirm(&server, &code.replacen('c', "f", 1)).expect_failure(410, "invalid_link_code");
    assert_eq!(confirm(&server, &code).json(), json!("account_confirmed"));
    confirm(&server, &code).expect_failure(410, "invalid_link_code");
    let account = person.account(&server);
    assert_eq!(
        (&account["state"], &account["state_until"]),
        (&json!("active"), &json!(null))
    );
    assert_eq!(account["quota_bytes"], 1024 * 1024 * 1024);
    before.expect_whole(person);
}

#[test]
fn the_letter_is_mailed_again_on_request_three_times_an_hour() {
    let server = Server::start();
    let mut person = Before::unconfirmed(&server, EMAIL).person;
    let again = |person: &Person| {
        person
            .request(&server, "POST", "/persona/v1/confirmation")
            .send()
            .expect_done();
    };
    for count in 2..=3 {
        let _before = server.mailbox().letter(EMAIL, CONFIRM, count - 1);
        again(&person);
        let _letter = server.mailbox().letter(EMAIL, CONFIRM, count);
    }
    again(&person);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(server.mailbox().letters(EMAIL, CONFIRM).len(), 3);
    let last = server.mailbox().letter(EMAIL, CONFIRM, 3);
    assert_eq!(
        confirm(&server, &last.code_for("confirm").unwrap()).json(),
        json!("account_confirmed")
    );
    again(&person);
    server.let_time_pass(Duration::from_secs(2 * 60 * 60));
    person.sign_in(&server);
    again(&person);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(
        server.mailbox().letters(EMAIL, CONFIRM).len(),
        3,
        "confirmed already"
    );
}

#[test]
fn it_holds_one_mebibyte_on_both_wires() {
    let server = Server::start();
    let person = Before::unconfirmed(&server, EMAIL).person;
    let store = |id: &str, length: usize| {
        server
            .request("POST", &format!("/personas/{id}"))
            .basic(EMAIL, &person.auth_key)
            .body("application/zip", vec![7; length])
            .send()
    };
    store("large", 1024 * 1024).expect_failure(507, "quota_exceeded");
    store("fits", 1000 * 1024).expect_done();
    store("more", 32 * 1024).expect_failure(507, "quota_exceeded");
    let body = keyhaven_protocol::parts::parts(&[b"inventory", &[7; 32 * 1024]]);
    person
        .request(&server, "PUT", &format!("/persona/v1/objects/{}", random::<16>()))
        .header("if-match", "\"1\"")
        .body("application/vnd.keyhaven.parts", body)
        .send()
        .expect_failure(507, "quota_exceeded");
}

#[test]
fn after_seven_days_it_is_gone_and_swept() {
    let server = Server::start_with("[accounts]\nsweep_seconds = 1\n");
    let person = Before::unconfirmed(&server, EMAIL).person;
    let letter = server.mailbox().letter(EMAIL, CONFIRM, 1);
    server.let_time_pass(days(7) - Duration::from_secs(60 * 60));
    assert_eq!(person.try_sign_in(&server).status, 200);
    server.let_time_pass(days(7) + Duration::from_secs(1));
    person.try_sign_in(&server).expect_failure(401, "unauthorized");
    confirm(&server, &letter.code_for("confirm").unwrap()).expect_failure(410, "invalid_link_code");
    let until = Instant::now() + Duration::from_secs(20);
    while !server.log().contains("accounts=1") {
        assert!(Instant::now() < until, "{}", server.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!server.log().contains("carol"), "{}", server.log());
    Person::new(EMAIL).ask_for_account(&server).expect_done();
}

#[test]
fn where_confirmation_is_off_an_account_begins_active_and_nothing_is_mailed() {
    let server = Server::start_with("[accounts]\nconfirmation = \"off\"\n");
    let mut person = Person::new(EMAIL);
    person.ask_for_account(&server).expect_done();
    assert_eq!(person.sign_in(&server)["state"], "active");
    std::thread::sleep(Duration::from_millis(1500));
    assert!(server.mailbox().all().is_empty());
}
