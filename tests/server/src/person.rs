//! People: of the original wire with a typed password, and of our own client with keys that only look derived.

mod moves;

use keyhaven_protocol::{base64url, persona::former_keys::ciphertext_len};
use serde_json::{Value, json};

use crate::{
    http::{Answer, Request},
    mailbox::{self, CONFIRM},
    server::Server,
};

pub use moves::undo;

/// `N` bytes of one value as they travel.
#[must_use]
pub fn bytes<const N: usize>(value: u8) -> String {
    base64url::encode(&[value; N])
}

/// Bytes that nobody else has.
///
/// # Panics
/// Without randomness.
#[must_use]
pub fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("randomness");
    base64url::encode(&bytes)
}

/// The parameters that a server with defaults offers.
#[must_use]
pub fn kdf() -> Value {
    json!({ "memory_kib": 65536, "passes": 3, "lanes": 1 })
}

/// A person who uses our own client.
#[derive(Debug, Clone)]
pub struct Person {
    /// Address.
    pub email: String,
    /// What the present password derives to.
    pub auth_key: String,
    /// What the recovery code derives to.
    pub recovery_auth: String,
    /// What the backup key derives to.
    pub unlock_proof: String,
    /// The token of the open session; empty when signed out.
    pub token: String,
}

impl Person {
    /// A person with keys of their own and no account yet.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self {
            email: email.to_owned(),
            auth_key: random::<32>(),
            recovery_auth: random::<32>(),
            unlock_proof: random::<32>(),
            token: String::new(),
        }
    }

    /// A person who signed up, signed in and wrote a key record.
    #[must_use]
    pub fn with_backup(server: &Server, email: &str) -> Self {
        let mut person = Self::signed_in(server, email);
        let written = person.write_keys(server, ("if-none-match", "*"), &person.key_record(1));
        assert_eq!(written.status, 200, "{written}");
        person.sign_in(server);
        person
    }

    /// A person who signed up and signed in, with no key record.
    #[must_use]
    pub fn signed_in(server: &Server, email: &str) -> Self {
        let mut person = Self::new(email);
        person.sign_up(server).expect_done();
        person.sign_in(server);
        person
    }

    /// Asks for an account, and confirms the address by the mailed link if there is one.
    #[must_use]
    pub fn sign_up(&self, server: &Server) -> Answer {
        let answer = self.ask_for_account(server);
        if answer.status == 200 {
            confirm_sign_up(server, &self.email);
        }
        answer
    }

    /// Asks for an account, whose address stays unconfirmed.
    #[must_use]
    pub fn ask_for_account(&self, server: &Server) -> Answer {
        server
            .request("POST", "/persona/v1/accounts")
            .json(&json!({
                "email": self.email,
                "account_id": random::<16>(),
                "auth_key": self.auth_key,
                "kdf": kdf(),
            }))
            .send()
    }

    /// Asks for a session.
    #[must_use]
    pub fn try_sign_in(&self, server: &Server) -> Answer {
        server
            .request("POST", "/persona/v1/sessions")
            .json(&json!({ "email": self.email, "auth_key": self.auth_key }))
            .send()
    }

    /// Opens a session.
    ///
    /// # Panics
    /// If the password is not taken.
    pub fn sign_in(&mut self, server: &Server) -> Value {
        let answer = self.try_sign_in(server);
        assert_eq!(answer.status, 200, "{answer}");
        let session = answer.json();
        session["token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut self.token);
        session["account"].clone()
    }

    /// A request with the session.
    #[must_use]
    pub fn request(&self, server: &Server, method: &str, target: &str) -> Request {
        server.request(method, target).bearer(&self.token)
    }

    /// The account as the server shows it.
    #[must_use]
    pub fn account(&self, server: &Server) -> Value {
        self.request(server, "GET", "/persona/v1/account").send().json()
    }

    /// A key record of this person for a credential epoch.
    #[must_use]
    pub fn key_record(&self, epoch: u64) -> Value {
        json!({
            "password": wrap("password", epoch, 1),
            "recovery": wrap("recovery", epoch, 2),
            "unlock_proof": self.unlock_proof,
            "recovery_auth": self.recovery_auth,
        })
    }

    /// Writes a key record under a condition.
    #[must_use]
    pub fn write_keys(&self, server: &Server, condition: (&str, &str), record: &Value) -> Answer {
        self.request(server, "PUT", "/persona/v1/keys")
            .header(condition.0, condition.1)
            .json(record)
            .send()
    }

    /// Asks for a wrap.
    #[must_use]
    pub fn release(&self, server: &Server, secret: &str, auth: &str) -> Answer {
        self.request(server, "POST", "/persona/v1/keys/release")
            .json(&json!({ "secret": secret, "auth": auth }))
            .send()
    }

    /// Proves something.
    #[must_use]
    pub fn unlock(&self, server: &Server, kind: &str, proof: &str) -> Answer {
        self.request(server, "POST", "/persona/v1/unlock")
            .json(&json!({ kind: proof }))
            .send()
    }

    /// Asks for a mail, spends its code on a new made-up password, and signs in with it.
    pub fn reset_by_mail(&mut self, server: &Server) {
        let before = server.mailbox().mails().len();
        ask_for_reset(server, &self.email).expect_done();
        let code = mailbox::code(&server.mailbox().wait_for(before + 1));
        self.auth_key = random::<32>();
        spend(server, &self.email, &code, &self.auth_key).expect_done();
        // The notice that the password was changed.
        let _notice = server.mailbox().wait_for(before + 2);
        self.sign_in(server);
    }
}

