//! What the tests of objects stand on.

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    http::{Answer, Request},
    person::Person,
    server::Server,
};
use serde_json::json;

pub(super) const EMAIL: &str = "carol@example.org";
pub(super) const PARTS: &str = "application/vnd.keyhaven.parts";

/// A server with one person on it, who has keys and a session.
pub(super) struct Vault {
    pub(super) server: Server,
    pub(super) person: Person,
}

impl Vault {
    pub(super) fn open() -> Self {
        let server = Server::start();
        let person = Person::with_backup(&server, EMAIL);
        Self { server, person }
    }

    pub(super) fn request(&self, method: &str, target: &str) -> Request {
        self.person.request(&self.server, method, target)
    }

    pub(super) fn conditional(&self, method: &str, target: &str, version: u64) -> Request {
        let request = self.request(method, target);
        match version {
            0 => request.header("if-none-match", "*"),
            version => request.header("if-match", format!("\"{version}\"")),
        }
    }

    /// A request of the original wire, with what the account is signed in with now.
    pub(super) fn legacy(&self, method: &str, id: &str) -> Request {
        let request = self.server.request(method, &format!("/personas/{id}"));
        request.basic(EMAIL, &self.person.auth_key)
    }

    /// Writes over inventory version `version`, 0 for none.
    pub(super) fn write(&self, id: &str, version: u64, inventory: &[u8], object: &[u8]) -> Answer {
        let body = parts(&[inventory, object]);
        self.conditional("PUT", &format!("/persona/v1/objects/{id}"), version)
            .body(PARTS, body)
            .send()
    }

    pub(super) fn act(&self, id: &str, action: &str, version: u64, inventory: &[u8]) -> Answer {
        let target = format!("/persona/v1/objects/{id}/{action}");
        self.conditional("POST", &target, version)
            .body("application/zip", inventory)
            .send()
    }

    pub(super) fn read(&self, id: &str) -> Answer {
        self.request("GET", &format!("/persona/v1/objects/{id}")).send()
    }

    pub(super) fn inventory(&self) -> Answer {
        self.request("GET", "/persona/v1/inventory").send()
    }

    pub(super) fn list(&self) -> serde_json::Value {
        self.request("GET", "/persona/v1/objects").send().json()
    }
}

/// Expects that the inventory has this version now.
pub(super) fn expect_version(answer: &Answer, version: u64) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json(), json!({ "inventory_version": version }));
    assert_eq!(answer.header("etag"), format!("\"{version}\""));
}
