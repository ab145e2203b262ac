//! What one network may ask for.

use keyhaven_server_tests::{
    http::{Answer, Request},
    person::{Person, ask_for_reset, create_account, random},
    server::Server,
};
use serde_json::json;

const LIMITS: &str = "trusted_proxies = [\"127.0.0.1\"]\n[accounts]\nsign_ups = 2\nreset_requests = 2\n";

fn expect_wait(answer: &Answer) {
    answer.expect_failure(429, "rate_limited");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
}

#[test]
fn a_network_that_signed_up_too_often_waits_on_both_wires() {
    let server = Server::start_with(LIMITS);
    create_account(&server, "carol@example.org", "x").expect_done();
    // One that comes to nothing counts too.
    create_account(&server, "carol@example.org", "x").expect_failure(409, "address_taken");
    expect_wait(&create_account(&server, "dave@example.org", "x"));
    expect_wait(&Person::new("erin@example.org").sign_up(&server));
    let elsewhere = server
        .request("POST", "/accounts")
        .header("x-forwarded-for", "198.51.100.7")
        .json(&json!({ "email": "dave@example.org", "password": "x" }));
    elsewhere.send().expect_done();
    server.let_time_pass(std::time::Duration::from_secs(31));
    Person::new("erin@example.org").sign_up(&server).expect_done();
}

#[test]
fn a_network_that_asked_for_too_many_resets_hears_nothing_of_it() {
    let server = Server::start_with(LIMITS.replace("sign_ups = 2", "sign_ups = 9").as_str());
    let addresses = ["carol@example.org", "dave@example.org", "erin@example.org"];
    for address in addresses {
        create_account(&server, address, "x").expect_done();
    }
    let answers = addresses.map(|address| ask_for_reset(&server, address));
    let _mail = server.mailbox().wait_for(2);
    server.mailbox().expect_still(2);
    let facts = answers.map(|answer| {
        answer.expect_done();
        let mut headers = answer.headers;
        headers.remove("date");
        headers.remove("x-request-id");
        headers
    });
    assert!(facts.windows(2).all(|pair| pair[0] == pair[1]), "{facts:?}");
    let elsewhere = server
        .request("PUT", "/password/reset")
        .header("x-forwarded-for", "198.51.100.7")
        .json(&json!({ "email": "erin@example.org" }));
    elsewhere.send().expect_done();
    let mail = server.mailbox().wait_for(3);
    assert!(mail.contains("erin@example.org"), "{mail}");
}

#[test]
fn without_a_listed_proxy_nobody_chooses_a_network() {
    let server = Server::start_with("[accounts]\nsign_ups = 1\n");
    create_account(&server, "carol@example.org", "x").expect_done();
    let forged = server
        .request("POST", "/accounts")
        .header("x-forwarded-for", "198.51.100.7")
        .json(&json!({ "email": "dave@example.org", "password": "x" }));
    expect_wait(&forged.send());
}

#[test]
fn a_network_that_guesses_too_often_waits_whatever_addresses_and_routes_it_takes() {
    let server = Server::start_with(
        "trusted_proxies = [\"127.0.0.1\"]\n[accounts]\nguesses = 4\nguess_seconds = 30\n",
    );
    create_account(&server, "carol@example.org", "x").expect_done();
    let from = |request: Request, network: &str| request.header("x-forwarded-for", network).send();
    let guesses = |number: usize| {
        let email = format!("nobody{number}@example.org");
        let session = json!({ "email": email, "auth_key": random::<32>() });
        let code = format!("r{}", random::<32>());
        [
            server.request("GET", "/personas").basic(&email, "wrong"),
            server.request("POST", "/persona/v1/sessions").json(&session),
            server
                .request("POST", "/password/reset")
                .json(&json!({ "email": email, "reset_code": code, "password": "y" })),
            server.request("GET", "/personas").basic("no address", "wrong"),
        ]
    };
    for (number, guess) in guesses(0).into_iter().enumerate() {
        let answer = from(guess, "203.0.113.5");
        assert!([401, 410].contains(&answer.status), "{number}: {answer}");
    }
    for guess in guesses(1) {
        expect_wait(&from(guess, "203.0.113.99"));
    }
    // Right ones of others are nobody's guesses, and cost nothing however many there are.
    for _ in 0..9 {
        let list = server.request("GET", "/personas").basic("carol@example.org", "x");
        assert_eq!(from(list, "192.0.2.7").status, 200);
    }
    let elsewhere = guesses(2).into_iter().next().unwrap();
    assert_eq!(from(elsewhere, "192.0.2.7").status, 401);
}

#[test]
fn whoever_is_remembered_signs_in_while_neighbours_guess_and_nobody_learns_a_password_by_that() {
    let server = Server::start_with(
        "trusted_proxies = [\"127.0.0.1\"]\n[accounts]\nguesses = 4\nguess_seconds = 30\nwrong_passwords = 5\n",
    );
    for name in ["carol", "dave"] {
        create_account(&server, &format!("{name}@example.org"), "x").expect_done();
    }
    let sign_in = |address: &str, password: &str| {
        let list = server.request("GET", "/personas").basic(address, password);
        list.header("x-forwarded-for", "203.0.113.5").send()
    };
    assert_eq!(sign_in("carol@example.org", "x").status, 200);
    for number in 0..4 {
        assert_eq!(
            sign_in(&format!("nobody{number}@example.org"), "wrong").status,
            401
        );
    }
    expect_wait(&sign_in("dave@example.org", "x"));
    assert_eq!(sign_in("carol@example.org", "x").status, 200);
    // Each of these is told apart from the remembered one, and so each is a guess: there is an end to them.
    for _ in 0..5 {
        sign_in("carol@example.org", "wrong").expect_failure(429, "rate_limited");
    }
    sign_in("carol@example.org", "x").expect_failure(429, "rate_limited");
}
