//! "This was not me": the link in a notice, what it stops, and who lifts it.

use keyhaven_server_tests::{
    mailbox::code,
    person::{Person, ask_for_reset, freeze, random, spend},
    server::Server,
};

use super::states::{before::Before, days};

const EMAIL: &str = "carol@example.org";

/// An account that a mailbox thief reset, and the link of the notice about it.
fn reset_by_a_thief(server: &Server) -> (Before<'_>, Person, String) {
    let before = Before::of(server, EMAIL);
    let mut thief = before.person.clone();
    thief.reset_by_mail(server);
    let letter = server.mailbox().letter(EMAIL, "A new password was set", 1);
    let link = letter.code_for("freeze").unwrap();
    (before, thief, link)
}

#[test]
fn the_link_of_a_notice_freezes_once() {
    let server = Server::start();
    let (before, thief, link) = reset_by_a_thief(&server);
    freeze(&server, &link).expect_done();
    thief
        .request(&server, "GET", "/persona/v1/account")
        .send()
        .expect_failure(401, "unauthorized");
    freeze(&server, &link).expect_failure(410, "invalid_link_code");
    let letter = server.mailbox().letter(EMAIL, "is frozen", 1);
    assert_eq!(letter.code_for("freeze"), None, "{}", letter.text);
    let mut thief = thief;
    thief.sign_in(&server);
    assert_eq!(thief.state(&server), "frozen");
    before
        .overwrite_persona(&thief)
        .expect_failure(403, "account_frozen");
}

#[test]
fn a_link_that_freezes_is_good_for_fourteen_days() {
    let server = Server::start();
    let (_before, _thief, link) = reset_by_a_thief(&server);
    server.let_time_pass(days(14) + days(1) / 24);
    freeze(&server, &link).expect_failure(410, "invalid_link_code");
}

#[test]
fn while_frozen_no_reset_is_mailed_or_spent_and_the_letter_says_why() {
    let server = Server::start();
    let (before, _thief, link) = reset_by_a_thief(&server);
    ask_for_reset(&server, EMAIL).expect_done();
    let mailed = code(&server.mailbox().letter(EMAIL, "Set a new password", 2).text);
    freeze(&server, &link).expect_done();
    spend(&server, EMAIL, &mailed, &random::<32>()).expect_failure(410, "invalid_reset_code");
    ask_for_reset(&server, EMAIL).expect_done();
    let letter = server.mailbox().letter(EMAIL, "no password is set by mail", 1);
    assert!(!letter.text.contains('#'), "{}", letter.text);
    assert!(
        letter.words().contains("set a new one with your recovery code"),
        "{}",
        letter.text
    );
    server.let_time_pass(days(60));
    ask_for_reset(&server, EMAIL).expect_done();
    let _frozen_still = server.mailbox().letter(EMAIL, "no password is set by mail", 2);

    let mut owner = before.person.clone();
    owner.recover_by_code(&server);
    assert_eq!(owner.state(&server), "active");
    before.expect_whole(&owner);
}

#[test]
fn lifting_takes_a_proof_and_voids_every_older_link() {
    let server = Server::start();
    let (before, mut thief, link) = reset_by_a_thief(&server);
    thief.reset_by_mail(&server);
    let second = server.mailbox().letter(EMAIL, "A new password was set", 2);
    let second = second.code_for("freeze").unwrap();
    freeze(&server, &link).expect_done();

    thief.sign_in(&server);
    thief
        .unlock(&server, "unlock_proof", &random::<32>())
        .expect_failure(403, "wrong_proof");
    assert_eq!(thief.state(&server), "frozen");
    let lifted = thief.unlock(&server, "recovery_auth", &before.person.recovery_auth);
    assert_eq!(lifted.json()["state"], "active", "{lifted}");
    freeze(&server, &second).expect_failure(410, "invalid_link_code");
    let letter = server.mailbox().letter(EMAIL, "is no longer frozen", 1);
    assert_eq!(
        letter.code_for("freeze"),
        None,
        "else a mailbox thief freezes for ever"
    );
    before.expect_whole(&thief);
}

#[test]
fn no_letter_freezes_an_account_that_nobody_confirmed() {
    let server = Server::start();
    let before = Before::unconfirmed(&server, EMAIL);
    // The one letter beside the sign-up's that such an account can cause: to whoever has the mailbox.
    let asked = before
        .person
        .change_address(&server, "elsewhere@example.org", &random::<32>());
    assert_eq!(asked.status, 200, "{asked}");
    let letter = server.mailbox().letter(EMAIL, "", 2);
    assert_eq!(letter.code_for("freeze"), None, "it promises that all is kept");
    assert_eq!(before.person.state(&server), "unconfirmed");
}
