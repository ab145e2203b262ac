//! Somebody in each state, with something stored before anything happened.

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    http::{Answer, Request},
    person::{Person, confirm_sign_up, random},
    server::Server,
};
use serde_json::json;

/// What was stored before anything happened.
pub(super) const OBJECT: &[u8] = b"object of before";
pub(super) const INVENTORY: &[u8] = b"inventory of before";
/// Stored by the original wire, and written twice.
pub(super) const PERSONA: &[u8] = b"persona of before";
pub(super) const PERSONA_FIRST: &[u8] = b"persona before that";

/// The states, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unconfirmed,
    Active,
    Unproven,
    Disputed,
    Frozen,
    Deleted,
}

pub(super) const STATES: [State; 6] = [
    State::Unconfirmed,
    State::Active,
    State::Unproven,
    State::Disputed,
    State::Frozen,
    State::Deleted,
];

/// One account in one state.
pub(super) struct Situation<'a> {
    pub(super) server: &'a Server,
    pub(super) person: Person,
    /// The password before the first reset.
    pub(super) first_key: String,
    /// The object that was stored before.
    pub(super) object: String,
}

impl<'a> Situation<'a> {
    /// Somebody with a key record, an object and a persona, signed in, in this state.
    pub(super) fn of(server: &'a Server, state: State) -> Self {
        let mut person = Person::new(&format!("p{}@example.org", random::<16>()));
        person.ask_for_account(server).expect_done();
        if state != State::Unconfirmed {
            confirm_sign_up(server, &person.email);
        }
        person.sign_in(server);
        let written = person.write_keys(server, ("if-none-match", "*"), &person.key_record(1));
        assert_eq!(written.status, 200, "{written}");
        let first_key = person.auth_key.clone();
        let mut situation = Self {
            server,
            person,
            first_key,
            object: random::<16>(),
        };
        situation.store();
        situation.enter(state);
        assert_eq!(
            situation.person.state(server),
            format!("{state:?}").to_lowercase(),
            "the situation is the one that is asked for"
        );
        situation
    }

    fn store(&self) {
        let stored = self.put(&self.object, ("if-none-match", "*"), INVENTORY, OBJECT);
        assert_eq!(stored.status, 200, "{stored}");
        for bytes in [PERSONA_FIRST, PERSONA] {
            self.basic("POST", "/personas/before")
                .body("application/zip", bytes)
                .send()
                .expect_done();
        }
    }

    fn enter(&mut self, state: State) {
        let server = self.server;
        let person = &mut self.person;
        match state {
            State::Unconfirmed | State::Active => {}
            State::Unproven => reset(server, person),
            State::Disputed => {
                reset(server, person);
                person.undo(server, &self.first_key);
            }
            State::Frozen => {
                let presented = core::mem::replace(&mut person.recovery_auth, random::<32>());
                let mut record = person.key_record(1);
                record["deciding_recovery_auth"] = json!(presented);
                let changed = person.write_keys(server, ("if-match", "\"1\""), &record);
                assert_eq!(changed.status, 200, "{changed}");
                person.freeze_by_letter(server, "has a new recovery code");
                person.sign_in(server);
            }
            State::Deleted => assert!(person.delete(server, None).json()["removed_at"].is_i64()),
        }
    }

    /// A request with the session.
    pub(super) fn ask(&self, method: &str, target: &str) -> Request {
        self.person.request(self.server, method, target)
    }

    /// A request of the original wire.
    pub(super) fn basic(&self, method: &str, target: &str) -> Request {
        self.server
            .request(method, target)
            .basic(&self.person.email, &self.person.auth_key)
    }

    /// Writes an object with its inventory.
    pub(super) fn put(&self, id: &str, condition: (&str, &str), inventory: &[u8], object: &[u8]) -> Answer {
        self.ask("PUT", &format!("/persona/v1/objects/{id}"))
            .header(condition.0, condition.1)
            .body("application/vnd.keyhaven.parts", parts(&[inventory, object]))
            .send()
    }

    /// Expects that everything from before is as it was.
    pub(super) fn expect_untouched(&self) {
        let object = self
            .ask("GET", &format!("/persona/v1/objects/{}", self.object))
            .send();
        assert_eq!(object.body, OBJECT, "{object}");
        assert_eq!(self.ask("GET", "/persona/v1/inventory").send().body, INVENTORY);
        assert_eq!(self.basic("GET", "/personas/before").send().body, PERSONA);
        let versions = self.basic("GET", "/personas/before/versions").send().json();
        let versions: Vec<_> = versions["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|version| version["version"].clone())
            .collect();
        assert_eq!(versions, [json!(2), json!(1)]);
    }
}

/// A reset by mail, whatever else was mailed.
fn reset(server: &Server, person: &mut Person) {
    use keyhaven_server_tests::person::{ask_for_reset, spend};
    ask_for_reset(server, &person.email).expect_done();
    let letter = server.mailbox().letter(&person.email, "Set a new password", 1);
    let code = keyhaven_server_tests::mailbox::code(&letter.text);
    person.auth_key = random::<32>();
    spend(server, &person.email, &code, &person.auth_key).expect_done();
    person.sign_in(server);
}
