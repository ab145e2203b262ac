//! The stories of `accounts-and-keys.md` 4, end to end: whoever holds the mailbox, the password, or came first,
//! destroys nothing and is given nothing to guess against.

use keyhaven_server_tests::{
    http::Answer,
    mailbox::code,
    person::{Person, ask_for_reset, random, spend, undo},
    server::Server,
};
use serde_json::json;

use super::{states::before::Before, states::days};

/// What a thief tries with a session of the account.
fn try_to_destroy(before: &Before<'_>, thief: &Person) -> Vec<(u16, String)> {
    let attempts = [
        before.overwrite(thief),
        before.delete_object(thief),
        before.overwrite_persona(thief),
        before.delete_persona(thief),
        thief.delete(before.server, None),
        thief.change_address(before.server, "thief@example.org", &random::<32>()),
        new_code(before.server, thief),
    ];
    attempts
        .iter()
        .map(|answer| (answer.status, answer.error()))
        .collect()
}

fn new_code(server: &Server, thief: &Person) -> Answer {
    let (_, version) = thief.next(server);
    let mut record = thief.key_record(thief.account(server)["credential_epoch"].as_u64().unwrap());
    record["recovery_auth"] = json!(random::<32>());
    thief.write_keys(server, ("if-match", &version), &record)
}

/// What comes of it: everything is refused. The last one is a write of the key record, whose proof is looked at first.
fn all_refused(error: &str, last: &str) -> Vec<(u16, String)> {
    let mut refused = vec![(403, error.to_owned()); 6];
    refused.push((403, last.to_owned()));
    refused
}

/// Nothing is released to whoever knows no secret but the password of a reset.
fn nothing_is_released(server: &Server, thief: &Person) {
    for (secret, auth) in [
        ("password", thief.auth_key.clone()),
        ("old_password", random::<32>()),
        ("recovery_code", random::<32>()),
    ] {
        thief
            .release(server, secret, &auth)
            .expect_failure(403, "wrong_proof");
    }
}

#[test]
fn a_mailbox_thief_resets_three_times_waits_and_gets_nothing() {
    let server = Server::start();
    let before = Before::of(&server, "carol@example.org");
    let mut owner = before.person.clone();
    let mut thief = Person {
        recovery_auth: random::<32>(),
        unlock_proof: random::<32>(),
        ..before.person.clone()
    };
    for _ in 0..3 {
        thief.reset_by_mail(&server);
        assert_eq!(thief.state(&server), "unproven");
        nothing_is_released(&server, &thief);
        assert_eq!(
            try_to_destroy(&before, &thief),
            all_refused("account_unproven", "wrong_proof")
        );
        owner
            .request(&server, "GET", "/persona/v1/account")
            .send()
            .expect_failure(401, "unauthorized");
        owner.try_sign_in(&server).expect_failure(401, "unauthorized");
    }
    server.let_time_pass(days(15));
    thief.sign_in(&server);
    assert_eq!(
        try_to_destroy(&before, &thief),
        all_refused("account_unproven", "wrong_proof")
    );
    nothing_is_released(&server, &thief);

    // The first password is kept as long as nobody has proven anything.
    let first = owner.auth_key.clone();
    owner.undo(&server, &first);
    assert_eq!(owner.state(&server), "disputed");
    thief
        .request(&server, "GET", "/persona/v1/account")
        .send()
        .expect_failure(401, "unauthorized");
    thief.try_sign_in(&server).expect_failure(401, "unauthorized");
    undo(&server, &thief.email, &thief.auth_key).expect_failure(401, "unauthorized");
    let decided = owner.unlock(&server, "recovery_auth", &owner.recovery_auth);
    assert_eq!(decided.json()["state"], "active", "{decided}");
    assert_eq!(owner.release(&server, "password", &first).status, 200);
    before.expect_whole(&owner);
}

#[test]
fn after_three_resets_the_code_alone_brings_the_owner_back() {
    let server = Server::start();
    let before = Before::of(&server, "carol@example.org");
    let mut owner = before.person.clone();
    let mut thief = before.person.clone();
    for _ in 0..3 {
        thief.reset_by_mail(&server);
    }
    owner.recover_by_code(&server);
    assert_eq!(owner.state(&server), "active");
    thief.try_sign_in(&server).expect_failure(401, "unauthorized");
    undo(&server, &owner.email, &thief.auth_key).expect_failure(401, "unauthorized");
    before.expect_whole(&owner);
}

