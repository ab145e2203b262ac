//! What somebody had before a story begins, and whether it is all there when it ends.

use keyhaven_protocol::{base64url, parts::parts};
use keyhaven_server_tests::{
    http::Answer,
    person::{Person, confirm_sign_up, random},
    server::Server,
};
use serde_json::json;

const OBJECT: &[u8] = b"object of before";
const INVENTORY: &[u8] = b"inventory of before";
const FIRST: &[u8] = b"persona, first version";
const SECOND: &[u8] = b"persona, second version";

/// Somebody with keys, an object of our own wire, and a persona of the original wire that was written twice.
pub(in crate::v1) struct Before<'a> {
    pub(in crate::v1) server: &'a Server,
    pub(in crate::v1) person: Person,
    object: String,
}

impl<'a> Before<'a> {
    /// Somebody whose address is confirmed.
    pub(in crate::v1) fn of(server: &'a Server, email: &str) -> Self {
        let before = Self::signed_up(server, email);
        confirm_sign_up(server, email);
        before
    }

    /// Somebody whose address nobody has confirmed.
    pub(in crate::v1) fn unconfirmed(server: &'a Server, email: &str) -> Self {
        Self::signed_up(server, email)
    }

    fn signed_up(server: &'a Server, email: &str) -> Self {
        let mut person = Person::new(email);
        person.ask_for_account(server).expect_done();
        person.sign_in(server);
        let written = person.write_keys(server, ("if-none-match", "*"), &person.key_record(1));
        assert_eq!(written.status, 200, "{written}");
        let before = Self {
            server,
            person,
            object: random::<16>(),
        };
        let written = before.put(&before.person, ("if-none-match", "*"), INVENTORY, OBJECT);
        assert_eq!(written.status, 200, "{written}");
        before.store(&before.person, FIRST).expect_done();
        before.store(&before.person, SECOND).expect_done();
        before
    }

    fn put(&self, who: &Person, condition: (&str, &str), inventory: &[u8], object: &[u8]) -> Answer {
        who.request(
            self.server,
            "PUT",
            &format!("/persona/v1/objects/{}", self.object),
        )
        .header(condition.0, condition.1)
        .body("application/vnd.keyhaven.parts", parts(&[inventory, object]))
        .send()
    }

    fn store(&self, who: &Person, bytes: &[u8]) -> Answer {
        self.server
            .request("POST", "/personas/before")
            .basic(&who.email, &who.auth_key)
            .body("application/zip", bytes)
            .send()
    }

    pub(in crate::v1) fn overwrite(&self, who: &Person) -> Answer {
        self.put(who, ("if-match", "\"1\""), b"of a thief", b"of a thief")
    }

    pub(in crate::v1) fn delete_object(&self, who: &Person) -> Answer {
        let target = format!("/persona/v1/objects/{}/delete", self.object);
        who.request(self.server, "POST", &target)
            .header("if-match", "\"1\"")
            .body("application/zip", "of a thief")
            .send()
    }

    pub(in crate::v1) fn overwrite_persona(&self, who: &Person) -> Answer {
        self.store(who, b"of a thief")
    }

    pub(in crate::v1) fn delete_persona(&self, who: &Person) -> Answer {
        self.server
            .request("DELETE", "/personas/before")
            .basic(&who.email, &who.auth_key)
            .send()
    }

    pub(in crate::v1) fn restore_persona(&self, who: &Person, version: u64) -> Answer {
        self.server
            .request("POST", &format!("/personas/before/versions/{version}"))
            .basic(&who.email, &who.auth_key)
            .send()
    }

    /// Expects every byte of every object.
    pub(in crate::v1) fn expect_objects(&self, owner: &Person) {
        let read = |target: &str| owner.request(self.server, "GET", target).send().body;
        assert_eq!(read(&format!("/persona/v1/objects/{}", self.object)), OBJECT);
        assert_eq!(read("/persona/v1/inventory"), INVENTORY);
        let persona = self
            .server
            .request("GET", "/personas/before")
            .basic(&owner.email, &owner.auth_key)
            .send();
        assert_eq!(persona.body, SECOND, "{persona}");
    }

    /// Expects every byte of every object, every version of before and no other, and the wraps that the person's
    /// secrets open.
    pub(in crate::v1) fn expect_whole(&self, owner: &Person) {
        self.expect_objects(owner);
        let versions = owner
            .request(self.server, "GET", "/persona/v1/objects/before/versions")
            .send()
            .json();
        let digest = |bytes: &[u8]| base64url::encode(&sha256(bytes));
        let found: Vec<_> = versions["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|version| (version["version"].clone(), version["content"]["sha256"].clone()))
            .collect();
        assert_eq!(
            found,
            [
                (json!(2), json!(digest(SECOND))),
                (json!(1), json!(digest(FIRST)))
            ]
        );
        let released = owner.release(self.server, "recovery_code", &owner.recovery_auth);
        assert_eq!(released.json()["wrap"]["kind"], "recovery", "{released}");
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).into()
}
