use keyhaven_server_tests::{
    person::{Person, kdf, random},
    server::Server,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";

fn kdf_of(server: &Server, email: &str) -> serde_json::Value {
    server
        .request("GET", &format!("/persona/v1/kdf?email={email}"))
        .send()
        .json()
}

#[test]
fn the_salt_is_the_same_before_and_after_sign_up_and_through_a_restart() {
    let mut server = Server::start();
    let before = kdf_of(&server, "carol%40example.org");
    let _person = Person::signed_in(&server, EMAIL);
    assert_eq!(kdf_of(&server, "Carol@Example.ORG"), before);
    assert_ne!(
        kdf_of(&server, "dave@example.org")["derivations"][0]["server_salt"],
        before["derivations"][0]["server_salt"]
    );
    assert_eq!(before["derivations"].as_array().map(Vec::len), Some(1));
    assert_eq!(before["derivations"][0]["kdf"], kdf());
    server.stop();
    assert_eq!(kdf_of(&server.restart(), EMAIL), before);
}

#[test]
fn the_salt_of_another_server_is_another() {
    let (one, other) = (Server::start(), Server::start());
    assert_ne!(
        kdf_of(&one, EMAIL)["derivations"][0]["server_salt"],
        kdf_of(&other, EMAIL)["derivations"][0]["server_salt"]
    );
}

#[test]
fn asking_for_parameters_without_an_address_is_said() {
    let server = Server::start();
    for (query, error) in [
        ("", "missing_parameters"),
        ("?email=", "missing_parameters"),
        ("?mail=a@b.c", "missing_parameters"),
        ("?email=nobody", "invalid_email"),
        ("?email=%ff", "malformed_url"),
    ] {
        server
            .request("GET", &format!("/persona/v1/kdf{query}"))
            .send()
            .expect_failure(400, error);
    }
}

#[test]
fn a_new_account_is_active_and_has_no_key_record() {
    let server = Server::start();
    let person = Person::signed_in(&server, "Carol@Example.org");
    let account = person.account(&server);
    assert_eq!(account["email"], "Carol@Example.org");
    assert_eq!(account["state"], "active");
    assert_eq!(account["credential_epoch"], 1);
    assert_eq!(account["key_record_version"], json!(null));
    assert_eq!(account["old_password_kept"], false);
    assert_eq!(account["used_bytes"], 0);
    assert_eq!(account["quota_bytes"], 1024 * 1024 * 1024);
    assert_eq!(account["account_id"].as_str().unwrap().len(), 22);
}

#[test]
fn parameters_that_the_server_does_not_give_out_are_refused() {
    let server = Server::start();
    for (memory_kib, passes, lanes) in [
        (8, 1, 1),
        (19 * 1024, 2, 1),
        (1 << 30, 3, 1),
        (65536, 11, 1),
        (65536, 3, 5),
    ] {
        let body = json!({
            "email": EMAIL,
            "account_id": random::<16>(),
            "auth_key": random::<32>(),
            "kdf": { "memory_kib": memory_kib, "passes": passes, "lanes": lanes },
        });
        let answer = server.request("POST", "/persona/v1/accounts").json(&body).send();
        answer.expect_failure(400, "kdf_out_of_bounds");
    }
}

#[test]
fn taken_addresses_and_ids_are_conflicts() {
    let server = Server::start();
    let id = random::<16>();
    let sign_up = |email: &str, id: &str| {
        let body = json!({ "email": email, "account_id": id, "auth_key": random::<32>(), "kdf": kdf() });
        server.request("POST", "/persona/v1/accounts").json(&body).send()
    };
    sign_up(EMAIL, &id).expect_done();
    sign_up("CAROL@example.org", &random::<16>()).expect_failure(409, "address_taken");
    sign_up("dave@example.org", &id).expect_failure(409, "already_exists");
    sign_up("nobody", &random::<16>()).expect_failure(400, "invalid_email");
}

#[test]
fn wrong_types_and_lengths_are_malformed() {
    let server = Server::start();
    let whole =
        json!({ "email": EMAIL, "account_id": random::<16>(), "auth_key": random::<32>(), "kdf": kdf() });
    for (field, value) in [
        ("email", json!(7)),
        ("account_id", json!("short")),
        ("account_id", json!(random::<17>())),
        ("auth_key", json!(random::<31>())),
        ("auth_key", json!([1, 2, 3])),
        ("kdf", json!(null)),
        ("kdf", json!({ "memory_kib": -1, "passes": 3, "lanes": 1 })),
        ("unknown", json!(1)),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let answer = server.request("POST", "/persona/v1/accounts").json(&body).send();
        answer.expect_failure(400, "malformed_body");
    }
    let form = server
        .request("POST", "/persona/v1/accounts")
        .form("email=a")
        .send();
    form.expect_failure(415, "unsupported_media_type");
}
