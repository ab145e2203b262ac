//! Mail by SMTP with TLS: what is sent is protected, and what cannot be protected is not sent.

use std::time::Duration;

use base64::Engine as _;
use keyhaven_server_tests::{
    authority::Authority,
    mailbox::code,
    person::{ask_for_reset, create_account, spend},
    server::Server,
    smtp::{Protection, SmtpServer},
};

const EMAIL: &str = "carol@example.org";
const HOST: &str = "127.0.0.1";
const USER: &str = "keyhaven";
const PASSWORD: &str = "hunter2-of-the-mail-server";

/// A server that sends by `security`, logs in, and trusts this authority alone.
fn server(smtp: &SmtpServer, security: &str, authority: &Authority) -> Server {
    let ca_file = authority.pem_file();
    let config = smtp.config_with(&format!(
        "security = \"{security}\"\nuser = \"{USER}\"\npassword = \"{PASSWORD}\"\nca_file = {ca_file:?}\n"
    ));
    let server = Server::start_with(&config);
    create_account(&server, EMAIL, "x").expect_done();
    server
}

fn expect_sent_under_tls(smtp: &SmtpServer, server: &Server) {
    let code = code(&smtp.wait_for_mail());
    spend(server, EMAIL, &code, "new").expect_done();
    let login = base64::engine::general_purpose::STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    let heard = smtp.heard();
    assert!(
        heard
            .iter()
            .any(|heard| heard.over_tls && heard.line == format!("AUTH PLAIN {login}")),
        "{heard:?}"
    );
    expect_nothing_told_in_clear(smtp);
}

/// Before TLS nothing but a greeting and the wish for TLS may be said.
fn expect_nothing_told_in_clear(smtp: &SmtpServer) {
    for heard in smtp.heard().iter().filter(|heard| !heard.over_tls) {
        let word = heard.line.split(' ').next().unwrap_or_default();
        assert!(["EHLO", "STARTTLS", "QUIT"].contains(&word), "{heard:?}");
    }
}

/// Lets a request for a reset meet a mail server that cannot be trusted, and then one that can.
fn expect_kept_until(smtp: &SmtpServer, security: &str, authority: &Authority, sound: Protection) {
    let server = server(smtp, security, authority);
    ask_for_reset(&server, EMAIL).expect_done();
    smtp.wait_for_connections(1);
    // Until the worker has put the job back, its pause has not begun.
    std::thread::sleep(Duration::from_millis(500));
    assert!(smtp.mails().is_empty());
    assert!(
        smtp.heard().iter().all(|heard| !heard.over_tls),
        "something was said to it: {:?}",
        smtp.heard()
    );
    expect_nothing_told_in_clear(smtp);
    assert!(server.log().contains("a mail did not go out"), "{}", server.log());

    smtp.protect(sound);
    server.let_time_pass(Duration::from_secs(60));
    expect_sent_under_tls(smtp, &server);
    assert_eq!(smtp.mails().len(), 1, "nothing was sent before");
    for secret in [PASSWORD, EMAIL] {
        assert!(!server.log().contains(secret));
    }
}

#[test]
fn mail_goes_over_tls_from_the_first_byte() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Tls(authority.identity(HOST)));
    let server = server(&smtp, "tls", &authority);
    ask_for_reset(&server, EMAIL).expect_done();
    expect_sent_under_tls(&smtp, &server);
    assert!(smtp.heard().iter().all(|heard| heard.over_tls));
}

#[test]
fn mail_goes_over_tls_after_a_greeting_in_clear() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Starttls(authority.identity(HOST)));
    let server = server(&smtp, "starttls", &authority);
    ask_for_reset(&server, EMAIL).expect_done();
    expect_sent_under_tls(&smtp, &server);
}

#[test]
fn a_mail_server_that_offers_no_tls_gets_neither_login_nor_mail() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Clear);
    let sound = Protection::Starttls(authority.identity(HOST));
    expect_kept_until(&smtp, "starttls", &authority, sound);
}

#[test]
fn a_certificate_of_another_authority_gets_neither_login_nor_mail() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let smtp = SmtpServer::protected(Protection::Tls(stranger.identity(HOST)));
    let sound = Protection::Tls(authority.identity(HOST));
    expect_kept_until(&smtp, "tls", &authority, sound);

    let smtp = SmtpServer::protected(Protection::Starttls(stranger.identity(HOST)));
    let sound = Protection::Starttls(authority.identity(HOST));
    expect_kept_until(&smtp, "starttls", &authority, sound);
}

#[test]
fn a_certificate_for_another_name_gets_neither_login_nor_mail() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Tls(authority.identity("mail.example.org")));
    let sound = Protection::Tls(authority.identity(HOST));
    expect_kept_until(&smtp, "tls", &authority, sound);
}

#[test]
fn without_a_file_of_its_own_only_public_authorities_are_trusted() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Tls(authority.identity(HOST)));
    let server = Server::start_with(&smtp.config_with("security = \"tls\"\n"));
    create_account(&server, EMAIL, "x").expect_done();
    ask_for_reset(&server, EMAIL).expect_done();
    smtp.wait_for_connections(1);
    std::thread::sleep(Duration::from_millis(500));
    assert!(smtp.mails().is_empty() && smtp.heard().is_empty());
}

#[test]
fn a_new_password_of_the_mail_server_is_in_force_without_a_restart() {
    let authority = Authority::new();
    let smtp = SmtpServer::protected(Protection::Tls(authority.identity(HOST)));
    let server = server(&smtp, "tls", &authority);
    let file = server.home().join("keyhaven.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let logins = |password: &str| {
        let login = base64::engine::general_purpose::STANDARD.encode(format!("\0{USER}\0{password}"));
        let line = format!("AUTH PLAIN {login}");
        smtp.heard().iter().filter(|heard| heard.line == line).count()
    };
    let mail_one_more = |number: usize| {
        ask_for_reset(&server, EMAIL).expect_done();
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while smtp.mails().len() < number {
            assert!(std::time::Instant::now() < until, "{}", server.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    mail_one_more(1);
    assert_eq!((logins(PASSWORD), logins("the-next-one")), (1, 0));
    std::fs::write(&file, config.replace(PASSWORD, "the-next-one")).unwrap();
    server.reload();
    mail_one_more(2);
    assert_eq!((logins(PASSWORD), logins("the-next-one")), (1, 1));

    std::fs::write(&file, config.replace(PASSWORD, "\n")).unwrap();
    server.reload();
    assert!(
        server
            .log()
            .contains("the settings of the mail server stay as they are")
    );
    mail_one_more(3);
    assert_eq!(
        (logins(PASSWORD), logins("the-next-one")),
        (1, 1),
        "what was in force stays, connected as it is"
    );
    assert!(!server.log().contains("the-next-one"));
}
