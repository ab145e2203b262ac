use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    person::{Person, create_account, random},
    server::Server,
};
use serde_json::json;

use super::vault::{EMAIL, PARTS, Vault, expect_version};

const TEN_MIB: usize = 10 * 1024 * 1024;

#[test]
fn object_and_inventory_are_written_together() {
    let vault = Vault::open();
    let id = random::<16>();
    vault.inventory().expect_failure(404, "no_such_item");
    assert_eq!(
        vault.list(),
        json!({ "inventory_version": null, "objects": [], "deleted": 0 })
    );
    expect_version(&vault.write(&id, 0, b"inventory one", b"object one"), 1);
    expect_version(&vault.write(&id, 1, b"inventory two", b"object two"), 2);
    let inventory = vault.inventory();
    assert_eq!(
        (inventory.body.as_slice(), inventory.header("etag")),
        (b"inventory two".as_slice(), "\"2\"")
    );
    assert_eq!(inventory.header("content-type"), "application/zip");
    let object = vault.read(&id);
    assert_eq!(
        (object.body.as_slice(), object.header("etag")),
        (b"object two".as_slice(), "\"2\"")
    );
    assert_eq!(
        object.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    let list = vault.list();
    assert_eq!(list["inventory_version"], 2);
    assert_eq!(list["objects"][0]["id"], id);
    assert_eq!(list["objects"][0]["size"], 10);
    assert_eq!(list["objects"][0]["version"], 2);
    assert_eq!(list["objects"].as_array().unwrap().len(), 1);
}

#[test]
fn a_write_over_another_version_changes_nothing() {
    let vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    for version in [0, 2] {
        vault
            .write(&id, version, b"other", b"other")
            .expect_failure(412, "version_conflict");
        vault
            .act(&id, "delete", version, b"other")
            .expect_failure(412, "version_conflict");
    }
    let body = parts(&[b"a", b"b"]);
    let unconditional = vault
        .request("PUT", &format!("/persona/v1/objects/{id}"))
        .body(PARTS, body)
        .send();
    unconditional.expect_failure(428, "precondition_required");
    assert_eq!(vault.read(&id).body, b"object");
    assert_eq!(vault.inventory().body, b"inventory");
}

#[test]
fn of_writes_at_once_over_one_version_exactly_one_goes_through() {
    let vault = Vault::open();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| vault.write(&random::<16>(), 0, b"i", b"o").status))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 412).count(),
        5,
        "{statuses:?}"
    );
    assert_eq!(vault.list()["objects"].as_array().unwrap().len(), 1);
}

#[test]
fn a_deleted_object_can_be_brought_back() {
    let vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"with", b"object"), 1);
    expect_version(&vault.act(&id, "delete", 1, b"without"), 2);
    vault.read(&id).expect_failure(404, "no_such_item");
    assert_eq!(vault.list()["objects"], json!([]));
    vault
        .act(&id, "delete", 2, b"again")
        .expect_failure(404, "no_such_item");
    expect_version(&vault.act(&id, "undelete", 2, b"with again"), 3);
    assert_eq!(vault.read(&id).body, b"object");
    assert_eq!(vault.inventory().body, b"with again");
    vault
        .act(&random::<16>(), "undelete", 3, b"x")
        .expect_failure(404, "no_such_item");
}

