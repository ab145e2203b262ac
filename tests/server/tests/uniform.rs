//! A stranger cannot tell an address that has an account from one that has none: not by status, headers or body, and
//! not by time.
//!
//! An account that was imported and that nobody has signed in to yet is not compared: its hash is the original
//! service's and takes seconds, which its owner ends by signing in once. `docs/threat-model.md` says so.

mod addresses;
mod comparison;
mod controls;
mod hashes;

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use keyhaven_protocol::base64url;
use keyhaven_server_tests::{
    http::Answer,
    person::{Person, create_account, kdf, random},
    server::Server,
};
use serde_json::json;

use self::{
    addresses::{ADDRESSES, LIMITS, Standing, keep_an_old_password, known, server, unknown},
    comparison::{ALONE, compare, compare_as, expect_alike, seen},
};

#[test]
fn basic_sign_in_says_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    let request = |email: String| server.request("GET", "/personas").basic(&email, "wrong");
    let area = compare(
        &server,
        401,
        |pair| request(known(pair)),
        |pair| request(unknown(pair)),
    );
    expect_alike("basic", area);
}

#[test]
fn opening_a_session_says_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    let request = |email: String| {
        server
            .request("POST", "/persona/v1/sessions")
            .json(&json!({ "email": email, "auth_key": random::<32>() }))
    };
    let area = compare(
        &server,
        401,
        |pair| request(known(pair)),
        |pair| request(unknown(pair)),
    );
    expect_alike("sessions", area);
}

/// The salt is the address's own, and the same each time it is asked for.
#[test]
fn asking_how_to_derive_says_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    let kdf = |email: &str| server.request("GET", &format!("/persona/v1/kdf?email={email}"));
    let shape = |email: &str| {
        let mut answer = kdf(email).send().json();
        let salt = answer["derivations"][0]["server_salt"].take();
        (answer, base64url::decode(salt.as_str().unwrap()).unwrap())
    };
    let (of_known, known_salt) = shape(&known(0));
    let (of_unknown, unknown_salt) = shape(&unknown(0));
    assert_eq!(of_known, of_unknown);
    assert_eq!((known_salt.len(), unknown_salt.len()), (32, 32));
    assert_eq!(shape(&unknown(0)).1, unknown_salt);

    // Salts differ with the address, so that bodies do, in nothing but that.
    let without_salt = |answer: &Answer| {
        let (status, headers, _) = seen(answer);
        (status, headers, answer.body.len().to_string())
    };
    let area = compare_as(
        &server,
        200,
        without_salt,
        |pair| kdf(&known(pair)),
        |pair| kdf(&unknown(pair)),
    );
    expect_alike("kdf", area);
}

#[test]
fn asking_for_a_reset_says_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    let request = |email: String| {
        server
            .request("PUT", "/password/reset")
            .json(&json!({ "email": email }))
    };
    let area = compare(
        &server,
        200,
        |pair| request(known(pair)),
        |pair| request(unknown(pair)),
    );
    expect_alike("request of a reset", area);
}

#[test]
fn a_wrong_reset_code_says_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    for kind in ['r', 'k'] {
        let request = |email: String| {
            let code = format!("{kind}{}", random::<32>());
            server
                .request("POST", "/password/reset")
                .json(&json!({ "email": email, "reset_code": code, "password": random::<32>() }))
        };
        let area = compare(
            &server,
            410,
            |pair| request(known(pair)),
            |pair| request(unknown(pair)),
        );
        expect_alike("wrong code", area);
    }
}

