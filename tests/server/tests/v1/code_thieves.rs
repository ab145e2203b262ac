//! Somebody who knows the password replaces the recovery code: it decides nothing for 14 days, and the owner's does.

use keyhaven_server_tests::{
    http::Answer,
    mailbox::code,
    person::{Person, ask_for_reset, random, spend, wrap},
    server::Server,
};
use serde_json::{Value, json};

use super::{states::before::Before, states::days};

const EMAIL: &str = "carol@example.org";

/// A record of this person with a code of its own, for the account as it is. No code is presented.
fn with_code(server: &Server, who: &Person) -> (String, Value) {
    let account = who.account(server);
    let epoch = account["credential_epoch"].as_u64().unwrap();
    let mut record = who.key_record(epoch);
    record["recovery"] = wrap("recovery", epoch, 9);
    (format!("\"{}\"", account["key_record_version"]), record)
}

/// Replaces the code in force by this person's.
fn replace_code(server: &Server, who: &Person) {
    let (version, record) = with_code(server, who);
    let written = who.write_keys(server, ("if-match", &version), &record);
    assert_eq!(written.status, 200, "{written}");
}

/// Somebody who learned the password, and with it everything but the recovery code, and made one.
fn thief_with_a_code(server: &Server, owner: &Person) -> Person {
    let mut thief = Person {
        recovery_auth: random::<32>(),
        ..owner.clone()
    };
    thief.sign_in(server);
    replace_code(server, &thief);
    thief
}

fn change_password(server: &Server, who: &mut Person) {
    let new_key = random::<32>();
    let changed = who.change_password(server, &new_key);
    who.take_session(&changed);
    who.auth_key = new_key;
}

/// `POST /persona/v1/recover` with this person's own code.
fn try_to_recover(server: &Server, who: &Person) -> Answer {
    let released = who.release_for_recovery(server);
    assert_eq!(released.status, 200, "{released}");
    let released = released.json();
    let epoch = released["next_credential_epoch"].as_u64().unwrap();
    let version = format!("\"{}\"", released["version"]);
    who.recover(server, epoch, &version, &random::<32>())
}

/// The owner puts the first password back, and the owner's code decides.
fn owner_takes_it_back(before: &Before<'_>, thief: &Person) {
    let server = before.server;
    let mut owner = before.person.clone();
    let first = owner.auth_key.clone();
    owner.undo(server, &first);
    let shown = owner.account(server);
    assert_eq!(shown["state"], "disputed");
    assert!(shown["former_code_until"].is_i64(), "{shown}");
    // What the thief can prove is right, and decides nothing.
    owner
        .unlock(server, "recovery_auth", &thief.recovery_auth)
        .expect_failure(403, "former_code_decides");
    try_to_recover(server, thief).expect_failure(403, "former_code_decides");
    let by_code = owner
        .release(server, "recovery_code", &owner.recovery_auth)
        .json();
    assert_eq!(
        by_code["wrap"]["ciphertext"],
        wrap("recovery", 1, 2)["ciphertext"]
    );
    let version = owner.account(server)["key_record_version"].as_u64().unwrap();
    let decided = owner.unlock(server, "recovery_auth", &owner.recovery_auth).json();
    assert_eq!(decided["state"], "active", "{decided}");
    assert_eq!(decided["key_record_version"], version + 1);
    assert_eq!(decided["former_code_until"], Value::Null);
    // The owner's code is in force again, and everything opens.
    assert_eq!(owner.release(server, "password", &first).status, 200);
    assert_eq!(owner.release_for_recovery(server).status, 200);
    thief.try_sign_in(server).expect_failure(401, "unauthorized");
    thief
        .release_for_recovery(server)
        .expect_failure(403, "wrong_proof");
    before.expect_whole(&owner);
}

#[test]
fn a_thief_with_a_code_of_his_own_deletes_nothing_at_once() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut thief = thief_with_a_code(&server, &before.person);
    thief
        .delete(&server, Some(&thief.recovery_auth))
        .expect_failure(403, "former_code_decides");
    change_password(&server, &mut thief);
    let removal = thief.delete(&server, None);
    assert!(removal.json()["removed_at"].is_i64(), "{removal}");
    thief
        .delete(&server, Some(&thief.recovery_auth))
        .expect_failure(403, "former_code_decides");
    owner_takes_it_back(&before, &thief);
}

#[test]
fn neither_changes_of_password_nor_more_codes_nor_recoveries_push_the_owner_out() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut thief = thief_with_a_code(&server, &before.person);
    for _ in 0..2 {
        change_password(&server, &mut thief);
    }
    thief.recovery_auth = random::<32>();
    replace_code(&server, &thief);
    for _ in 0..2 {
        thief.recover_by_code(&server);
        assert_eq!(thief.state(&server), "active");
    }
    server.let_time_pass(days(13));
    owner_takes_it_back(&before, &thief);
}

