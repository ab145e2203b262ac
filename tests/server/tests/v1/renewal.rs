//! A new backup key in the place of one that somebody has seen.

use keyhaven_protocol::persona::former_keys::{FORMER_KEYS_MAX, ciphertext_len};
use keyhaven_server_tests::{
    mailbox,
    person::{Person, ask_for_reset, bytes, former_keys, kdf, random, spend, undo, wrap},
    server::Server,
};
use serde_json::{Value, json};

const EMAIL: &str = "carol@example.org";
const FIRST: (&str, &str) = ("if-match", "\"1\"");

/// The same person after a renewal: another code, another backup key.
fn renew(server: &Server, person: &Person) -> Person {
    let renewed = Person {
        unlock_proof: random::<32>(),
        recovery_auth: random::<32>(),
        ..person.clone()
    };
    let written = person.write_keys(server, FIRST, &person.renewal(1, &renewed));
    assert_eq!(written.status, 200, "{written}");
    assert_eq!(
        written.json(),
        json!({ "version": 2, "password_epoch": 1, "credential_epoch": 1 })
    );
    renewed
}

#[test]
fn a_renewal_opens_to_the_new_code_and_the_password_and_releases_the_former_keys() {
    let server = Server::start();
    let before = Person::with_backup(&server, EMAIL);
    let after = renew(&server, &before);
    let by_password = after.release(&server, "password", &after.auth_key).json();
    assert_eq!(
        by_password,
        json!({ "wrap": wrap("password", 1, 5), "former_keys": former_keys(7), "version": 2 })
    );
    let by_code = after
        .release(&server, "recovery_code", &after.recovery_auth)
        .json();
    assert_eq!(by_code["wrap"], wrap("recovery", 1, 6));
    assert_eq!(by_code["former_keys"], former_keys(7));
    let without_mail = after.release_for_recovery(&server).json();
    assert_eq!(without_mail["wrap"], wrap("recovery", 1, 6));
    assert_eq!(without_mail["former_keys"], former_keys(7));
}

#[test]
fn what_somebody_has_seen_opens_nothing_any_more() {
    let server = Server::start();
    let seen = Person::with_backup(&server, EMAIL);
    let mut thief = seen.clone();
    thief.sign_in(&server);
    let owner = renew(&server, &seen);
    // The other session is out, and the owner's own goes on.
    let account = thief.request(&server, "GET", "/persona/v1/account").send();
    account.expect_failure(401, "unauthorized");
    assert_eq!(owner.state(&server), "active");
    // Code and key of before, with the password too.
    thief.sign_in(&server);
    thief
        .release(&server, "recovery_code", &seen.recovery_auth)
        .expect_failure(403, "wrong_proof");
    for (kind, proof) in [
        ("unlock_proof", &seen.unlock_proof),
        ("recovery_auth", &seen.recovery_auth),
    ] {
        thief
            .unlock(&server, kind, proof)
            .expect_failure(403, "wrong_proof");
    }
    thief
        .write_keys(&server, ("if-match", "\"2\""), &seen.key_record(1))
        .expect_failure(403, "wrong_proof");
    seen.release_for_recovery(&server)
        .expect_failure(403, "wrong_proof");
    seen.recover(&server, 3, "\"2\"", &random::<32>())
        .expect_failure(403, "wrong_proof");
}

#[test]
fn half_a_renewal_is_refused() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    let renewed = Person::new(EMAIL);
    let whole = person.renewal(1, &renewed);
    let too_long = bytes::<{ ciphertext_len(FORMER_KEYS_MAX) + 1 }>(7);
    for (field, value, code) in [
        ("former_keys", Value::Null, "invalid_key_record"),
        ("recovery_auth", Value::Null, "invalid_key_record"),
        ("deciding_recovery_auth", Value::Null, "invalid_key_record"),
        ("recovery", Value::Null, "invalid_key_record"),
        ("recovery", wrap("recovery", 1, 2), "invalid_key_record"),
        ("recovery_auth", json!(person.recovery_auth), "invalid_key_record"),
        ("password", wrap("password", 1, 1), "invalid_key_record"),
        (
            "new_unlock_proof",
            json!(person.unlock_proof),
            "invalid_key_record",
        ),
        (
            "former_keys",
            json!({ "nonce": bytes::<12>(7), "ciphertext": bytes::<{ ciphertext_len(1) - 1 }>(7) }),
            "malformed_body",
        ),
        (
            "former_keys",
            json!({ "nonce": bytes::<12>(7), "ciphertext": too_long }),
            "malformed_body",
        ),
    ] {
        let mut half = whole.clone();
        half[field] = value;
        person.write_keys(&server, FIRST, &half).expect_failure(400, code);
    }
    let mut without_both = whole.clone();
    without_both["recovery"] = Value::Null;
    without_both["recovery_auth"] = Value::Null;
    person
        .write_keys(&server, FIRST, &without_both)
        .expect_failure(400, "invalid_key_record");
    let mut guessed = whole;
    guessed["unlock_proof"] = json!(random::<32>());
    person
        .write_keys(&server, FIRST, &guessed)
        .expect_failure(403, "wrong_proof");
    assert_eq!(person.account(&server)["key_record_version"], 1);
}

