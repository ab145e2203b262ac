use keyhaven_server_tests::{
    mailbox::code,
    person::{Person, ask_for_reset, kdf, random, spend},
    server::Server,
};
use serde_json::{Value, json};

const EMAIL: &str = "carol@example.org";

fn change(current: &str, new: &str, record: &Value) -> Value {
    json!({ "current_auth_key": current, "new_auth_key": new, "kdf": kdf(), "keys": record })
}

#[test]
fn a_change_moves_credential_and_record_together_and_ends_every_session() {
    let server = Server::start();
    let mut person = Person::with_backup(&server, EMAIL);
    let mut elsewhere = person.clone();
    elsewhere.sign_in(&server);
    ask_for_reset(&server, EMAIL).expect_done();
    let code = code(&server.mailbox().wait_for(1));

    let new_key = random::<32>();
    let body = change(&person.auth_key, &new_key, &person.key_record(2));
    let answer = person
        .request(&server, "POST", "/persona/v1/password")
        .header("if-match", "\"1\"")
        .json(&body)
        .send();
    assert_eq!(answer.status, 200, "{answer}");
    let session = answer.json();
    assert_eq!(session["account"]["credential_epoch"], 2);
    assert_eq!(session["account"]["key_record_version"], 2);
    assert_eq!(session["account"]["state"], "active");

    for old in [&person, &elsewhere] {
        assert_eq!(
            old.request(&server, "GET", "/persona/v1/account").send().status,
            401
        );
        assert_eq!(old.try_sign_in(&server).status, 401);
    }
    spend(&server, EMAIL, &code, &random::<32>()).expect_failure(410, "invalid_reset_code");
    person.auth_key = new_key;
    session["token"].as_str().unwrap().clone_into(&mut person.token);
    assert_eq!(person.account(&server)["credential_epoch"], 2);
    assert_eq!(person.release(&server, "password", &person.auth_key).status, 200);
    let notice = server.mailbox().wait_for(2);
    assert!(notice.contains("was changed"), "{notice}");
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    let new_key = random::<32>();
    let attempt = |condition: &str, body: &Value| {
        person
            .request(&server, "POST", "/persona/v1/password")
            .header("if-match", condition)
            .json(body)
            .send()
    };
    let good = change(&person.auth_key, &new_key, &person.key_record(2));
    attempt("\"7\"", &good).expect_failure(412, "version_conflict");
    let wrong = change(&random::<32>(), &new_key, &person.key_record(2));
    attempt("\"1\"", &wrong).expect_failure(403, "wrong_proof");
    let same_epoch = change(&person.auth_key, &new_key, &person.key_record(1));
    attempt("\"1\"", &same_epoch).expect_failure(400, "invalid_key_record");
    let mut unproven = person.clone();
    unproven.unlock_proof = random::<32>();
    let unproven = change(&person.auth_key, &new_key, &unproven.key_record(2));
    attempt("\"1\"", &unproven).expect_failure(403, "wrong_proof");
    let mut weak = good.clone();
    weak["kdf"] = json!({ "memory_kib": 19456, "passes": 2, "lanes": 1 });
    attempt("\"1\"", &weak).expect_failure(400, "kdf_out_of_bounds");
    let unconditional = person
        .request(&server, "POST", "/persona/v1/password")
        .json(&good)
        .send();
    unconditional.expect_failure(428, "precondition_required");
    assert_eq!(person.account(&server)["credential_epoch"], 1);
    assert_eq!(person.try_sign_in(&server).status, 200);
}

#[test]
fn a_session_without_the_password_does_not_use_up_what_its_owner_may_change() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 100\n");
    let person = Person::with_backup(&server, EMAIL);
    let attempt = |current: &str| {
        let body = change(current, &random::<32>(), &person.key_record(2));
        person
            .request(&server, "POST", "/persona/v1/password")
            .header("if-match", "\"1\"")
            .json(&body)
            .send()
    };
    for _ in 0..12 {
        attempt(&random::<32>()).expect_failure(403, "wrong_proof");
    }
    assert_eq!(attempt(&person.auth_key).status, 200);
}

#[test]
fn changes_are_told_by_mail_and_so_they_have_an_end() {
    let server = Server::start();
    let mut person = Person::with_backup(&server, EMAIL);
    let mut changes = 0;
    let refusal = loop {
        let new_key = random::<32>();
        let epoch = changes + 2;
        let body = change(&person.auth_key, &new_key, &person.key_record(epoch));
        let answer = person
            .request(&server, "POST", "/persona/v1/password")
            .header("if-match", format!("\"{}\"", changes + 1))
            .json(&body)
            .send();
        if answer.status != 200 {
            break answer;
        }
        changes += 1;
        assert!(changes <= 10, "more letters than anybody needs");
        person.auth_key = new_key;
        answer.json()["token"]
            .as_str()
            .unwrap()
            .clone_into(&mut person.token);
    };
    assert_eq!(changes, 10);
    refusal.expect_failure(429, "rate_limited");
    assert_eq!(
        person.account(&server)["credential_epoch"],
        11,
        "the last change stands"
    );
}