#[test]
fn a_password_thief_who_undoes_and_deletes_destroys_nothing() {
    let server = Server::start();
    let before = Before::of(&server, "carol@example.org");
    let mut owner = before.person.clone();
    // The thief learned the password, and with it everything but the recovery code.
    let mut thief = Person {
        recovery_auth: random::<32>(),
        ..before.person.clone()
    };
    thief.sign_in(&server);
    let taken_over = random::<32>();
    let changed = thief.change_password(&server, &taken_over);
    thief.take_session(&changed);
    thief.auth_key.clone_from(&taken_over);
    owner.try_sign_in(&server).expect_failure(401, "unauthorized");

    // Back and forth: each keeps the other's way in, and neither may destroy anything.
    let first = owner.auth_key.clone();
    for _ in 0..3 {
        owner.undo(&server, &first);
        assert_eq!(owner.state(&server), "disputed");
        thief.try_sign_in(&server).expect_failure(401, "unauthorized");
        thief.undo(&server, &taken_over);
        assert_eq!(thief.state(&server), "disputed");
        assert_eq!(
            try_to_destroy(&before, &thief),
            all_refused("account_disputed", "account_disputed")
        );
        thief
            .unlock(&server, "unlock_proof", &thief.unlock_proof)
            .expect_failure(403, "account_disputed");
        thief
            .delete(&server, Some(&thief.recovery_auth))
            .expect_failure(403, "account_disputed");
    }
    server.let_time_pass(days(13));
    thief.sign_in(&server);
    assert_eq!(
        try_to_destroy(&before, &thief),
        all_refused("account_disputed", "account_disputed")
    );

    // A reset in between starts the wait anew: the thief undoes it, and waits again.
    owner.reset_by_mail(&server);
    assert_eq!(owner.state(&server), "unproven");
    thief.undo(&server, &taken_over);
    server.let_time_pass(days(26));
    thief.sign_in(&server);
    assert_eq!(thief.state(&server), "disputed");
    assert_eq!(
        try_to_destroy(&before, &thief),
        all_refused("account_disputed", "account_disputed")
    );

    // The recovery code decides, and then it is over.
    owner.recover_by_code(&server);
    assert_eq!(owner.state(&server), "active");
    thief.try_sign_in(&server).expect_failure(401, "unauthorized");
    undo(&server, &owner.email, &taken_over).expect_failure(401, "unauthorized");
    before.expect_whole(&owner);
}

#[test]
fn who_wins_the_wait_of_a_dispute_has_what_a_password_gives_and_the_owner_what_is_left() {
    let server = Server::start();
    let before = Before::of(&server, "carol@example.org");
    let mut owner = before.person.clone();
    let first = owner.auth_key.clone();
    owner.reset_by_mail(&server);
    let mut thief = before.person.clone();
    thief.undo(&server, &first);
    server.let_time_pass(days(15));
    thief.sign_in(&server);
    assert_eq!(thief.state(&server), "active", "time has decided");
    assert_eq!(before.delete_persona(&thief).status, 200);
    let removal = thief.delete(&server, None);
    assert!(removal.json()["removed_at"].is_i64(), "{removal}");

    owner.recover_by_code(&server);
    assert_eq!(owner.state(&server), "active");
    before.restore_persona(&owner, 2).expect_done();
    before.expect_objects(&owner);
}

#[test]
fn a_squatter_who_signed_up_first_has_nothing_of_the_owner_and_keeps_nobody_out() {
    let server = Server::start();
    let squatter = Before::unconfirmed(&server, "carol@example.org");
    let letter = server
        .mailbox()
        .letter("carol@example.org", "Confirm your address", 1);
    assert!(letter.words().contains("If it was not you, do nothing"));

    ask_for_reset(&server, "carol@example.org").expect_done();
    let letter = server
        .mailbox()
        .letter("carol@example.org", "Set a password for a new", 1);
    assert!(letter.words().contains("opens nothing that was stored"));
    let mut owner = Person {
        auth_key: random::<32>(),
        ..Person::new("carol@example.org")
    };
    spend(&server, &owner.email, &code(&letter.text), &owner.auth_key).expect_done();
    let account = owner.sign_in(&server);
    assert_eq!(account["state"], "active");
    assert_eq!(account["key_record_version"], json!(null));
    assert_eq!(account["used_bytes"], 0);
    assert_eq!(
        owner.request(&server, "GET", "/persona/v1/objects").send().json(),
        json!({ "inventory_version": null, "objects": [], "deleted": 0 })
    );

    // What the squatter had opens nothing any more: session, password, code, backup key, letter.
    let person = &squatter.person;
    person
        .request(&server, "GET", "/persona/v1/account")
        .send()
        .expect_failure(401, "unauthorized");
    person.try_sign_in(&server).expect_failure(401, "unauthorized");
    undo(&server, &person.email, &person.auth_key).expect_failure(401, "unauthorized");
    person
        .release_for_recovery(&server)
        .expect_failure(403, "wrong_proof");
    let confirmation = server
        .mailbox()
        .letter("carol@example.org", "Confirm your address", 1)
        .code_for("confirm")
        .unwrap();
    keyhaven_server_tests::person::confirm(&server, &confirmation).expect_failure(410, "invalid_link_code");

    // And what the owner stores now is the owner's.
    let written = owner.write_keys(&server, ("if-none-match", "*"), &owner.key_record(1));
    assert_eq!(written.status, 200, "{written}");
    owner
        .unlock(&server, "unlock_proof", &person.unlock_proof)
        .expect_failure(403, "wrong_proof");
    assert_eq!(
        owner.unlock(&server, "unlock_proof", &owner.unlock_proof).json()["state"],
        "active"
    );
}
