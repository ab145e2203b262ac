use std::time::Duration;

use keyhaven_server_tests::{
    http::Answer,
    mailbox::{code, link},
    person::{Person, ask_for_reset, create_account, random, spend},
    server::Server,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";
const MINUTE: Duration = Duration::from_secs(60);

fn server() -> Server {
    let server = Server::start();
    create_account(&server, EMAIL, "old").expect_done();
    server
}

fn mailed_code(server: &Server, count: usize) -> String {
    ask_for_reset(server, EMAIL).expect_done();
    code(&server.mailbox().wait_for(count))
}

fn signs_in(server: &Server, password: &str) -> bool {
    server
        .request("GET", "/personas")
        .basic(EMAIL, password)
        .send()
        .status
        == 200
}

/// Status, body and headers without what differs in every answer.
fn comparable(answer: &Answer) -> (u16, serde_json::Value, Vec<(String, String)>) {
    let mut body = answer.json();
    if let Some(failure) = body["failure"].as_object_mut() {
        failure.remove("request_id");
    }
    let mut headers: Vec<_> = answer.headers.clone().into_iter().collect();
    headers.retain(|(name, _)| name != "date" && name != "x-request-id");
    headers.sort();
    (answer.status, body, headers)
}

#[test]
fn asking_is_answered_alike_for_every_address() {
    let server = server();
    let known = ask_for_reset(&server, EMAIL);
    let unknown = ask_for_reset(&server, "nobody@example.org");
    known.expect_done();
    assert_eq!(comparable(&known), comparable(&unknown));
    server
        .request("PUT", "/password/reset")
        .form("email=nobody%40example.org")
        .send()
        .expect_done();
    let _mail = server.mailbox().wait_for(1);
    server.mailbox().expect_still(1);
}

#[test]
fn asking_without_an_address_is_said() {
    let server = server();
    for body in [json!({}), json!({"email": ""}), json!({"email": null})] {
        let answer = server.request("PUT", "/password/reset").json(&body).send();
        answer.expect_failure(400, "missing_email_parameter");
        assert_eq!(answer.json()["failure"]["message"], "Missing email parameter");
    }
    server
        .request("PUT", "/password/reset")
        .send()
        .expect_failure(400, "missing_email_parameter");
    ask_for_reset(&server, "no at sign").expect_failure(400, "invalid_email");
}

#[test]
fn the_link_leads_to_the_configured_base_and_hides_the_code_in_its_fragment() {
    let server = server();
    let answer = server
        .request("PUT", "/password/reset")
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .json(&json!({ "email": EMAIL }))
        .send();
    answer.expect_done();
    let mail = server.mailbox().wait_for(1);
    assert!(!mail.contains("evil.example"), "{mail}");
    let expected = format!(
        "http://{}/password/reset.html#email=carol%40example.org&reset_code={}",
        server.address(),
        code(&mail)
    );
    assert_eq!(link(&mail), expected);
}

#[test]
fn a_code_sets_a_new_password_once() {
    let server = server();
    let code = mailed_code(&server, 1);
    assert!(
        code.starts_with('r'),
        "an account of the original wire sends what was typed"
    );
    spend(&server, "CAROL@Example.org", &code, "new").expect_done();
    assert!(signs_in(&server, "new"));
    assert!(!signs_in(&server, "old"));
    spend(&server, EMAIL, &code, "newer").expect_failure(410, "invalid_reset_code");
    assert!(signs_in(&server, "new"));
    let notice = server.mailbox().wait_for(2);
    assert!(
        notice.contains("Subject: A new password was set for your Keyhaven account"),
        "{notice}"
    );
}

#[test]
fn both_spellings_are_read_from_json_and_from_forms() {
    let server = server();
    let body = json!({ "email": EMAIL, "code": mailed_code(&server, 1), "new_password": "second" });
    server
        .request("POST", "/password/reset")
        .json(&body)
        .send()
        .expect_done();
    assert!(signs_in(&server, "second"));
    let _notice = server.mailbox().wait_for(2);
    let form = format!(
        "email={EMAIL}&reset_code={}&password=third",
        mailed_code(&server, 3)
    );
    server
        .request("POST", "/password/reset")
        .form(&form)
        .send()
        .expect_done();
    assert!(signs_in(&server, "third"));
}

#[test]
fn missing_parameters_are_named_in_order() {
    let server = server();
    for (body, error) in [
        (json!({}), "empty_email"),
        (json!({ "email": EMAIL }), "empty_reset_code"),
        (json!({ "email": EMAIL, "reset_code": "" }), "empty_reset_code"),
        (json!({ "email": EMAIL, "reset_code": "x" }), "empty_password"),
        (
            json!({ "email": EMAIL, "reset_code": "x", "password": "" }),
            "empty_password",
        ),
        (
            json!({ "email": 7, "reset_code": "x", "password": "x" }),
            "malformed_body",
        ),
        (
            json!({ "email": EMAIL, "reset_code": ["x"], "password": "x" }),
            "malformed_body",
        ),
        (
            json!({ "email": EMAIL, "reset_code": "x", "password": "x".repeat(1025) }),
            "invalid_password",
        ),
    ] {
        server
            .request("POST", "/password/reset")
            .json(&body)
            .send()
            .expect_failure(400, error);
    }
}

#[test]
fn every_failure_of_a_code_is_one_answer() {
    let server = server();
    create_account(&server, "dave@example.org", "x").expect_done();
    let carols = mailed_code(&server, 1);
    ask_for_reset(&server, "dave@example.org").expect_done();
    let daves = code(&server.mailbox().wait_for(2));
    spend(&server, "dave@example.org", &daves, "y").expect_done();
    let relettered = format!("k{}", &carols[1..]);
    let key = random::<32>();
    let failures = [
        spend(&server, EMAIL, "anything", "new"),
        spend(&server, EMAIL, &format!("r{}", random::<32>()), "new"),
        spend(&server, EMAIL, &format!("k{}", random::<32>()), &key),
        spend(&server, EMAIL, &relettered, &key),
        spend(&server, EMAIL, &daves, "new"),
        spend(&server, "dave@example.org", &carols, "new"),
        spend(&server, "dave@example.org", &daves, "new"),
        spend(&server, "nobody@example.org", &carols, "new"),
        spend(&server, "no at sign", &carols, "new"),
    ];
    for failure in &failures {
        failure.expect_failure(410, "invalid_reset_code");
        assert_eq!(comparable(failure), comparable(&failures[0]));
    }
    assert_eq!(
        failures[0].json()["failure"]["message"],
        "Invalid reset code, please request another"
    );
    spend(&server, EMAIL, &carols, "new").expect_done();
}

#[test]
fn a_code_lives_for_30_minutes() {
    let server = server();
    let early = mailed_code(&server, 1);
    server.let_time_pass(29 * MINUTE);
    spend(&server, EMAIL, &early, "new").expect_done();
    let _notice = server.mailbox().wait_for(2);
    let late = mailed_code(&server, 3);
    server.let_time_pass(60 * MINUTE);
    spend(&server, EMAIL, &late, "newer").expect_failure(410, "invalid_reset_code");
    assert!(signs_in(&server, "new"));
}

#[test]
fn any_change_of_the_password_voids_every_code() {
    let server = server();
    let first = mailed_code(&server, 1);
    let second = mailed_code(&server, 2);
    spend(&server, EMAIL, &second, "new").expect_done();
    spend(&server, EMAIL, &first, "newer").expect_failure(410, "invalid_reset_code");
}

#[test]
fn of_two_that_spend_one_code_at_once_one_wins() {
    let server = server();
    let code = mailed_code(&server, 1);
    let statuses: Vec<(u16, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let (server, code) = (&server, &code);
                scope.spawn(move || {
                    let password = format!("new {number}");
                    (spend(server, EMAIL, code, &password).status, password)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let winners: Vec<_> = statuses.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(winners.len(), 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|(status, _)| [200, 410].contains(status)),
        "{statuses:?}"
    );
    for (status, password) in &statuses {
        assert_eq!(signs_in(&server, password), *status == 200);
    }
}

#[test]
fn a_code_for_a_derived_key_takes_no_typed_password_and_is_not_used_up_by_one() {
    let server = Server::start();
    let person = Person::with_backup(&server, EMAIL);
    let code = mailed_code(&server, 1);
    assert!(
        code.starts_with('k'),
        "an account of our own client sends the derived key"
    );
    for typed in ["a password", &random::<31>(), &format!("{}=", random::<32>())] {
        spend(&server, EMAIL, &code, typed).expect_failure(400, "invalid_password");
    }
    spend(&server, EMAIL, &code, &random::<32>()).expect_done();
    assert_eq!(person.try_sign_in(&server).status, 401);
}

#[test]
fn asking_by_url_mails_nothing() {
    let server = server();
    for target in [
        "/password/reset/carol@example.org",
        "/password/reset/carol%40example.org",
        "/password/reset/x",
    ] {
        server.request("GET", target).send().expect_done();
    }
    server.mailbox().expect_still(0);
}

#[test]
fn asking_by_url_mails_where_a_developer_wants_it() {
    let server = Server::start_with("[development]\nmail_on_get = true\n");
    create_account(&server, EMAIL, "old").expect_done();
    server
        .request("GET", "/password/reset/Carol%40Example.org")
        .send()
        .expect_done();
    let _code = code(&server.mailbox().wait_for(1));
    server
        .request("GET", "/password/reset/nobody@example.org")
        .send()
        .expect_done();
    server
        .request("GET", "/password/reset/nonsense")
        .send()
        .expect_done();
    server.mailbox().expect_still(1);
}
