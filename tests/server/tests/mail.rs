//! Mail, by file and by SMTP.

use std::time::{Duration, Instant};

use keyhaven_server_tests::{
    mailbox::{Letter, code, link},
    person::{Person, ask_for_account, ask_for_reset, confirm, create_account, kdf, random, spend},
    server::{Server, UNCONFIRMED_IS_FINE},
    smtp::SmtpServer,
};
use serde_json::json;

const EMAIL: &str = "carol@example.org";
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Until the worker has put a job back that failed; before that, its pause has not begun.
const SETTLED: Duration = Duration::from_millis(500);
/// A little longer than the worker waits before it looks at the clock again.
const ROUND: Duration = Duration::from_secs(7);

#[test]
fn the_letter_says_who_when_what_and_what_not() {
    let server = Server::start();
    create_account(&server, "Carol@Example.org", "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let mail = server.mailbox().wait_for(1);
    for line in [
        "From: Keyhaven <keyhaven@localhost>",
        "To: Carol@Example.org",
        "Subject: Set a new password for your Keyhaven account",
        "Auto-Submitted: auto-generated",
        "Content-Transfer-Encoding: 7bit",
    ] {
        assert!(mail.lines().any(|found| found == line), "{line} in {mail}");
    }
    let letter = Letter::parse(&mail);
    for words in [
        "Carol@Example.org",
        "within 30 minutes",
        "UTC",
        "Nothing changes until",
        "If it was not you",
        "never ask for your recovery code",
    ] {
        assert!(letter.words().contains(words), "{words} in {}", letter.text);
    }
    assert!(link(&letter.text).starts_with("http://127.0.0.1:"));
    assert_eq!(letter.text.matches("http").count(), 1, "one link and no other");
    let escaped = link(&letter.text).replace('&', "&amp;");
    assert_eq!(letter.html.matches(&escaped).count(), 2, "{}", letter.html);
    assert_eq!(letter.html.matches("http").count(), 2, "and no other");
    assert!(letter.attached.is_empty());
}

#[test]
fn a_letter_goes_to_every_address_that_can_sign_up() {
    let server = Server::start_with(&format!("[accounts]\n{UNCONFIRMED_IS_FINE}\n"));
    for (number, (email, told)) in [
        ("taro..yamada@example.jp", "\"taro..yamada\"@example.jp"),
        ("a,b@example.org", "\"a,b\"@example.org"),
    ]
    .into_iter()
    .enumerate()
    {
        create_account(&server, email, "x").expect_done();
        ask_for_reset(&server, email).expect_done();
        let mail = server.mailbox().wait_for(number + 1);
        let to = format!("To: {told}");
        assert!(mail.lines().any(|line| line == to), "{to} in {mail}");
    }
    let nowhere = "carol@-example.org";
    create_account(&server, nowhere, "x").expect_failure(400, "invalid_email");
    Person::new(nowhere)
        .sign_up(&server)
        .expect_failure(400, "invalid_email");
    let mut person = Person::with_backup(&server, EMAIL);
    let asked = person.change_address(&server, nowhere, &random::<32>());
    asked.expect_failure(400, "invalid_email");
    person.sign_in(&server);
}

#[test]
fn letters_have_the_name_the_language_and_the_logo_of_the_house() {
    let logo = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(logo.path(), b"\x89PNG\r\n\x1a\n and so on").unwrap();
    let server = Server::start_with(&format!(
        "[mail]\nname = \"Schlüsselhafen\"\nlanguage = \"de\"\nlogo = {:?}\n",
        logo.path()
    ));
    ask_for_account(&server, EMAIL, "x").expect_done();
    let letter = server
        .mailbox()
        .letter(EMAIL, "Bestätigen Sie Ihre Adresse für Schlüsselhafen", 1);
    assert!(
        letter.words().contains("Ohne Bestätigung wird es am"),
        "{}",
        letter.text
    );
    assert_eq!(letter.attached, [("image/png".to_owned(), "logo".to_owned())]);
    assert!(
        letter
            .html
            .contains("<img src=\"cid:logo\" alt=\"Schl&#252;sselhafen\">"),
        "{}",
        letter.html
    );
    let confirmed = confirm(&server, &letter.code_for("confirm").unwrap());
    assert_eq!(confirmed.status, 200, "{confirmed}");
}

#[test]
fn an_address_gets_three_mails_an_hour_and_every_request_one_answer() {
    let server = Server::start();
    create_account(&server, EMAIL, "x").expect_done();
    for count in 1..=3 {
        ask_for_reset(&server, EMAIL).expect_done();
        let _mail = server.mailbox().wait_for(count);
    }
    ask_for_reset(&server, "CAROL@example.org").expect_done();
    server.mailbox().expect_still(3);
    server.let_time_pass(HOUR + Duration::from_secs(1));
    ask_for_reset(&server, EMAIL).expect_done();
    let _mail = server.mailbox().wait_for(4);
}

#[test]
fn an_address_gets_ten_mails_a_day() {
    let server = Server::start_with("metrics = \"127.0.0.1:0\"\n");
    create_account(&server, EMAIL, "x").expect_done();
    for count in 1..=10 {
        server.let_time_pass(HOUR * u32::try_from(count).unwrap());
        ask_for_reset(&server, EMAIL).expect_done();
        let _mail = server.mailbox().wait_for(count);
        wait_for_an_empty_queue(&server);
    }
    server.let_time_pass(HOUR * 11);
    ask_for_reset(&server, EMAIL).expect_done();
    server.mailbox().expect_still(10);
}

/// A letter is in the outbox a moment before it is off the queue. If hours pass in between, it is sent once more.
fn wait_for_an_empty_queue(server: &Server) {
    let until = Instant::now() + Duration::from_secs(20);
    while server.metric("keyhaven_mails_waiting") > 0.0 {
        assert!(Instant::now() < until, "the queue does not empty");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_unknown_address_gets_none() {
    let server = Server::start();
    ask_for_reset(&server, "nobody@example.org").expect_done();
    server.mailbox().expect_still(0);
}

#[test]
fn mail_goes_to_the_address_of_the_account_and_not_to_the_text_of_the_request() {
    let server = Server::start();
    create_account(&server, "Carol@Example.org", "x").expect_done();
    ask_for_reset(&server, " CAROL@EXAMPLE.ORG ").expect_done();
    let mail = server.mailbox().wait_for(1);
    assert!(mail.contains("\r\nTo: Carol@Example.org\r\n"), "{mail}");
}

#[test]
fn with_a_mail_server_configured_mail_goes_there() {
    let smtp = SmtpServer::start(0);
    let server = Server::start_with(&smtp.config());
    let mut person = Person::with_backup(&server, EMAIL);
    ask_for_reset(&server, EMAIL).expect_done();
    let code = code(&smtp.wait_for_mail());
    person.auth_key = random::<32>();
    spend(&server, EMAIL, &code, &person.auth_key).expect_done();
    person.sign_in(&server);
}

#[test]
fn a_mail_that_was_refused_is_tried_again_with_a_new_code() {
    let smtp = SmtpServer::start(1);
    let server = Server::start_with(&smtp.config());
    create_account(&server, EMAIL, "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let refused = code(&smtp.wait_for_refused());
    std::thread::sleep(SETTLED);
    server.let_time_pass(Duration::from_secs(60));
    let sent = code(&smtp.wait_for_mail());
    assert_ne!(refused, sent);
    spend(&server, EMAIL, &sent, "new").expect_done();
    assert!(!server.log().contains(EMAIL));
}

#[test]
fn a_request_survives_a_restart() {
    let smtp = SmtpServer::start(1);
    let mut server = Server::start_with(&smtp.config());
    create_account(&server, EMAIL, "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let _refused = smtp.wait_for_refused();
    server.stop();
    let server = server.restart();
    server.let_time_pass(Duration::from_secs(600));
    let code = code(&smtp.wait_for_mail());
    spend(&server, EMAIL, &code, "new").expect_done();
}

#[test]
fn requests_that_are_repeated_while_one_waits_are_one_mail() {
    let smtp = SmtpServer::start(1);
    let server = Server::start_with(&smtp.config());
    create_account(&server, EMAIL, "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let _refused = smtp.wait_for_refused();
    std::thread::sleep(SETTLED);
    for typed in [EMAIL, "CAROL@example.org", " carol@example.org "] {
        ask_for_reset(&server, typed).expect_done();
    }
    server.let_time_pass(Duration::from_secs(60));
    let _mail = smtp.wait_for_mail();
    server.let_time_pass(HOUR * 2);
    std::thread::sleep(ROUND);
    assert_eq!(smtp.mails().len(), 1, "{:?}", smtp.mails());
}

#[test]
fn every_change_of_the_password_is_told_also_when_no_more_resets_are_mailed() {
    let server = Server::start();
    let mut person = Person::with_backup(&server, EMAIL);
    for count in 1..=3 {
        ask_for_reset(&server, EMAIL).expect_done();
        let _code = code(&server.mailbox().wait_for(count));
    }
    for count in 1..=5 {
        let new_key = random::<32>();
        let body = json!({
            "current_auth_key": person.auth_key,
            "new_auth_key": new_key,
            "kdf": kdf(),
            "keys": person.key_record(count + 1),
        });
        let answer = person
            .request(&server, "POST", "/persona/v1/password")
            .header("if-match", format!("\"{count}\""))
            .json(&body)
            .send();
        assert_eq!(answer.status, 200, "{answer}");
        person.auth_key = new_key;
        person.sign_in(&server);
        let notice = server.mailbox().wait_for(3 + usize::try_from(count).unwrap());
        assert!(notice.contains("was changed"), "{notice}");
    }
    ask_for_reset(&server, EMAIL).expect_done();
    server.mailbox().expect_still(8);
}

#[test]
fn a_mail_server_that_says_nothing_holds_up_its_own_mail_only() {
    let smtp = SmtpServer::silent(1);
    let server = Server::start_with(&smtp.config());
    for name in ["carol", "dave"] {
        create_account(&server, &format!("{name}@example.org"), "x").expect_done();
    }
    ask_for_reset(&server, EMAIL).expect_done();
    smtp.wait_for_connections(1);
    let began = Instant::now();
    ask_for_reset(&server, "dave@example.org").expect_done();
    let mail = smtp.wait_for_mail();
    assert!(mail.contains("dave@example.org"), "{mail}");
    // A conversation is given up after twenty seconds at the earliest.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn a_request_that_fails_for_hours_is_given_up_and_can_be_made_again() {
    let smtp = SmtpServer::start(2);
    let server = Server::start_with(&format!("metrics = \"127.0.0.1:0\"\n{}", smtp.config()));
    create_account(&server, EMAIL, "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    let _refused = smtp.wait_for_refused();
    std::thread::sleep(SETTLED);
    assert_eq!(server.metric("keyhaven_mails_given_up_total"), 0.0);
    server.let_time_pass(HOUR * 2);
    std::thread::sleep(ROUND);
    assert_eq!(server.metric("keyhaven_mails_given_up_total"), 1.0);
    assert!(server.log().contains("was given up"), "{}", server.log());
    server.let_time_pass(HOUR * 9);
    std::thread::sleep(ROUND);
    assert!(smtp.mails().is_empty());
    ask_for_reset(&server, EMAIL).expect_done();
    let _code = code(&smtp.wait_for_mail());
}
