//! The table.

use keyhaven_server_tests::{
    http::Answer,
    person::{confirm, former_keys, freeze, random, undo, wrap},
};
use serde_json::json;

use super::{
    Cell::{self, Does, Fails, Reads},
    Row,
    situation::Situation,
};

const UNPROVEN: Cell = Fails(403, "account_unproven");
const DISPUTED: Cell = Fails(403, "account_disputed");
const FROZEN: Cell = Fails(403, "account_frozen");
const DELETED: Cell = Fails(403, "account_deleted");
const WRONG_PROOF: Cell = Fails(403, "wrong_proof");
const NOBODY: Cell = Fails(401, "unauthorized");
const NO_ITEM: Cell = Fails(404, "no_such_item");
const NO_CODE: Cell = Fails(410, "invalid_link_code");
const GONE: Cell = Fails(410, "persona_not_found");

const ALWAYS: [Cell; 6] = [Reads; 6];
/// What only an owner in undisputed possession may do.
const CHANGES: [Cell; 6] = [Does, Does, UNPROVEN, DISPUTED, FROZEN, DELETED];

fn object(case: &Situation<'_>, rest: &str) -> String {
    format!("/persona/v1/objects/{}{rest}", case.object)
}

fn act(case: &Situation<'_>, action: &str) -> Answer {
    case.ask("POST", &object(case, action))
        .header("if-match", "\"1\"")
        .body("application/zip", "another inventory")
        .send()
}

fn store(case: &Situation<'_>, id: &str) -> Answer {
    case.basic("POST", &format!("/personas/{id}"))
        .body("application/zip", "written now")
        .send()
}

fn epoch(case: &Situation<'_>) -> u64 {
    case.person.account(case.server)["credential_epoch"]
        .as_u64()
        .unwrap()
}