/// A wrap whose bytes all have one value.
#[must_use]
pub fn wrap(kind: &str, epoch: u64, value: u8) -> Value {
    json!({
        "kind": kind,
        "kdf": if kind == "password" { kdf() } else { Value::Null },
        "epoch": epoch,
        "nonce": bytes::<12>(value),
        "ciphertext": bytes::<48>(value),
        "commitment": bytes::<32>(value),
    })
}

/// Former backup keys whose bytes all have one value.
#[must_use]
pub fn former_keys(value: u8) -> Value {
    json!({ "nonce": bytes::<12>(value), "ciphertext": bytes::<{ ciphertext_len(1) }>(value) })
}

/// `PUT /password/reset`.
#[must_use]
pub fn ask_for_reset(server: &Server, email: &str) -> Answer {
    server
        .request("PUT", "/password/reset")
        .json(&json!({ "email": email }))
        .send()
}

/// `POST /password/reset`.
#[must_use]
pub fn spend(server: &Server, email: &str, code: &str, password: &str) -> Answer {
    server
        .request("POST", "/password/reset")
        .json(&json!({ "email": email, "reset_code": code, "password": password }))
        .send()
}

/// Spends the code of the letter that confirms the latest sign-up of this address, unless nothing need be confirmed.
pub fn confirm_sign_up(server: &Server, email: &str) {
    if server.asks_for_confirmation() {
        let letter = server.mailbox().letter(email, CONFIRM, 1);
        let code = letter.code_for("confirm").expect("a code");
        let confirmed = confirm(server, &code);
        assert_eq!(confirmed.json(), json!("account_confirmed"), "{confirmed}");
    }
}

/// `POST /persona/v1/confirm`.
#[must_use]
pub fn confirm(server: &Server, code: &str) -> Answer {
    letter_code(server, "/persona/v1/confirm", code)
}

/// `POST /persona/v1/freeze`.
#[must_use]
pub fn freeze(server: &Server, code: &str) -> Answer {
    letter_code(server, "/persona/v1/freeze", code)
}

fn letter_code(server: &Server, path: &str, code: &str) -> Answer {
    server.request("POST", path).json(&json!({ "code": code })).send()
}

/// `POST /accounts`, and the mailed link that confirms.
#[must_use]
pub fn create_account(server: &Server, email: &str, password: &str) -> Answer {
    let answer = ask_for_account(server, email, password);
    if answer.status == 200 {
        confirm_sign_up(server, email);
    }
    answer
}

/// `POST /accounts`; the address stays unconfirmed.
#[must_use]
pub fn ask_for_account(server: &Server, email: &str, password: &str) -> Answer {
    server
        .request("POST", "/accounts")
        .json(&json!({ "email": email, "password": password }))
        .send()
}
