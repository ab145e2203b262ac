use std::time::Duration;

use keyhaven_server_tests::{
    http::Answer,
    person::{Person, create_account, kdf, random, wrap},
    server::Server,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FIRST: (&str, &str) = ("if-none-match", "*");

fn state(server: &Server, person: &Person) -> String {
    person.account(server)["state"].as_str().unwrap().to_owned()
}

fn expect_wrap(answer: &Answer, kind: &str, epoch: u64, value: u8) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json()["wrap"], wrap(kind, epoch, value));
}

#[test]
fn the_first_record_needs_its_condition_and_both_wraps() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    let record = person.key_record(1);
    let keys = || person.request(&server, "GET", "/persona/v1/keys").send();
    keys().expect_failure(404, "no_such_item");
    let unconditional = person
        .request(&server, "PUT", "/persona/v1/keys")
        .json(&record)
        .send();
    unconditional.expect_failure(428, "precondition_required");
    person
        .write_keys(&server, ("if-match", "\"1\""), &record)
        .expect_failure(412, "version_conflict");
    let mut half = record.clone();
    half["recovery"] = json!(null);
    half["recovery_auth"] = json!(null);
    person
        .write_keys(&server, FIRST, &half)
        .expect_failure(400, "invalid_key_record");
    person
        .write_keys(&server, FIRST, &person.key_record(2))
        .expect_failure(400, "invalid_key_record");
    let written = person.write_keys(&server, FIRST, &record);
    assert_eq!(
        written.json(),
        json!({ "version": 1, "password_epoch": 1, "credential_epoch": 1 })
    );
    assert_eq!(written.header("etag"), "\"1\"");
    assert_eq!(keys().json(), written.json());
    assert_eq!(keys().header("etag"), "\"1\"");
    person
        .write_keys(&server, FIRST, &record)
        .expect_failure(412, "version_conflict");
    assert_eq!(person.account(&server)["key_record_version"], 1);
}

#[test]
fn an_account_of_the_original_wire_gets_no_record_from_whoever_reads_its_mail() {
    let server = Server::start();
    let mut thief = Person::new(EMAIL);
    create_account(&server, EMAIL, "what its owner typed").expect_done();
    // The code says that the password goes as it is typed, and so the thief types what looks derived.
    thief.reset_by_mail(&server);
    thief
        .write_keys(&server, FIRST, &thief.key_record(2))
        .expect_failure(400, "invalid_key_record");
    let change = thief
        .request(&server, "POST", "/persona/v1/password")
        .header(FIRST.0, FIRST.1)
        .json(&json!({
            "current_auth_key": thief.auth_key,
            "new_auth_key": random::<32>(),
            "kdf": kdf(),
            "keys": thief.key_record(3),
        }));
    change.send().expect_failure(400, "invalid_key_record");
    assert_eq!(thief.account(&server)["key_record_version"], json!(null));
}

#[test]
fn a_later_record_needs_the_proof_of_the_same_backup_key() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    let mut stranger = person.clone();
    stranger.unlock_proof = random::<32>();
    let condition = ("if-match", "\"1\"");
    stranger
        .write_keys(&server, condition, &stranger.key_record(1))
        .expect_failure(403, "wrong_proof");
    let written = person.write_keys(&server, condition, &person.key_record(1));
    assert_eq!(written.json()["version"], 2);
    person
        .write_keys(&server, condition, &person.key_record(1))
        .expect_failure(412, "version_conflict");
}

#[test]
fn wraps_are_released_only_against_the_auth_value_of_their_own_secret() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    expect_wrap(
        &person.release(&server, "password", &person.auth_key),
        "password",
        1,
        1,
    );
    expect_wrap(
        &person.release(&server, "recovery_code", &person.recovery_auth),
        "recovery",
        1,
        2,
    );
    for (secret, auth) in [
        ("password", &person.recovery_auth),
        ("password", &random::<32>()),
        ("recovery_code", &person.auth_key),
        ("recovery_code", &random::<32>()),
        ("old_password", &person.auth_key),
        ("old_password", &person.recovery_auth),
    ] {
        person
            .release(&server, secret, auth)
            .expect_failure(403, "wrong_proof");
    }
    person
        .release(&server, "anything", &person.auth_key)
        .expect_failure(400, "malformed_body");
}

#[test]
fn without_a_record_there_is_nothing_to_release_or_unlock() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    person
        .release(&server, "password", &person.auth_key)
        .expect_failure(404, "no_such_item");
    person
        .unlock(&server, "unlock_proof", &person.unlock_proof)
        .expect_failure(403, "wrong_proof");
}

#[test]
fn a_reset_by_mail_releases_no_wrap_to_the_mailbox_alone() {
    let server = Server::start();
    let mut thief = Person::with_backup(&server, EMAIL);
    let old_session = thief.clone();
    thief.reset_by_mail(&server);
    assert_eq!(
        old_session
            .request(&server, "GET", "/persona/v1/account")
            .send()
            .status,
        401,
        "sessions end"
    );
    let account = thief.account(&server);
    assert_eq!(account["state"], "unproven");
    assert_eq!(account["credential_epoch"], 2);
    assert_eq!(account["old_password_kept"], true);
    for secret in ["password", "old_password", "recovery_code"] {
        thief
            .release(&server, secret, &thief.auth_key)
            .expect_failure(403, "wrong_proof");
    }
    thief
        .unlock(&server, "unlock_proof", &random::<32>())
        .expect_failure(403, "wrong_proof");
    thief
        .unlock(&server, "recovery_auth", &thief.auth_key)
        .expect_failure(403, "wrong_proof");
    let mut guessed = thief.clone();
    guessed.unlock_proof = random::<32>();
    guessed
        .write_keys(&server, ("if-match", "\"1\""), &guessed.key_record(2))
        .expect_failure(403, "wrong_proof");
    guessed
        .write_keys(&server, FIRST, &guessed.key_record(2))
        .expect_failure(412, "version_conflict");
    assert_eq!(state(&server, &thief), "unproven");
}