#[test]
fn what_is_deleted_is_listed_with_its_times_until_it_is_back() {
    let vault = Vault::open();
    let deleted = || vault.request("GET", "/persona/v1/deleted").send().json();
    assert_eq!(deleted(), json!({ "deleted": [] }));
    let [first, second] = [random::<16>(), random::<16>()];
    expect_version(&vault.write(&first, 0, b"one", b"object"), 1);
    expect_version(&vault.write(&second, 1, b"two", b"other"), 2);
    let listed = vault.list()["objects"].clone();
    let of = |id: &str| {
        listed
            .as_array()
            .unwrap()
            .iter()
            .find(|object| object["id"] == id)
    };
    expect_version(&vault.act(&first, "delete", 2, b"three"), 3);
    let found = deleted()["deleted"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let [at, until] = ["deleted_at", "kept_until"].map(|name| found[0][name].as_i64().unwrap());
    assert!(at >= found[0]["modified_at"].as_i64().unwrap());
    let mut as_it_was = of(&first).unwrap().clone();
    as_it_was["deleted_at"] = at.into();
    as_it_was["kept_until"] = until.into();
    assert_eq!(found[0], as_it_was, "as it was listed");
    assert_eq!(until - at, 30 * 24 * 60 * 60);
    assert_eq!(vault.list()["deleted"], 1);
    expect_version(&vault.act(&first, "undelete", 3, b"four"), 4);
    assert_eq!(deleted(), json!({ "deleted": [] }));
    assert_eq!(vault.list()["deleted"], 0);
}

#[test]
fn an_earlier_inventory_is_listed_read_and_put_back() {
    let vault = Vault::open();
    let versions = || vault.request("GET", "/persona/v1/inventory/versions").send();
    versions().expect_failure(404, "no_such_item");
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"good", b"object"), 1);
    expect_version(&vault.write(&id, 1, b"damaged", b"object"), 2);
    let listed = versions().json();
    let numbers: Vec<_> = listed["versions"].as_array().unwrap().iter().collect();
    assert_eq!(
        numbers
            .iter()
            .map(|one| one["version"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(numbers[1]["content"]["size"], 4);
    let read = |version: &str| {
        vault
            .request("GET", &format!("/persona/v1/inventory/versions/{version}"))
            .send()
    };
    let good = read("1");
    assert_eq!(
        (
            good.body.as_slice(),
            good.header("etag"),
            good.header("content-type")
        ),
        (b"good".as_slice(), "\"1\"", "application/zip")
    );
    assert_eq!(
        good.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    read("3").expect_failure(404, "no_such_item");
    read("x").expect_failure(400, "malformed_url");
    let put = |version: u64, inventory: &[u8]| {
        vault
            .conditional("PUT", "/persona/v1/inventory", version)
            .body("application/zip", inventory)
            .send()
    };
    put(1, b"late").expect_failure(412, "version_conflict");
    put(2, b"").expect_failure(400, "empty_body");
    put(2, &vec![7; 2 * 1024 * 1024 + 1]).expect_failure(413, "too_large");
    expect_version(&put(2, &good.body), 3);
    assert_eq!(vault.inventory().body, b"good");
    assert_eq!(vault.read(&id).body, b"object");
}

#[test]
fn ten_mib_of_object_pass_and_one_byte_more_does_not() {
    let vault = Vault::open();
    let id = random::<16>();
    let object = vec![7; TEN_MIB + 1];
    expect_version(&vault.write(&id, 0, b"i", &object[..TEN_MIB]), 1);
    vault
        .write(&id, 1, b"i", &object)
        .expect_failure(413, "too_large");
    assert_eq!(vault.read(&id).body.len(), TEN_MIB);
    let inventory = vec![7; 2 * 1024 * 1024 + 1];
    vault
        .write(&id, 1, &inventory, b"o")
        .expect_failure(413, "too_large");
    expect_version(&vault.write(&id, 1, &inventory[1..], b"o"), 2);
    vault
        .act(&id, "delete", 2, &inventory)
        .expect_failure(413, "too_large");
}

#[test]
fn bodies_that_are_not_two_parts_are_malformed() {
    let vault = Vault::open();
    let target = format!("/persona/v1/objects/{}", random::<16>());
    let whole = parts(&[b"inventory", b"object"]);
    for (body, error) in [
        (Vec::new(), "malformed_body"),
        (whole[..whole.len() - 1].to_vec(), "malformed_body"),
        ([whole.as_slice(), b"x"].concat(), "malformed_body"),
        (parts(&[b"inventory"]), "malformed_body"),
        (parts(&[b"", b"object"]), "empty_body"),
        (parts(&[b"inventory", b""]), "empty_body"),
        (vec![0xff; 100], "malformed_body"),
    ] {
        vault
            .conditional("PUT", &target, 0)
            .body(PARTS, body)
            .send()
            .expect_failure(400, error);
    }
    vault
        .write("not-an-id", 0, b"i", b"o")
        .expect_failure(400, "invalid_id");
    vault
        .act(&random::<16>(), "delete", 0, b"")
        .expect_failure(400, "empty_body");
    assert_eq!(vault.list()["objects"], json!([]));
}

#[test]
fn nobody_sees_the_objects_of_another() {
    let vault = Vault::open();
    let id = random::<16>();
    expect_version(&vault.write(&id, 0, b"inventory", b"object"), 1);
    let other = Person::with_backup(&vault.server, "mallory@example.org");
    let ask = |target: &str| other.request(&vault.server, "GET", target).send();
    ask(&format!("/persona/v1/objects/{id}")).expect_failure(404, "no_such_item");
    ask("/persona/v1/inventory").expect_failure(404, "no_such_item");
    ask("/persona/v1/inventory/versions").expect_failure(404, "no_such_item");
    ask("/persona/v1/inventory/versions/1").expect_failure(404, "no_such_item");
    expect_version(&vault.act(&id, "delete", 1, b"inventory"), 2);
    assert_eq!(ask("/persona/v1/deleted").json(), json!({ "deleted": [] }));
    assert_eq!(ask("/persona/v1/objects").json()["objects"], json!([]));
}

#[test]
fn what_the_original_wire_stored_can_be_read_here() {
    let server = Server::start();
    let person = Person::signed_in(&server, EMAIL);
    let legacy = server
        .request("POST", "/personas/my%20persona.zip")
        .basic(EMAIL, &person.auth_key);
    legacy.body("application/zip", "zip").send().expect_done();
    let list = person
        .request(&server, "GET", "/persona/v1/objects")
        .send()
        .json();
    assert_eq!(list["objects"][0]["id"], "my persona.zip");
    assert_eq!(list["inventory_version"], json!(null));
    let object = person
        .request(&server, "GET", "/persona/v1/objects/my%20persona.zip")
        .send();
    assert_eq!(object.body, b"zip");
}

#[test]
fn over_the_quota_nothing_is_written_and_nothing_dropped() {
    let server = Server::start_with("[accounts]\nquota_bytes = 1000\n");
    create_account(&server, EMAIL, "x").expect_done();
    let store = |id: &str, len: usize| {
        server
            .request("POST", &format!("/personas/{id}"))
            .basic(EMAIL, "x")
            .body("application/zip", vec![7; len])
            .send()
    };
    store("a", 600).expect_done();
    store("b", 401).expect_failure(507, "quota_exceeded");
    store("b", 400).expect_done();
    store("a", 1).expect_failure(507, "quota_exceeded");
    let read = server.request("GET", "/personas/a").basic(EMAIL, "x").send();
    assert_eq!(read.body.len(), 600);
}
