//! Requests with everything that must not stand anywhere.

use std::collections::BTreeSet;

use keyhaven_server_tests::{
    http::Answer,
    mailbox::{Letter, code},
    person::{Person, ask_for_reset, create_account, random, spend, undo},
    server::Server,
};
use serde_json::json;

/// What may stand nowhere after a full run.
pub(super) struct Traces {
    /// Every secret that travelled, by HTTP or by mail.
    pub(super) secrets: BTreeSet<String>,
    /// Addresses, names and words of paths and queries.
    pub(super) private: Vec<String>,
}

/// A run through most routes, with successes and failures.
pub(super) fn full_run(server: &Server) -> Traces {
    let travelled = server.note_secrets();
    let typed = "correct horse typed";
    create_account(server, "Typed.Person@example.org", typed).expect_done();
    let basic = |password: &str| {
        server
            .request("GET", "/personas")
            .basic("typed.person@example.org", password)
            .send()
    };
    let _right = basic(typed);
    let _wrong = basic("wrong battery staple");
    ask_for_reset(server, "typed.person@example.org").expect_done();
    let typed_code = code(&server.mailbox().wait_for(1));
    spend(server, "typed.person@example.org", &typed_code, "new horse typed").expect_done();
    spend(
        server,
        "typed.person@example.org",
        &typed_code,
        "horse typed again",
    )
    .expect_failure(410, "invalid_reset_code");
    let _notice = server.mailbox().wait_for(2);

    let mut person = Person::with_backup(server, "Derived.Person@example.org");
    let _released = person.release(server, "password", &person.auth_key);
    let _refused = person.release(server, "recovery_code", &random::<32>());
    let _unlocked = person.unlock(server, "unlock_proof", &person.unlock_proof);
    person.reset_by_mail(server);
    let _unlocked = person.unlock(server, "recovery_auth", &person.recovery_auth);
    let new_key = random::<32>();
    let changed = person.change_password(server, &new_key);
    person.take_session(&changed);
    person.auth_key = new_key;
    person.freeze_by_letter(server, "The password of your Keyhaven account was changed");
    person.sign_in(server);
    let _lifted = person.unlock(server, "recovery_auth", &person.recovery_auth);
    let to = "moved.person@example.org";
    let moved_key = random::<32>();
    expect_ok(&person.change_address(server, to, &moved_key));
    let _letter = server.mailbox().letter(to, "Confirm this address", 1);
    let id = server
        .request("POST", "/personas/name%20of%20a%20persona")
        .basic("typed.person@example.org", "new horse typed");
    id.body("application/zip", "sealed content of a persona")
        .send()
        .expect_done();
    let _kdf = server
        .request("GET", "/persona/v1/kdf?email=queried.person@example.org")
        .send();
    let _by_url = server
        .request("GET", "/password/reset/pathed.person@example.org")
        .send();
    let _broken = server
        .request("POST", "/accounts")
        .body("application/json", "{\"email\": \"broken.person@")
        .send();
    let _nowhere = server
        .request("GET", "/nowhere/lost.person@example.org?code=x")
        .send();
    ways_back(server);
    codes_of_letters(server)
        .iter()
        .for_each(|code| travelled.note(code));
    let private = [
        "person@",
        "persona name",
        "name of a persona",
        "name%20of",
        "queried",
        "pathed",
        "broken",
        "lost",
    ];
    let secrets = travelled.all();
    // The password that was typed, the key of a change of address that was only asked for, and all between.
    assert!(
        secrets.contains(typed) && secrets.contains(&moved_key) && secrets.len() > 45,
        "{secrets:?}"
    );
    Traces {
        secrets,
        private: private.map(str::to_owned).to_vec(),
    }
}

/// Whatever replaces a key, a code or a password of an account, and what takes that back.
fn ways_back(server: &Server) {
    let mut person = Person::with_backup(server, "Returning.Person@example.org");

    let renewed = Person {
        recovery_auth: random::<32>(),
        unlock_proof: random::<32>(),
        ..person.clone()
    };
    let renewal = person.renewal(1, &renewed);
    expect_ok(&person.write_keys(server, ("if-match", "\"1\""), &renewal));
    person = renewed;

    let deciding = std::mem::replace(&mut person.recovery_auth, random::<32>());
    let mut new_code = person.key_record(1);
    new_code["deciding_recovery_auth"] = json!(deciding);
    expect_ok(&person.write_keys(server, ("if-match", "\"2\""), &new_code));

    let guess = Person::new(&person.email);
    guess
        .release_for_recovery(server)
        .expect_failure(403, "wrong_proof");
    let first = person.auth_key.clone();
    person.recover_by_code(server);

    let other = random::<32>();
    expect_ok(&person.change_password(server, &other));
    undo(server, &person.email, &guess.auth_key).expect_failure(401, "unauthorized");
    // The oldest is the one that is kept.
    person.undo(server, &first);
    assert_eq!(person.state(server), "disputed");
    expect_ok(&person.unlock(server, "recovery_auth", &person.recovery_auth));

    person
        .delete(server, Some(&guess.recovery_auth))
        .expect_failure(403, "wrong_proof");
    expect_ok(&person.delete(server, None));
    assert_eq!(person.state(server), "deleted");
    expect_ok(&person.undelete(server));
    assert_eq!(person.state(server), "active");
    // The last letter: the others have gone out by then.
    let _told = server
        .mailbox()
        .letter(&person.email, "is not going to be deleted", 1);
}

fn expect_ok(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer}");
}

/// Every code of a letter so far, used or not.
fn codes_of_letters(server: &Server) -> Vec<String> {
    let letters = server.mailbox().all();
    let codes: Vec<_> = letters
        .iter()
        .flat_map(|mail| {
            let letter = Letter::parse(mail);
            let resets = mail.contains("&reset_code=").then(|| code(mail));
            [letter.code_for("confirm"), letter.code_for("freeze"), resets]
        })
        .flatten()
        .collect();
    assert!(codes.len() > 7, "{codes:?}");
    codes
}
