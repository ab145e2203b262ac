//! What moves an account from one state to another.

use serde_json::{Value, json};

use super::{Person, former_keys, freeze, kdf, random, wrap};
use crate::{http::Answer, server::Server};

impl Person {
    /// A key record for a new password: the code is kept.
    #[must_use]
    pub fn rewrapped(&self, epoch: u64) -> Value {
        json!({ "password": wrap("password", epoch, 3), "unlock_proof": self.unlock_proof })
    }

    /// A key record with a new backup key and a new recovery code, which are not taken over here.
    #[must_use]
    pub fn renewal(&self, epoch: u64, renewed: &Self) -> Value {
        json!({
            "password": wrap("password", epoch, 5),
            "recovery": wrap("recovery", epoch, 6),
            "unlock_proof": self.unlock_proof,
            "recovery_auth": renewed.recovery_auth,
            "deciding_recovery_auth": self.recovery_auth,
            "new_unlock_proof": renewed.unlock_proof,
            "former_keys": former_keys(7),
        })
    }

    /// What the next change of the credential needs to know: its epoch, and the version of the record it replaces.
    ///
    /// # Panics
    /// If the account is not shown.
    #[must_use]
    pub fn next(&self, server: &Server) -> (u64, String) {
        let account = self.account(server);
        let epoch = account["next_credential_epoch"].as_u64().expect("an epoch");
        (epoch, format!("\"{}\"", account["key_record_version"]))
    }

    /// `POST /persona/v1/password`, to a new made-up one, which is not taken over here.
    #[must_use]
    pub fn change_password(&self, server: &Server, new_key: &str) -> Answer {
        let (epoch, version) = self.next(server);
        self.request(server, "POST", "/persona/v1/password")
            .header("if-match", version)
            .json(&json!({
                "current_auth_key": self.auth_key,
                "new_auth_key": new_key,
                "kdf": kdf(),
                "keys": self.rewrapped(epoch),
            }))
            .send()
    }

    /// `PUT /persona/v1/address`.
    #[must_use]
    pub fn change_address(&self, server: &Server, to: &str, new_key: &str) -> Answer {
        let (epoch, version) = self.next(server);
        self.request(server, "PUT", "/persona/v1/address")
            .header("if-match", version)
            .json(&json!({
                "current_auth_key": self.auth_key,
                "new_email": to,
                "new_auth_key": new_key,
                "kdf": kdf(),
                "keys": self.rewrapped(epoch),
            }))
            .send()
    }

    /// `POST /persona/v1/account/delete`: in 30 days, or now with what a recovery code derives to.
    #[must_use]
    pub fn delete(&self, server: &Server, recovery_auth: Option<&str>) -> Answer {
        self.request(server, "POST", "/persona/v1/account/delete")
            .json(&json!({ "current_auth_key": self.auth_key, "recovery_auth": recovery_auth }))
            .send()
    }

    /// `POST /persona/v1/account/undelete`.
    #[must_use]
    pub fn undelete(&self, server: &Server) -> Answer {
        self.request(server, "POST", "/persona/v1/account/undelete")
            .send()
    }

    /// `POST /persona/v1/recover/release` with this person's own code.
    #[must_use]
    pub fn release_for_recovery(&self, server: &Server) -> Answer {
        server
            .request("POST", "/persona/v1/recover/release")
            .json(&json!({ "email": self.email, "recovery_auth": self.recovery_auth }))
            .send()
    }

    /// `POST /persona/v1/recover` over this version of the record, to a new password, which is not taken over here.
    #[must_use]
    pub fn recover(&self, server: &Server, epoch: u64, version: &str, new_key: &str) -> Answer {
        server
            .request("POST", "/persona/v1/recover")
            .header("if-match", version)
            .json(&json!({
                "email": self.email,
                "recovery_auth": self.recovery_auth,
                "new_auth_key": new_key,
                "kdf": kdf(),
                "keys": self.rewrapped(epoch),
            }))
            .send()
    }

    /// Recovers without mail: takes what the code releases, sets a new password, and is signed in.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn recover_by_code(&mut self, server: &Server) {
        let released = self.release_for_recovery(server);
        assert_eq!(released.status, 200, "{released}");
        let released = released.json();
        let epoch = released["next_credential_epoch"].as_u64().expect("an epoch");
        let new_key = random::<32>();
        let answer = self.recover(server, epoch, &format!("\"{}\"", released["version"]), &new_key);
        self.take_session(&answer);
        self.auth_key = new_key;
    }

    /// Puts this password back in force, and is signed in.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn undo(&mut self, server: &Server, last_proven: &str) {
        let answer = undo(server, &self.email, last_proven);
        self.take_session(&answer);
        last_proven.clone_into(&mut self.auth_key);
    }

    /// Takes over the session that an answer opened.
    ///
    /// # Panics
    /// If it opened none.
    pub fn take_session(&mut self, answer: &Answer) {
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()["token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut self.token);
    }

    /// Freezes by the link in the latest letter about this.
    ///
    /// # Panics
    /// If there is none.
    pub fn freeze_by_letter(&self, server: &Server, subject: &str) {
        let letter = server.mailbox().letter(&self.email, subject, 1);
        freeze(server, &letter.code_for("freeze").expect("a link that freezes")).expect_done();
    }

    /// The state that the server shows, to somebody signed in.
    ///
    /// # Panics
    /// If it shows none.
    #[must_use]
    pub fn state(&self, server: &Server) -> String {
        let account = self.account(server);
        account["state"].as_str().expect("a state").to_owned()
    }
}

/// `POST /persona/v1/undo`.
#[must_use]
pub fn undo(server: &Server, email: &str, auth_key: &str) -> Answer {
    server
        .request("POST", "/persona/v1/undo")
        .json(&json!({ "email": email, "auth_key": auth_key }))
        .send()
}