#[test]
fn the_ways_back_without_mail_say_nothing() {
    let _alone = ALONE.lock();
    let server = server();
    let undo = |email: String| {
        server
            .request("POST", "/persona/v1/undo")
            .json(&json!({ "email": email, "auth_key": random::<32>() }))
    };
    // Many keep an old password beside the one that was set by mail: there is a hash to compare with, then.
    for number in (0..ADDRESSES).filter(|number| Standing::of(*number) == Standing::Derived) {
        keep_an_old_password(&server, &known(number));
    }
    let area = compare(&server, 401, |pair| undo(known(pair)), |pair| undo(unknown(pair)));
    expect_alike("undo", area);
    let release = |email: String| {
        server
            .request("POST", "/persona/v1/recover/release")
            .json(&json!({ "email": email, "recovery_auth": random::<32>() }))
    };
    let area = compare(
        &server,
        403,
        |pair| release(known(pair)),
        |pair| release(unknown(pair)),
    );
    expect_alike("release of the recovery wrap", area);
    let stranger = Person::new("");
    let recover = |email: String| {
        server
            .request("POST", "/persona/v1/recover")
            .header("if-match", "\"1\"")
            .json(&json!({
                "email": email,
                "recovery_auth": random::<32>(),
                "new_auth_key": random::<32>(),
                "kdf": kdf(),
                "keys": stranger.rewrapped(2),
            }))
    };
    let area = compare(
        &server,
        403,
        |pair| recover(known(pair)),
        |pair| recover(unknown(pair)),
    );
    expect_alike("recovery", area);
}

/// A change of address that its own account may ask for ten times at once, and then once in ten minutes: time passes
/// for it. The answer names the address that was asked for, and is the same in nothing else.
#[test]
fn asking_for_another_address_says_nothing() {
    const PAIRS_AT_ONCE: usize = 5;
    let _alone = ALONE.lock();
    let server = server();
    let asking = RefCell::new(Person::with_backup(&server, "asking@example.org"));
    let periods = Cell::new(0);
    let request = |pair: usize, to: String| {
        let period = pair / PAIRS_AT_ONCE;
        let mut person = asking.borrow_mut();
        if periods.replace(period) != period {
            // Longer than a session lives unused, and than the allowance takes to fill up.
            let hours = u64::try_from(2 * period).unwrap();
            server.let_time_pass(Duration::from_secs(60 * 60 * hours));
            person.sign_in(&server);
        }
        person
            .request(&server, "PUT", "/persona/v1/address")
            .header("if-match", "\"1\"")
            .json(&json!({
                "current_auth_key": person.auth_key,
                "new_email": to,
                "new_auth_key": random::<32>(),
                "kdf": kdf(),
                "keys": person.rewrapped(2),
            }))
    };
    let without_what_was_asked = |answer: &Answer| {
        let (status, headers, _) = seen(answer);
        let mut body = answer.json();
        let change = &mut body["address_change"];
        assert!(change["new_email"].take().is_string() && change["expires_at"].take().is_number());
        (status, headers, body.to_string())
    };
    let area = compare_as(
        &server,
        200,
        without_what_was_asked,
        |pair| request(pair, known(pair)),
        |pair| request(pair, unknown(pair)),
    );
    expect_alike("change of address", area);
}

#[test]
fn signing_up_in_private_says_nothing() {
    let _alone = ALONE.lock();
    let server = Server::start_with(&format!("{LIMITS}taken_address = \"private\"\n"));
    for number in 0..ADDRESSES {
        create_account(&server, &known(number), "right").expect_done();
    }
    let request = |email: String| {
        server
            .request("POST", "/accounts")
            .json(&json!({ "email": email, "password": "x" }))
    };
    let fresh = |pair: usize| format!("fresh{pair:04}@example.org");
    // As long as a fresh one.
    let taken = |pair: usize| format!("known{:04}@example.org", pair % ADDRESSES);
    for number in 0..ADDRESSES {
        request(taken(number)).send().expect_done();
    }
    let area = compare(
        &server,
        200,
        |pair| request(taken(pair)),
        |pair| request(fresh(pair)),
    );
    expect_alike("sign-up", area);

    let request = |email: String, account_id: String| {
        server.request("POST", "/persona/v1/accounts").json(&json!({
            "email": email, "account_id": account_id, "auth_key": random::<32>(), "kdf": kdf(),
        }))
    };
    let fresh = |pair: usize| format!("other{pair:04}@example.org");
    let area = compare(
        &server,
        200,
        |pair| request(taken(pair), random::<16>()),
        |pair| request(fresh(pair), random::<16>()),
    );
    expect_alike("sign-up of our own wire", area);

    // An id that is in use is the caller's own mistake, and no less so where the address is taken.
    let used = random::<16>();
    request(fresh(9_999), used.clone()).send().expect_done();
    for email in [taken(0), fresh(9_998)] {
        let answer = request(email, used.clone()).send();
        answer.expect_failure(409, "already_exists");
    }
}