#[test]
fn an_owner_who_asked_for_a_new_password_by_mail_first_has_the_last_word_too() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut thief = thief_with_a_code(&server, &before.person);
    change_password(&server, &mut thief);
    ask_for_reset(&server, EMAIL).expect_done();
    let letter = server.mailbox().letter(EMAIL, "Set a new password", 1);
    spend(&server, EMAIL, &code(&letter.text), &random::<32>()).expect_done();
    // The code in force opens a locked account: the thief is in again, and has won nothing by it.
    thief.recover_by_code(&server);
    owner_takes_it_back(&before, &thief);
}

#[test]
fn a_thief_makes_no_new_backup_key() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut thief = thief_with_a_code(&server, &before.person);
    let (version, _) = with_code(&server, &thief);
    let renewed = Person::new(EMAIL);
    for (presented, refused) in [
        (json!(thief.recovery_auth), (403, "former_code_decides")),
        (json!(random::<32>()), (403, "wrong_proof")),
        (Value::Null, (400, "invalid_key_record")),
    ] {
        let mut record = thief.renewal(1, &renewed);
        record["deciding_recovery_auth"] = presented;
        thief
            .write_keys(&server, ("if-match", &version), &record)
            .expect_failure(refused.0, refused.1);
    }
    change_password(&server, &mut thief);
    owner_takes_it_back(&before, &thief);
}

#[test]
fn on_day_fifteen_nothing_former_counts_any_more() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let mut thief = thief_with_a_code(&server, &before.person);
    server.let_time_pass(days(13));
    thief.sign_in(&server);
    change_password(&server, &mut thief);
    server.let_time_pass(days(15));
    let mut owner = before.person.clone();
    let first = owner.auth_key.clone();
    owner.undo(&server, &first);
    assert_eq!(owner.account(&server)["former_code_until"], Value::Null);
    owner
        .unlock(&server, "recovery_auth", &owner.recovery_auth)
        .expect_failure(403, "wrong_proof");
    let decided = owner.unlock(&server, "recovery_auth", &thief.recovery_auth);
    assert_eq!(decided.json()["state"], "active", "{decided}");
}

#[test]
fn a_paper_that_was_stolen_opens_nothing_once_there_is_another_code() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let stolen = before.person.clone();
    let mut owner = Person {
        recovery_auth: random::<32>(),
        ..before.person.clone()
    };
    replace_code(&server, &owner);
    for locked in [false, true] {
        if locked {
            owner.reset_by_mail(&server);
            assert_eq!(owner.state(&server), "unproven");
        }
        stolen
            .release_for_recovery(&server)
            .expect_failure(403, "wrong_proof");
        stolen
            .recover(&server, 3, "\"2\"", &random::<32>())
            .expect_failure(403, "wrong_proof");
        owner
            .release(&server, "recovery_code", &stolen.recovery_auth)
            .expect_failure(403, "wrong_proof");
        owner
            .unlock(&server, "recovery_auth", &stolen.recovery_auth)
            .expect_failure(403, "wrong_proof");
    }
    let unlocked = owner.unlock(&server, "recovery_auth", &owner.recovery_auth);
    assert_eq!(unlocked.json()["state"], "active", "{unlocked}");
    before.expect_whole(&owner);
}

#[test]
fn who_presents_the_code_leaves_none_behind_and_the_letter_says_which_it_was() {
    let server = Server::start();
    let before = Before::of(&server, EMAIL);
    let owner = before.person.clone();
    let subject = "has a new recovery code";
    let thief = thief_with_a_code(&server, &owner);
    let letter = server.mailbox().letter(EMAIL, subject, 1);
    assert!(
        letter.words().contains("Keep the code that you have"),
        "{}",
        letter.text
    );
    assert!(owner.account(&server)["former_code_until"].is_i64());
    let mut again = Person {
        recovery_auth: random::<32>(),
        ..owner.clone()
    };
    let (version, mut record) = with_code(&server, &again);
    record["deciding_recovery_auth"] = json!(thief.recovery_auth);
    again
        .write_keys(&server, ("if-match", &version), &record)
        .expect_failure(403, "former_code_decides");
    record["deciding_recovery_auth"] = json!(owner.recovery_auth);
    let written = again.write_keys(&server, ("if-match", &version), &record);
    assert_eq!(written.status, 200, "{written}");
    let letter = server.mailbox().letter(EMAIL, subject, 2);
    assert!(letter.words().contains("throw it away"), "{}", letter.text);
    assert_eq!(again.account(&server)["former_code_until"], Value::Null);
    for dead in [&thief, &owner] {
        dead.release_for_recovery(&server)
            .expect_failure(403, "wrong_proof");
    }
    again.sign_in(&server);
    again
        .delete(&server, Some(&owner.recovery_auth))
        .expect_failure(403, "wrong_proof");
    let gone = again.delete(&server, Some(&again.recovery_auth));
    assert_eq!(gone.json(), json!("removed"), "{gone}");
}

#[test]
fn a_code_is_presented_for_a_new_one_only() {
    let server = Server::start();
    let owner = Person::with_backup(&server, EMAIL);
    let mut record = owner.rewrapped(1);
    record["deciding_recovery_auth"] = json!(owner.recovery_auth);
    owner
        .write_keys(&server, ("if-match", "\"1\""), &record)
        .expect_failure(400, "invalid_key_record");
}