/// Writes the key record again, with what `more` adds.
fn keys(case: &Situation<'_>, more: &[(&str, serde_json::Value)]) -> Answer {
    let (_, version) = case.person.next(case.server);
    let mut record = case.person.rewrapped(epoch(case));
    for (name, value) in more {
        record[name] = value.clone();
    }
    case.person
        .write_keys(case.server, ("if-match", &version), &record)
}

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "GET /persona/v1/account",
        ask: |case| case.ask("GET", "/persona/v1/account").send(),
        answers: ALWAYS,
    },
    Row {
        what: "POST /persona/v1/sessions",
        ask: |case| case.person.try_sign_in(case.server),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/sessions",
        ask: |case| case.ask("GET", "/persona/v1/sessions").send(),
        answers: ALWAYS,
    },
    Row {
        what: "DELETE /persona/v1/sessions",
        ask: |case| case.ask("DELETE", "/persona/v1/sessions").send(),
        answers: [Does; 6],
    },
    Row {
        what: "DELETE /persona/v1/sessions/{id}",
        ask: |case| case.ask("DELETE", "/persona/v1/sessions/current").send(),
        answers: [Does; 6],
    },
    Row {
        what: "GET /persona/v1/keys",
        ask: |case| case.ask("GET", "/persona/v1/keys").send(),
        answers: ALWAYS,
    },
    Row {
        what: "PUT /persona/v1/keys again",
        ask: |case| keys(case, &[]),
        answers: [Does, Does, Does, DISPUTED, FROZEN, DELETED],
    },
    Row {
        what: "PUT /persona/v1/keys with another code",
        ask: |case| {
            keys(
                case,
                &[
                    ("recovery", wrap("recovery", 1, 8)),
                    ("recovery_auth", json!(random::<32>())),
                ],
            )
        },
        answers: CHANGES,
    },
    Row {
        what: "PUT /persona/v1/keys with another backup key",
        ask: |case| {
            keys(
                case,
                &[
                    ("recovery", wrap("recovery", 1, 8)),
                    ("recovery_auth", json!(random::<32>())),
                    ("deciding_recovery_auth", json!(case.person.recovery_auth)),
                    ("new_unlock_proof", json!(random::<32>())),
                    ("password", wrap("password", epoch(case), 8)),
                    ("former_keys", former_keys(8)),
                ],
            )
        },
        answers: CHANGES,
    },
    Row {
        what: "POST /persona/v1/keys/release of the present password",
        ask: |case| {
            case.person
                .release(case.server, "password", &case.person.auth_key)
        },
        // Whoever only read a mailbox has set a password that no wrap belongs to.
        answers: [Reads, Reads, WRONG_PROOF, Reads, Reads, Reads],
    },
    Row {
        what: "POST /persona/v1/keys/release of the old password",
        ask: |case| case.person.release(case.server, "old_password", &case.first_key),
        answers: [
            WRONG_PROOF,
            WRONG_PROOF,
            Reads,
            WRONG_PROOF,
            WRONG_PROOF,
            WRONG_PROOF,
        ],
    },
    Row {
        what: "POST /persona/v1/keys/release of the recovery code",
        ask: |case| {
            case.person
                .release(case.server, "recovery_code", &case.person.recovery_auth)
        },
        answers: ALWAYS,
    },
    Row {
        what: "POST /persona/v1/keys/release of a wrong code",
        ask: |case| case.person.release(case.server, "recovery_code", &random::<32>()),
        answers: [WRONG_PROOF; 6],
    },
    Row {
        what: "POST /persona/v1/unlock by the backup key",
        ask: |case| {
            case.person
                .unlock(case.server, "unlock_proof", &case.person.unlock_proof)
        },
        answers: [Reads, Reads, Does, DISPUTED, Does, Reads],
    },
    Row {
        what: "POST /persona/v1/unlock by the recovery code",
        ask: |case| {
            case.person
                .unlock(case.server, "recovery_auth", &case.person.recovery_auth)
        },
        answers: [Reads, Reads, Does, Does, Does, Reads],
    },
    Row {
        what: "POST /persona/v1/unlock by a wrong proof",
        ask: |case| case.person.unlock(case.server, "unlock_proof", &random::<32>()),
        answers: [WRONG_PROOF; 6],
    },
    Row {
        what: "POST /persona/v1/password",
        ask: |case| case.person.change_password(case.server, &random::<32>()),
        answers: [Does, Does, Does, DISPUTED, FROZEN, DELETED],
    },
    Row {
        what: "PUT /persona/v1/address",
        ask: |case| {
            let to = format!("new.{}", case.person.email);
            case.person.change_address(case.server, &to, &random::<32>())
        },
        answers: CHANGES,
    },
    Row {
        what: "DELETE /persona/v1/address",
        ask: |case| case.ask("DELETE", "/persona/v1/address").send(),
        // Nothing to take back is done, too.
        answers: [Reads, Reads, UNPROVEN, DISPUTED, FROZEN, DELETED],
    },
    Row {
        what: "POST /persona/v1/account/delete in 30 days",
        ask: |case| case.person.delete(case.server, None),
        // Asked again, it is answered again.
        answers: [Does, Does, UNPROVEN, DISPUTED, FROZEN, Reads],
    },
    Row {
        what: "POST /persona/v1/account/delete at once",
        ask: |case| case.person.delete(case.server, Some(&case.person.recovery_auth)),
        answers: [Does, Does, UNPROVEN, DISPUTED, FROZEN, Does],
    },
    Row {
        what: "POST /persona/v1/account/undelete",
        ask: |case| case.person.undelete(case.server),
        answers: [Reads, Reads, UNPROVEN, DISPUTED, FROZEN, Does],
    },
    Row {
        what: "POST /persona/v1/confirmation",
        ask: |case| case.ask("POST", "/persona/v1/confirmation").send(),
        answers: ALWAYS,
    },
    Row {
        what: "POST /persona/v1/confirm with a code of nobody",
        ask: |case| confirm(case.server, &format!("c{}", random::<32>())),
        answers: [NO_CODE; 6],
    },
    Row {
        what: "POST /persona/v1/freeze with a code of nobody",
        ask: |case| freeze(case.server, &format!("f{}", random::<32>())),
        answers: [NO_CODE; 6],
    },
    Row {
        what: "POST /persona/v1/undo with the first password",
        ask: |case| undo(case.server, &case.person.email, &case.first_key),
        // Only a reset has kept it, and an undo has given it back.
        answers: [NOBODY, NOBODY, Does, NOBODY, NOBODY, NOBODY],
    },
    Row {
        what: "POST /persona/v1/undo with a wrong password",
        ask: |case| undo(case.server, &case.person.email, &random::<32>()),
        answers: [NOBODY; 6],
    },
    Row {
        what: "POST /persona/v1/recover/release",
        ask: |case| case.person.release_for_recovery(case.server),
        answers: ALWAYS,
    },
    Row {
        what: "POST /persona/v1/recover",
        ask: |case| {
            let (epoch, version) = case.person.next(case.server);
            case.person.recover(case.server, epoch, &version, &random::<32>())
        },
        answers: [Does; 6],
    },
    Row {
        what: "GET /persona/v1/inventory",
        ask: |case| case.ask("GET", "/persona/v1/inventory").send(),
        answers: ALWAYS,
    },
    Row {
        what: "PUT /persona/v1/inventory",
        ask: |case| {
            case.ask("PUT", "/persona/v1/inventory")
                .header("if-match", "\"1\"")
                .body("application/zip", "another inventory")
                .send()
        },
        answers: CHANGES,
    },
    Row {
        what: "GET /persona/v1/inventory/versions",
        ask: |case| case.ask("GET", "/persona/v1/inventory/versions").send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/inventory/versions/{version}",
        ask: |case| case.ask("GET", "/persona/v1/inventory/versions/1").send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/inventory/versions/{version} of none",
        ask: |case| case.ask("GET", "/persona/v1/inventory/versions/2").send(),
        answers: [NO_ITEM; 6],
    },
    Row {
        what: "GET /persona/v1/deleted",
        ask: |case| case.ask("GET", "/persona/v1/deleted").send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/objects",
        ask: |case| case.ask("GET", "/persona/v1/objects").send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/objects/{id}",
        ask: |case| case.ask("GET", &object(case, "")).send(),
        answers: ALWAYS,
    },
    Row {
        what: "PUT /persona/v1/objects/{id} over another",
        ask: |case| case.put(&case.object, ("if-match", "\"1\""), b"inventory", b"object"),
        answers: CHANGES,
    },
    Row {
        what: "PUT /persona/v1/objects/{id} as a new one",
        ask: |case| case.put(&random::<16>(), ("if-match", "\"1\""), b"inventory", b"object"),
        // Each write of our own wire replaces the inventory.
        answers: CHANGES,
    },
    Row {
        what: "POST /persona/v1/objects/{id}/delete",
        ask: |case| act(case, "/delete"),
        answers: CHANGES,
    },
    Row {
        what: "POST /persona/v1/objects/{id}/undelete of what is not deleted",
        ask: |case| act(case, "/undelete"),
        answers: [NO_ITEM, NO_ITEM, UNPROVEN, DISPUTED, FROZEN, DELETED],
    },
    Row {
        what: "GET /persona/v1/objects/{id}/versions",
        ask: |case| case.ask("GET", &object(case, "/versions")).send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/objects/{id}/versions/{version}",
        ask: |case| case.ask("GET", &object(case, "/versions/1")).send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /persona/v1/objects/{id}/versions/{version} of none",
        ask: |case| case.ask("GET", &object(case, "/versions/2")).send(),
        answers: [NO_ITEM; 6],
    },
    Row {
        what: "GET /personas",
        ask: |case| case.basic("GET", "/personas").send(),
        answers: ALWAYS,
    },
    Row {
        what: "GET /personas/{id}",
        ask: |case| case.basic("GET", "/personas/before").send(),
        answers: ALWAYS,
    },
    Row {
        what: "POST /personas/{id} as a new one",
        ask: |case| store(case, "new"),
        answers: [Does, Does, Does, Does, Does, DELETED],
    },
    Row {
        what: "POST /personas/{id} over another",
        ask: |case| store(case, "before"),
        answers: CHANGES,
    },
    Row {
        what: "DELETE /personas/{id}",
        ask: |case| case.basic("DELETE", "/personas/before").send(),
        answers: CHANGES,
    },
    Row {
        what: "GET /personas/{id}/versions",
        ask: |case| case.basic("GET", "/personas/before/versions").send(),
        answers: ALWAYS,
    },
    Row {
        what: "POST /personas/{id}/versions/{version}",
        ask: |case| case.basic("POST", "/personas/before/versions/1").send(),
        answers: CHANGES,
    },
    Row {
        what: "POST /personas/{id}/versions/{version} of none",
        ask: |case| case.basic("POST", "/personas/before/versions/9").send(),
        answers: [GONE, GONE, UNPROVEN, DISPUTED, FROZEN, DELETED],
    },
];
