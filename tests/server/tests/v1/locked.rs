//! What a locked account may do, and whoever reads its mailbox with it.

use keyhaven_server_tests::{
    person::{Person, random},
    server::Server,
};

use super::vault::{EMAIL, Vault, expect_version};

const TEN_MIB: usize = 10 * 1024 * 1024;

#[test]
fn a_locked_account_reads_and_neither_overwrites_nor_deletes() {
    let mut vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    let server = &vault.server;
    vault.person.reset_by_mail(server);
    vault
        .write(&id, 1, b"thief", b"thief")
        .expect_failure(403, "account_unproven");
    vault
        .write(&random::<16>(), 1, b"thief", b"thief")
        .expect_failure(403, "account_unproven");
    vault
        .act(&id, "delete", 1, b"thief")
        .expect_failure(403, "account_unproven");
    vault
        .act(&id, "undelete", 1, b"thief")
        .expect_failure(403, "account_unproven");
    vault
        .legacy("POST", &id)
        .body("application/zip", "thief")
        .send()
        .expect_failure(403, "account_unproven");
    vault
        .legacy("DELETE", &id)
        .send()
        .expect_failure(403, "account_unproven");
    vault
        .legacy("POST", "new")
        .body("application/zip", "added")
        .send()
        .expect_done();
    vault
        .legacy("POST", "new")
        .body("application/zip", "overwritten")
        .send()
        .expect_failure(403, "account_unproven");
    assert_eq!(vault.read(&id).body, b"object");
    assert_eq!(vault.inventory().body, b"inventory");
    let unlocked = vault
        .person
        .unlock(&vault.server, "unlock_proof", &vault.person.unlock_proof);
    assert_eq!(unlocked.status, 200);
    expect_version(&vault.act(&id, "delete", 1, b"owner"), 2);
}

#[test]
fn a_mailbox_thief_fills_what_he_may_and_the_owner_cleans_up() {
    let server = Server::start_with("[accounts]\nquota_bytes = 16777216\n");
    let person = Person::with_backup(&server, EMAIL);
    let mut vault = Vault { server, person };
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    vault.person.reset_by_mail(&vault.server);
    let auth = vault.person.auth_key.clone();
    let add = |id: &str, len: usize| {
        let request = vault
            .server
            .request("POST", &format!("/personas/{id}"))
            .basic(EMAIL, &auth);
        request.body("application/zip", vec![7; len]).send()
    };
    let junk = random::<16>();
    add(&junk, TEN_MIB).expect_done();
    add("2", 6 * 1024 * 1024 - 15).expect_done();
    for number in 3..=64 {
        add(&number.to_string(), 1).expect_failure(507, "quota_exceeded");
    }
    let unlocked = vault
        .person
        .unlock(&vault.server, "unlock_proof", &vault.person.unlock_proof);
    assert_eq!(unlocked.status, 200);
    vault
        .write(&id, 1, b"new", b"object")
        .expect_failure(507, "quota_exceeded");
    expect_version(&vault.act(&junk, "delete", 1, b"without the junk"), 2);
    expect_version(&vault.act(&id, "delete", 2, b"with nothing"), 3);
    expect_version(&vault.act(&id, "undelete", 3, b"with the object again"), 4);
    assert_eq!(vault.read(&id).body, b"object");
}

#[test]
fn a_mailbox_thief_adds_so_much_and_leaves_the_owner_room() {
    let mut vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    vault.person.reset_by_mail(&vault.server);
    let add = |id: &str, len: usize| {
        vault
            .legacy("POST", id)
            .body("application/zip", vec![7; len])
            .send()
    };
    add("1", TEN_MIB).expect_done();
    add("2", TEN_MIB).expect_failure(507, "quota_exceeded");
    for number in 2..=64 {
        add(&number.to_string(), 1).expect_done();
    }
    add("65", 1).expect_failure(507, "quota_exceeded");
    let unlocked = vault
        .person
        .unlock(&vault.server, "unlock_proof", &vault.person.unlock_proof);
    assert_eq!(unlocked.status, 200);
    for number in 1..=64 {
        vault.legacy("DELETE", &number.to_string()).send().expect_done();
    }
    expect_version(&vault.write(&random::<16>(), 1, b"two", &vec![7; TEN_MIB]), 2);
    assert_eq!(vault.list()["objects"].as_array().unwrap().len(), 2);
}
