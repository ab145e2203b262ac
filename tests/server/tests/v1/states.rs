//! Every state of an account against every route that a state matters to: ADR 0004's table, as data.

pub(super) mod before;
mod rows;
mod situation;

use std::time::Duration;

use keyhaven_server_tests::{http::Answer, server::Server};

use self::{
    rows::ROWS,
    situation::{STATES, Situation, State},
};

/// Limits that are tested elsewhere, out of the way.
const CONFIG: &str = "[accounts]\nsign_ups = 10000\nwrong_passwords = 10000\nreset_requests = 10000\n";

/// What a route answers in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// 200, and everything is as before.
    Reads,
    /// 200, and something has changed.
    Does,
    /// This status with this error, and everything is as before.
    Fails(u16, &'static str),
}

/// One route with one request.
struct Row {
    what: &'static str,
    ask: fn(&Situation<'_>) -> Answer,
    /// In the order of [`STATES`].
    answers: [Cell; 6],
}

#[test]
fn each_state_allows_what_it_allows_and_nothing_else() {
    let server = Server::start_with(CONFIG);
    let mut surprises = Vec::new();
    for (column, state) in STATES.into_iter().enumerate() {
        let mut shared = Situation::of(&server, state);
        for row in ROWS {
            let expected = row.answers[column];
            let answer = match expected {
                Cell::Does => (row.ask)(&Situation::of(&server, state)),
                Cell::Reads | Cell::Fails(..) => (row.ask)(&shared),
            };
            let found = match answer.status {
                200 => (200, String::new()),
                status => (status, answer.error()),
            };
            let wanted = match expected {
                Cell::Does | Cell::Reads => (200, ""),
                Cell::Fails(status, error) => (status, error),
            };
            if (found.0, found.1.as_str()) != wanted {
                surprises.push(format!("{state:?}: {}: {found:?} and not {wanted:?}", row.what));
            }
            let shown = shared.ask("GET", "/persona/v1/account").send();
            if shown.status != 200 || shown.json()["state"] != named(state) {
                surprises.push(format!("{state:?}: {} has changed the account", row.what));
                shared = Situation::of(&server, state);
            }
        }
        shared.expect_untouched();
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
}

/// So many days.
pub(super) fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

fn named(state: State) -> String {
    format!("{state:?}").to_lowercase()
}

/// The routes that no state matters to, which the table leaves out: they know no account, or their own tests hold them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("get", "/status"),
    ("get", "/docs"),
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/openapi.json"),
    ("get", "/persona/v1/kdf"),
    ("post", "/accounts"),
    ("post", "/persona/v1/accounts"),
    ("put", "/password/reset"),
    ("post", "/password/reset"),
    ("get", "/password/reset/{email}"),
];

#[test]
fn every_route_has_its_row() {
    let server = Server::start();
    let document = server.request("GET", "/openapi.json").send().json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let named = format!("{} {path}", method.to_uppercase());
            let known = ELSEWHERE.contains(&(method, path))
                || ROWS
                    .iter()
                    .any(|row| row.what == named || row.what.starts_with(&format!("{named} ")));
            assert!(known, "{named} has no row");
        }
    }
}
