//! The same without a clock: what costs a hash is counted.

use keyhaven_server_tests::{
    person::{Person, create_account, kdf, random},
    server::Server,
};
use serde_json::json;

use super::addresses::{LIMITS, Standing, known, unknown};

/// Every attempt, whoever is named.
#[test]
fn every_guess_costs_one_hash_whether_or_not_there_is_an_account() {
    let server = Server::start_with(&format!("metrics = \"127.0.0.1:0\"\n{LIMITS}"));
    let standings: Vec<_> = Standing::all().enumerate().collect();
    for (number, standing) in &standings {
        standing.make(&server, &known(*number));
    }
    let known = standings
        .iter()
        .map(|(number, standing)| (known(*number), format!("{standing:?}")));
    let others = [unknown(0), "no address at all".to_owned()].map(|email| (email, "none".to_owned()));
    for (email, standing) in known.chain(others) {
        let session = json!({ "email": email, "auth_key": random::<32>() });
        let reset = json!({ "email": email, "reset_code": format!("r{}", random::<32>()), "password": "x" });
        let recovery = json!({
            "email": email,
            "recovery_auth": random::<32>(),
            "new_auth_key": random::<32>(),
            "kdf": kdf(),
            "keys": Person::new("").rewrapped(2),
        });
        let requests = [
            server.request("GET", "/personas").basic(&email, "wrong"),
            server.request("POST", "/persona/v1/sessions").json(&session),
            server.request("POST", "/password/reset").json(&reset),
            server
                .request("POST", "/persona/v1/recover")
                .header("if-match", "\"1\"")
                .json(&recovery),
            server
                .request("POST", "/persona/v1/undo")
                .json(&json!({ "email": email, "auth_key": random::<32>() })),
            server
                .request("POST", "/persona/v1/recover/release")
                .json(&json!({ "email": email, "recovery_auth": random::<32>() })),
        ];
        for (number, request) in requests.into_iter().enumerate() {
            let before = server.metric("keyhaven_hashes_total");
            let answer = request.send();
            assert!([401, 403, 410].contains(&answer.status), "{answer}");
            let after = server.metric("keyhaven_hashes_total");
            assert_eq!(after - before, 1.0, "{standing}, request {number}");
        }
    }
}

/// A sign-up that does not say whether the address is taken.
#[test]
fn every_private_sign_up_costs_one_hash() {
    let server = Server::start_with(&format!(
        "metrics = \"127.0.0.1:0\"\n{LIMITS}taken_address = \"private\"\n"
    ));
    create_account(&server, &known(0), "right").expect_done();
    // The second is taken from the second request on.
    for email in [known(0), unknown(0)] {
        let typed = json!({ "email": email, "password": "x" });
        let derived = json!({
            "email": email, "account_id": random::<16>(), "auth_key": random::<32>(), "kdf": kdf(),
        });
        for (path, account) in [("/accounts", typed), ("/persona/v1/accounts", derived)] {
            let before = server.metric("keyhaven_hashes_total");
            server.request("POST", path).json(&account).send().expect_done();
            let after = server.metric("keyhaven_hashes_total");
            assert_eq!(after - before, 1.0, "{path} of {email}");
        }
    }
}
