//! Writes that were begun before their author was signed out, and end after it.

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    http::Begun,
    person::{kdf, random},
};
use serde_json::json;

use super::vault::{EMAIL, PARTS, Vault, expect_version};

/// Everything that writes for a session, each signed in and waiting for its body. Each would go through.
fn begin_every_write(vault: &Vault, id: &str) -> Vec<(&'static str, Begun)> {
    let person = &vault.person;
    let object = format!("/persona/v1/objects/{id}");
    let change = json!({
        "current_auth_key": person.auth_key,
        "new_auth_key": random::<32>(),
        "kdf": kdf(),
        "keys": person.key_record(2),
    });
    let sealed = |action: &str| {
        vault
            .conditional("POST", &format!("{object}/{action}"), 1)
            .body("application/zip", "late")
    };
    let writes = [
        (
            "write",
            vault
                .conditional("PUT", &object, 1)
                .body(PARTS, parts(&[b"late", b"late"])),
        ),
        ("delete", sealed("delete")),
        ("undelete", sealed("undelete")),
        (
            "keys",
            vault
                .conditional("PUT", "/persona/v1/keys", 1)
                .json(&person.key_record(1)),
        ),
        (
            "password",
            vault.conditional("POST", "/persona/v1/password", 1).json(&change),
        ),
        (
            "unlock",
            vault
                .request("POST", "/persona/v1/unlock")
                .json(&json!({ "unlock_proof": person.unlock_proof })),
        ),
    ];
    writes.map(|(name, request)| (name, request.begin())).into()
}

fn vault_with_object() -> (Vault, String) {
    let vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    (vault, id)
}

/// Lets every write end, and expects that none of them did anything.
fn expect_refused(mut vault: Vault, begun: Vec<(&'static str, Begun)>, id: &str) {
    for (name, begun) in begun {
        let answer = begun.finish();
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (401, "unauthorized"),
            "{name}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
    }
    vault.person.sign_in(&vault.server);
    assert_eq!(vault.read(id).body, b"object");
    assert_eq!(vault.inventory().body, b"inventory");
    assert_eq!(vault.person.account(&vault.server)["key_record_version"], 1);
}

#[test]
fn a_session_that_signs_out_takes_its_open_writes_with_it() {
    let (vault, id) = vault_with_object();
    let begun = begin_every_write(&vault, &id);
    vault
        .request("DELETE", "/persona/v1/sessions/current")
        .send()
        .expect_done();
    expect_refused(vault, begun, &id);
}

#[test]
fn signing_out_everywhere_stops_the_writes_of_every_device() {
    let (vault, id) = vault_with_object();
    let begun = begin_every_write(&vault, &id);
    let mut elsewhere = vault.person.clone();
    elsewhere.sign_in(&vault.server);
    elsewhere
        .request(&vault.server, "DELETE", "/persona/v1/sessions")
        .send()
        .expect_done();
    expect_refused(vault, begun, &id);
}

#[test]
fn a_write_whose_sign_in_a_reset_overtook_is_refused() {
    let (mut vault, id) = vault_with_object();
    let by_password = vault
        .server
        .request("POST", &format!("/personas/{}", random::<16>()))
        .basic(EMAIL, &vault.person.auth_key)
        .body("application/zip", "late")
        .begin();
    let begun = begin_every_write(&vault, &id);
    vault.person.reset_by_mail(&vault.server);
    by_password.finish().expect_failure(401, "unauthorized");
    expect_refused(vault, begun, &id);
}

#[test]
fn what_was_begun_goes_through_while_nobody_signs_out() {
    let (vault, id) = vault_with_object();
    let begun = vault
        .conditional("PUT", &format!("/persona/v1/objects/{id}"), 1)
        .body(PARTS, parts(&[b"in time", b"in time"]))
        .begin();
    let mut elsewhere = vault.person.clone();
    elsewhere.sign_in(&vault.server);
    elsewhere
        .request(&vault.server, "DELETE", "/persona/v1/sessions/current")
        .send()
        .expect_done();
    expect_version(&begun.finish(), 2);
}