#[test]
fn the_recovery_code_unlocks_after_a_reset() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    owner.reset_by_mail(&server);
    expect_wrap(
        &owner.release(&server, "recovery_code", &owner.recovery_auth),
        "recovery",
        1,
        2,
    );
    let account = owner
        .unlock(&server, "recovery_auth", &owner.recovery_auth)
        .json();
    assert_eq!(account["state"], "active");
    let record = json!({ "password": wrap("password", 2, 9), "unlock_proof": owner.unlock_proof });
    assert_eq!(
        owner.write_keys(&server, ("if-match", "\"1\""), &record).status,
        200
    );
    expect_wrap(
        &owner.release(&server, "password", &owner.auth_key),
        "password",
        2,
        9,
    );
    expect_wrap(
        &owner.release(&server, "recovery_code", &owner.recovery_auth),
        "recovery",
        1,
        2,
    );
}

#[test]
fn the_recovery_code_still_unlocks_two_years_later() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    owner.reset_by_mail(&server);
    server.let_time_pass(730 * DAY);
    owner.sign_in(&server);
    assert_eq!(state(&server, &owner), "unproven");
    expect_wrap(
        &owner.release(&server, "recovery_code", &owner.recovery_auth),
        "recovery",
        1,
        2,
    );
    assert_eq!(
        owner
            .unlock(&server, "recovery_auth", &owner.recovery_auth)
            .json()["state"],
        "active"
    );
}

#[test]
fn the_old_password_still_unlocks_two_years_later_however_often_it_was_reset() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    let old_key = owner.auth_key.clone();
    for _ in 0..3 {
        owner.reset_by_mail(&server);
    }
    server.let_time_pass(730 * DAY);
    owner.sign_in(&server);
    let answer = owner.release(&server, "old_password", &old_key);
    expect_wrap(&answer, "password", 1, 1);
    // The wrap opens the backup key, and that proves it.
    assert_eq!(
        owner.unlock(&server, "unlock_proof", &owner.unlock_proof).json()["state"],
        "active"
    );
    owner
        .release(&server, "old_password", &old_key)
        .expect_failure(403, "wrong_proof");
}

#[test]
fn a_proven_write_of_the_record_unlocks_too() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    owner.reset_by_mail(&server);
    let record = json!({ "password": wrap("password", 2, 9), "unlock_proof": owner.unlock_proof });
    assert_eq!(
        owner.write_keys(&server, ("if-match", "\"1\""), &record).status,
        200
    );
    assert_eq!(state(&server, &owner), "active");
}

#[test]
fn a_locked_account_changes_no_recovery_code() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    owner.reset_by_mail(&server);
    let mut record = owner.key_record(2);
    record["recovery_auth"] = json!(random::<32>());
    owner
        .write_keys(&server, ("if-match", "\"1\""), &record)
        .expect_failure(403, "account_unproven");
    let record = owner.renewal(2, &Person::new(EMAIL));
    owner
        .write_keys(&server, ("if-match", "\"1\""), &record)
        .expect_failure(403, "account_unproven");
    assert_eq!(state(&server, &owner), "unproven");
}

#[test]
fn a_new_recovery_code_takes_the_place_of_the_old_one() {
    let server = Server::start();
    let mut owner = Person::with_backup(&server, EMAIL);
    let old_code = owner.recovery_auth.clone();
    owner.recovery_auth = random::<32>();
    assert_eq!(
        owner
            .write_keys(&server, ("if-match", "\"1\""), &owner.key_record(1))
            .status,
        200
    );
    owner
        .release(&server, "recovery_code", &old_code)
        .expect_failure(403, "wrong_proof");
    expect_wrap(
        &owner.release(&server, "recovery_code", &owner.recovery_auth),
        "recovery",
        1,
        2,
    );
}

#[test]
fn guesses_at_the_old_password_are_limited_by_account() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 3\n");
    let mut thief = Person::with_backup(&server, EMAIL);
    let old_key = thief.auth_key.clone();
    thief.reset_by_mail(&server);
    for _ in 0..3 {
        thief
            .release(&server, "old_password", &random::<32>())
            .expect_failure(403, "wrong_proof");
    }
    let limited = thief.release(&server, "old_password", &old_key);
    limited.expect_failure(429, "rate_limited");
    assert!(!limited.header("retry-after").is_empty());
}

#[test]
fn guesses_at_the_present_password_are_limited_for_who_knows_it_too() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 3\n");
    let person = Person::with_backup(&server, EMAIL);
    for _ in 0..3 {
        person
            .release(&server, "password", &random::<32>())
            .expect_failure(403, "wrong_proof");
    }
    // Else the memory of right passwords would answer guesses that the limit refuses.
    person
        .release(&server, "password", &person.auth_key)
        .expect_failure(429, "rate_limited");
}
