use keyhaven_server_tests::{
    http::Answer,
    mailbox::code,
    person::{ask_for_account, ask_for_reset, confirm_sign_up, create_account},
    server::Server,
};
use serde_json::json;

fn list(server: &Server, email: &str, password: &str) -> Answer {
    server.request("GET", "/personas").basic(email, password).send()
}

#[test]
fn json_and_form_both_create_an_account() {
    let server = Server::start();
    create_account(&server, "json@example.org", "p: w").expect_done();
    server
        .request("POST", "/accounts")
        .form("email=form%40example.org&password=p%3A+w")
        .send()
        .expect_done();
    assert_eq!(list(&server, "json@example.org", "p: w").status, 200);
    assert_eq!(list(&server, "form@example.org", "p: w").status, 200);
}

#[test]
fn missing_parameters_are_said() {
    let server = Server::start();
    for body in [
        json!({}),
        json!({"email": "a@b.c"}),
        json!({"password": "x"}),
        json!({"email": "", "password": "x"}),
    ] {
        server
            .request("POST", "/accounts")
            .json(&body)
            .send()
            .expect_failure(400, "missing_parameters");
    }
    server
        .request("POST", "/accounts")
        .form("email=a%40b.c")
        .send()
        .expect_failure(400, "missing_parameters");
    server
        .request("POST", "/accounts")
        .send()
        .expect_failure(400, "missing_parameters");
    server
        .request("POST", "/accounts")
        .body("text/plain", "email=a@b.c&password=x")
        .send()
        .expect_failure(400, "missing_parameters");
}

#[test]
fn a_taken_address_is_a_conflict_in_any_case_and_with_spaces() {
    let server = Server::start();
    create_account(&server, "Carol@Example.org", "first").expect_done();
    for email in [
        "Carol@Example.org",
        "carol@example.org",
        "CAROL@EXAMPLE.ORG",
        "  carol@example.org ",
    ] {
        let answer = create_account(&server, email, "second");
        answer.expect_failure(409, "address_taken");
        assert_eq!(
            answer.json()["failure"]["message"],
            "Email already registered; Reset password or try another email"
        );
    }
    assert_eq!(list(&server, "CAROL@example.org", "first").status, 200);
    assert_eq!(list(&server, "carol@example.org", "second").status, 401);
}

#[test]
fn of_two_sign_ups_at_once_exactly_one_succeeds() {
    let server = Server::start();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    create_account(server, "one@example.org", &format!("password {number}")).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 409).count(),
        5,
        "{statuses:?}"
    );
}

#[test]
fn a_password_that_is_no_text_is_malformed() {
    let server = Server::start();
    for password in [json!(7), json!(true), json!(["x"]), json!({"x": "y"})] {
        let body = json!({ "email": "a@b.c", "password": password });
        server
            .request("POST", "/accounts")
            .json(&body)
            .send()
            .expect_failure(400, "malformed_body");
    }
    create_account(&server, "a@b.c", &"x".repeat(1025)).expect_failure(400, "invalid_password");
    create_account(&server, "a@b.c", &"x".repeat(1024)).expect_done();
}

#[test]
fn what_is_no_address_is_refused() {
    let server = Server::start();
    for email in ["no at sign", "a@", "@b", "a@b@c", "a\r\nBcc: x@y.z@b.c"] {
        create_account(&server, email, "x").expect_failure(400, "invalid_email");
    }
}

#[test]
fn in_private_mode_a_taken_address_is_told_by_mail_only() {
    let server = Server::start_with("[accounts]\ntaken_address = \"private\"\n");
    let new = ask_for_account(&server, "carol@example.org", "first");
    confirm_sign_up(&server, "carol@example.org");
    let taken = ask_for_account(&server, "Carol@example.org", "second");
    new.expect_done();
    taken.expect_done();
    let comparable = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.retain(|name, _| name != "date" && name != "x-request-id");
        headers
    };
    assert_eq!(comparable(&new), comparable(&taken));
    let mail = server.mailbox().wait_for(1);
    assert!(mail.contains("To: carol@example.org"), "{mail}");
    assert!(
        mail.contains("Subject: You already have a Keyhaven account"),
        "{mail}"
    );
    assert!(!mail.contains("reset_code"));
    assert_eq!(list(&server, "carol@example.org", "first").status, 200);
    assert_eq!(list(&server, "carol@example.org", "second").status, 401);
    ask_for_reset(&server, "carol@example.org").expect_done();
    assert!(code(&server.mailbox().wait_for(2)).starts_with('r'));
}