#[test]
fn a_new_password_brings_no_new_backup_key() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    let changed = person
        .request(&server, "POST", "/persona/v1/password")
        .header(FIRST.0, FIRST.1)
        .json(&json!({
            "current_auth_key": person.auth_key,
            "new_auth_key": random::<32>(),
            "kdf": kdf(),
            "keys": person.renewal(2, &Person::new(EMAIL)),
        }));
    changed.send().expect_failure(400, "invalid_key_record");
    let recovered = server
        .request("POST", "/persona/v1/recover")
        .header(FIRST.0, FIRST.1)
        .json(&json!({
            "email": EMAIL,
            "recovery_auth": person.recovery_auth,
            "new_auth_key": random::<32>(),
            "kdf": kdf(),
            "keys": person.renewal(2, &Person::new(EMAIL)),
        }));
    recovered.send().expect_failure(400, "invalid_key_record");
    assert_eq!(person.account(&server)["key_record_version"], 1);
}

#[test]
fn nothing_but_a_new_backup_key_writes_over_the_former_keys() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    let rubbish = |mut record: Value| {
        record["former_keys"] = former_keys(9);
        record
    };
    owner
        .write_keys(&server, FIRST, &rubbish(owner.rewrapped(1)))
        .expect_failure(400, "invalid_key_record");
    owner = renew(&server, &owner);
    let second = ("if-match", "\"2\"");
    // With the password, and with the unlock proof that whoever knows it can derive.
    for record in [owner.rewrapped(1), owner.key_record(1)] {
        owner
            .write_keys(&server, second, &rubbish(record))
            .expect_failure(400, "invalid_key_record");
    }
    let changed = owner
        .request(&server, "POST", "/persona/v1/password")
        .header(second.0, second.1)
        .json(&json!({
            "current_auth_key": owner.auth_key,
            "new_auth_key": random::<32>(),
            "kdf": kdf(),
            "keys": rubbish(owner.rewrapped(2)),
        }));
    changed.send().expect_failure(400, "invalid_key_record");
    let plain = owner.write_keys(&server, second, &owner.rewrapped(1));
    assert_eq!(plain.json()["version"], 3);
    let released = owner.release(&server, "password", &owner.auth_key).json();
    assert_eq!(released["former_keys"], former_keys(7));
    let mut first = Person::signed_in(&server, "dave@example.org");
    first.sign_in(&server);
    first
        .write_keys(&server, ("if-none-match", "*"), &rubbish(first.key_record(1)))
        .expect_failure(400, "invalid_key_record");
}

#[test]
fn a_renewal_ends_the_undo_and_the_codes_that_were_mailed() {
    let server = Server::start();
    let mut person = Person::with_backup(&server, EMAIL);
    let (old_key, new_key) = (person.auth_key.clone(), random::<32>());
    let changed = person.change_password(&server, &new_key);
    person.take_session(&changed);
    person.auth_key = new_key;
    let _notice = server.mailbox().letter(EMAIL, "was changed", 1);
    let before = server.mailbox().mails().len();
    ask_for_reset(&server, EMAIL).expect_done();
    let code = mailbox::code(&server.mailbox().wait_for(before + 1));
    let written = person.write_keys(
        &server,
        ("if-match", "\"2\""),
        &person.renewal(2, &Person::new(EMAIL)),
    );
    assert_eq!(written.status, 200, "{written}");
    let account = person.account(&server);
    assert_eq!(account["old_password_kept"], false);
    assert_eq!(
        (&account["credential_epoch"], &account["next_credential_epoch"]),
        (&json!(2), &json!(4))
    );
    undo(&server, EMAIL, &old_key).expect_failure(401, "unauthorized");
    let late = spend(&server, EMAIL, &code, &random::<32>());
    assert_eq!(late.status / 100, 4, "{late}");
    // The letter about it has a link that freezes.
    let letter = server.mailbox().letter(EMAIL, "new backup key", 1);
    assert!(letter.code_for("freeze").is_some());
    assert!(server.mailbox().letters(EMAIL, "new recovery code").is_empty());
}
