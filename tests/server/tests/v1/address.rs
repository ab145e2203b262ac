//! A change of address: it waits for both, and whoever has the new address learns of it, and nobody else.

use keyhaven_server_tests::{
    person::{Person, confirm, random},
    server::Server,
};
use serde_json::json;

use super::states::{before::Before, days};

const OLD: &str = "carol@example.org";
const NEW: &str = "Carol.New@example.org";
const ASKED: &str = "is to move to another address";
const CONFIRM_NEW: &str = "Confirm this address";

/// Asks for the change, and gives the codes of the two letters: from the present address, and from the new one.
fn ask(server: &Server, person: &Person, new_key: &str) -> (String, String) {
    let asked = person.change_address(server, NEW, new_key);
    assert_eq!(asked.status, 200, "{asked}");
    let waits = &asked.json()["address_change"];
    assert_eq!(waits["new_email"], NEW);
    assert_eq!(
        (&waits["confirmed_by_present"], &waits["confirmed_by_new"]),
        (&json!(false), &json!(false))
    );
    let from = server.mailbox().letter(OLD, ASKED, 1);
    assert!(from.words().contains(NEW), "{}", from.text);
    assert!(from.code_for("freeze").is_some(), "{}", from.text);
    let to = server.mailbox().letter(NEW, CONFIRM_NEW, 1);
    assert!(
        !to.text.contains(OLD),
        "the new address is told no other: {}",
        to.text
    );
    (from.code_for("confirm").unwrap(), to.code_for("confirm").unwrap())
}

fn expect_moved(server: &Server, before: &Before<'_>, new_key: &str) {
    before
        .person
        .try_sign_in(server)
        .expect_failure(401, "unauthorized");
    before
        .person
        .request(server, "GET", "/persona/v1/account")
        .send()
        .expect_failure(401, "unauthorized");
    let mut moved = Person {
        email: NEW.to_owned(),
        auth_key: new_key.to_owned(),
        ..before.person.clone()
    };
    let account = moved.sign_in(server);
    assert_eq!(account["email"], NEW);
    assert_eq!(account["address_change"], json!(null));
    assert_eq!(moved.release(server, "password", new_key).status, 200);
    before.expect_whole(&moved);
    let away = server.mailbox().letter(OLD, "has moved to another address", 1);
    assert!(away.words().contains(NEW) && away.code_for("freeze").is_some());
    let here = server.mailbox().letter(NEW, "now has this address", 1);
    assert!(here.code_for("freeze").is_some(), "{}", here.text);
}

#[test]
fn it_happens_when_both_have_confirmed_in_either_order() {
    for first in [0, 1] {
        let server = Server::start();
        let before = Before::of(&server, OLD);
        let new_key = random::<32>();
        let (from, to) = ask(&server, &before.person, &new_key);
        let mut order = [from, to];
        order.rotate_left(first);
        let [first, second] = order;
        assert_eq!(confirm(&server, &first).json(), json!("address_change_waits"));
        assert_eq!(before.person.try_sign_in(&server).status, 200);
        assert_eq!(before.person.account(&server)["email"], OLD);
        assert_eq!(confirm(&server, &second).json(), json!("address_changed"));
        confirm(&server, &second).expect_failure(410, "invalid_link_code");
        expect_moved(&server, &before, &new_key);
    }
}

#[test]
fn it_can_be_taken_back_and_does_not_wait_longer_than_a_day() {
    let server = Server::start();
    let before = Before::of(&server, OLD);
    let (from, to) = ask(&server, &before.person, &random::<32>());
    before
        .person
        .request(&server, "DELETE", "/persona/v1/address")
        .send()
        .expect_done();
    assert_eq!(before.person.account(&server)["address_change"], json!(null));
    for code in [from, to] {
        confirm(&server, &code).expect_failure(410, "invalid_link_code");
    }

    let asked = before.person.change_address(&server, NEW, &random::<32>());
    assert_eq!(asked.status, 200, "{asked}");
    let late = server.mailbox().letter(NEW, CONFIRM_NEW, 2);
    server.let_time_pass(days(1) + days(1) / 24);
    confirm(&server, &late.code_for("confirm").unwrap()).expect_failure(410, "invalid_link_code");
}

#[test]
fn an_address_that_is_taken_is_told_to_its_owner_and_to_nobody_else() {
    let server = Server::start();
    let before = Before::of(&server, OLD);
    let other = Before::of(&server, NEW);
    let asked = before.person.change_address(&server, NEW, &random::<32>());
    assert_eq!(asked.status, 200, "{asked}");
    assert_eq!(asked.json()["address_change"]["new_email"], NEW);
    let told = server.mailbox().letter(NEW, "Somebody asked to move", 1);
    assert!(
        !told.text.contains('#') && !told.text.contains(OLD),
        "{}",
        told.text
    );
    assert!(server.mailbox().letters(NEW, CONFIRM_NEW).is_empty());
    let from = server.mailbox().letter(OLD, ASKED, 1);
    assert_eq!(
        confirm(&server, &from.code_for("confirm").unwrap()).json(),
        json!("address_change_waits")
    );
    assert_eq!(before.person.account(&server)["email"], OLD);
    other.expect_whole(&other.person);
}

#[test]
fn what_is_no_change_is_refused() {
    let server = Server::start();
    let before = Before::of(&server, OLD);
    let ask = |to: &str| before.person.change_address(&server, to, &random::<32>());
    ask("CAROL@example.org").expect_failure(409, "address_taken");
    ask("no at sign").expect_failure(400, "invalid_email");
    let mut wrong = before.person.clone();
    wrong.auth_key = random::<32>();
    wrong
        .change_address(&server, NEW, &random::<32>())
        .expect_failure(403, "wrong_proof");
}
