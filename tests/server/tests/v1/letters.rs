//! Nobody can have letters sent without end: each route that mails has its bound, and whoever adds a route says which.

use std::time::Duration;

use keyhaven_server_tests::{
    http::Answer,
    person::{Person, random, wrap},
    server::Server,
};
use serde_json::json;

const VICTIM: &str = "victim@example.org";
/// Longer than a letter takes.
const SETTLED: Duration = Duration::from_millis(1500);
/// What an account may change at once that its owner is told.
const CHANGES_AT_ONCE: usize = 10;

/// What bounds the letters of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// It mails nothing.
    Silent,
    /// What anybody may ask for: three an hour and ten a day of a kind to an address, one waiting at a time.
    Request,
    /// The changes of an account, all together.
    Changes,
    /// Each way back on its own.
    WayBack,
    /// The code of a letter, which works once.
    Code,
    /// A freeze, which the code of a letter laid on.
    Freeze,
}
use Bound::{Changes, Code, Freeze, Request, Silent, WayBack};

const ROUTES: &[(&str, &str, Bound)] = &[
    ("post", "/accounts", Request),
    ("post", "/persona/v1/accounts", Request),
    ("post", "/persona/v1/confirmation", Request),
    ("put", "/password/reset", Request),
    ("put", "/persona/v1/keys", Changes),
    ("post", "/persona/v1/password", Changes),
    ("put", "/persona/v1/address", Changes),
    ("post", "/persona/v1/account/delete", Changes),
    ("post", "/persona/v1/account/undelete", Changes),
    ("post", "/persona/v1/undo", WayBack),
    ("post", "/persona/v1/recover", WayBack),
    ("post", "/password/reset", Code),
    ("post", "/persona/v1/confirm", Code),
    ("post", "/persona/v1/freeze", Code),
    ("post", "/persona/v1/unlock", Freeze),
    ("post", "/personas/{id}", Silent),
    ("delete", "/personas/{id}", Silent),
    ("post", "/personas/{id}/versions/{version}", Silent),
    ("post", "/persona/v1/sessions", Silent),
    ("delete", "/persona/v1/sessions", Silent),
    ("delete", "/persona/v1/sessions/{id}", Silent),
    ("post", "/persona/v1/keys/release", Silent),
    ("post", "/persona/v1/recover/release", Silent),
    ("delete", "/persona/v1/address", Silent),
    ("put", "/persona/v1/objects/{id}", Silent),
    ("put", "/persona/v1/inventory", Silent),
    ("post", "/persona/v1/objects/{id}/delete", Silent),
    ("post", "/persona/v1/objects/{id}/undelete", Silent),
];

#[test]
fn every_route_that_changes_something_says_what_bounds_its_letters() {
    let server = Server::start();
    let document = server.request("GET", "/openapi.json").send().json();
    let mut left: Vec<_> = ROUTES.to_vec();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if method == "get" {
                continue;
            }
            let row = left.iter().position(|(of, at, _)| of == method && at == path);
            let row = row.unwrap_or_else(|| panic!("{method} {path} says nothing about its letters"));
            let (_, _, bound) = left.swap_remove(row);
            if matches!(bound, Changes | WayBack) {
                assert!(
                    operation["responses"]["429"].is_object(),
                    "{method} {path} has a bound and no answer beyond it"
                );
            }
        }
    }
    assert!(left.is_empty(), "no such routes: {left:?}");
}

/// A key record with a new recovery code over a version.
fn new_code(server: &Server, person: &Person, version: u64) -> Answer {
    let mut record = person.key_record(1);
    record["recovery"] = wrap("recovery", 1, 8);
    record["recovery_auth"] = json!(random::<32>());
    person.write_keys(server, ("if-match", &format!("\"{version}\"")), &record)
}

/// Does it until it is refused for a while; gives how often it was done.
fn until_refused(mut act: impl FnMut(u64) -> Answer) -> usize {
    for done in 0..=CHANGES_AT_ONCE {
        let answer = act(u64::try_from(done).unwrap());
        if answer.status != 200 {
            answer.expect_failure(429, "rate_limited");
            return done;
        }
    }
    panic!("more letters than anybody needs");
}

#[test]
fn whoever_signs_up_with_somebody_elses_address_sends_the_letter_that_confirms_and_no_other() {
    let server = Server::start();
    let mut squatter = Person::new(VICTIM);
    squatter.ask_for_account(&server).expect_done();
    squatter.sign_in(&server);
    let first = squatter.write_keys(&server, ("if-none-match", "*"), &squatter.key_record(1));
    assert_eq!(first.status, 200, "{first}");
    assert_eq!(
        until_refused(|done| new_code(&server, &squatter, done + 1)),
        CHANGES_AT_ONCE
    );
    std::thread::sleep(SETTLED);
    assert_eq!(server.mailbox().all().len(), 1, "the sign-up's");
}

#[test]
fn all_changes_that_are_told_share_one_allowance_and_ways_back_have_their_own() {
    let server = Server::start();
    let mut person = Person::with_backup(&server, VICTIM);
    for version in 1..=4 {
        assert_eq!(new_code(&server, &person, version).status, 200);
    }
    let new_key = random::<32>();
    assert_eq!(person.change_password(&server, &new_key).status, 200);
    person.auth_key = new_key;
    person.sign_in(&server);
    let left = until_refused(|turn| {
        if turn % 2 == 0 {
            person.delete(&server, None)
        } else {
            person.undelete(&server)
        }
    });
    assert_eq!(left, 5);
    person
        .change_password(&server, &random::<32>())
        .expect_failure(429, "rate_limited");
    let moved = person.change_address(&server, "new@example.org", &random::<32>());
    moved.expect_failure(429, "rate_limited");
    new_code(&server, &person, 6).expect_failure(429, "rate_limited");
    // What replaces no secret is told to nobody, and still done.
    server.let_time_pass(Duration::from_secs(10 * 60));
    assert_eq!(person.undelete(&server).status, 200, "one more after a while");
    let again = person.write_keys(&server, ("if-match", "\"6\""), &person.rewrapped(2));
    assert_eq!(again.status, 200, "{again}");
}

#[test]
fn an_address_of_anybodys_choice_gets_three_letters_an_hour_whoever_names_it() {
    let server = Server::start();
    let people: Vec<_> = (0..5)
        .map(|number| Person::with_backup(&server, &format!("p{number}@example.org")))
        .collect();
    for (number, person) in people.iter().enumerate() {
        let asked = person.change_address(&server, VICTIM, &random::<32>());
        assert_eq!(asked.status, 200, "{asked}");
        // Its owner is told in any case.
        let _own = server.mailbox().letter(&person.email, "", 2);
        if number < 3 {
            let _theirs = server.mailbox().letter(VICTIM, "", number + 1);
        }
    }
    std::thread::sleep(SETTLED);
    assert_eq!(server.mailbox().letters(VICTIM, "").len(), 3);
}
