//! What is written down of a full run: nothing that is secret, and nobody's address. And what the files hold.

mod full_run;

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use base64::Engine as _;
use keyhaven_server_tests::{
    person::{Person, ask_for_reset, create_account},
    server::{Server, command},
    smtp::SmtpServer,
    travelled::forms,
};
use memchr::memmem::Finder;

use self::full_run::{Traces, full_run};

#[test]
fn the_log_of_a_full_run_holds_no_secret_and_no_address() {
    let server = Server::start_with("[log]\nlevel = \"debug\"\n");
    let Traces { secrets, private } = full_run(&server);
    let log = server.log();
    assert!(
        log.lines().filter(|line| line.contains("answered")).count() > 20,
        "{log}"
    );
    expect_no_secret(&secrets, &[("the log".to_owned(), log.clone().into_bytes())]);
    let private = private.iter().map(String::as_str);
    for word in private.chain(["authorization", "Basic ", "Bearer "]) {
        assert!(!log.contains(word), "{word} in {log}");
    }
}

/// The fields of the operator's guide.
fn documented_fields() -> Vec<String> {
    let page = include_str!("../../../docs/operating.md");
    let (_, section) = page.split_once("\n## What is logged\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fields: Vec<String> = section
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    assert!(fields.len() > 5, "{fields:?}");
    fields
}

#[test]
fn a_log_for_machines_has_the_fields_that_the_guide_names_and_no_others() {
    let config = "metrics = \"127.0.0.1:0\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
                  [log]\nformat = \"json\"\nlevel = \"debug\"\n[accounts]\nsign_ups = 4\n";
    let server = Server::start_with(config);
    let Traces { private, .. } = full_run(&server);
    let person = Person::new("third.person@example.org");
    let forwarded = server
        .request("GET", "/persona/v1/kdf?email=seen.person@example.org")
        .header("x-forwarded-for", "198.51.100.77")
        .header("user-agent", "telltale/1.0")
        .send();
    assert_eq!(forwarded.status, 200);
    // One that is refused for its network says so in the log.
    person.sign_up(&server).expect_done();
    person.sign_up(&server).expect_failure(429, "rate_limited");
    let fields = documented_fields();
    let log = server.log();
    let mut messages = 0;
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let named = |at: &serde_json::Value| -> Vec<String> {
            let names = at.as_object().map(|object| object.keys().cloned().collect());
            names.unwrap_or_default()
        };
        for name in named(&line) {
            let known = ["timestamp", "level", "fields", "target", "span", "spans"];
            assert!(known.contains(&name.as_str()), "{name} in {line}");
        }
        for name in named(&line["fields"]) {
            assert!(name == "message" || fields.contains(&name), "{name} in {line}");
        }
        for name in named(&line["span"]) {
            assert!(name == "name" || fields.contains(&name), "{name} in {line}");
        }
        messages += 1;
    }
    assert!(messages > 20, "{log}");
    assert!(log.contains("its network has used up its allowance"), "{log}");
    let telltales = ["198.51.100", "telltale", "seen", "third"].map(str::to_owned);
    let secrets = server.note_secrets().all();
    expect_no_secret(&secrets, &[("the log".to_owned(), log.clone().into_bytes())]);
    for word in private.iter().chain(&telltales) {
        assert!(!log.contains(word.as_str()), "{word} in {log}");
        let encoded = base64::engine::general_purpose::STANDARD.encode(word);
        assert!(
            word.len() < 8 || !log.contains(encoded.trim_end_matches('=')),
            "{word} in {log}"
        );
    }
}

#[test]
fn a_log_for_machines_is_one_object_a_line_with_the_id_of_the_request() {
    let server = Server::start_with("[log]\nformat = \"json\"\n");
    let answer = server.request("GET", "/personas/a").send();
    let log = server.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = lines
        .iter()
        .find(|line| line["fields"]["message"] == "answered")
        .unwrap();
    assert_eq!(line["span"]["request_id"], answer.header("x-request-id"));
    assert_eq!(line["fields"]["route"], "/personas/{id}");
    assert_eq!(line["fields"]["method"], "GET");
    assert_eq!(line["fields"]["status"], 401);
    assert!(line["fields"]["duration_ms"].is_u64());
}

#[test]
fn neither_the_database_nor_a_copy_of_it_holds_a_secret_in_clear() {
    let mut server = Server::start();
    let Traces { secrets, .. } = full_run(&server);
    let copy = copy(&server);
    // With the log beside the database, in which what was removed again stands still.
    server.kill();
    let mut files = files(&server.data());
    assert!(
        files
            .iter()
            .any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty())
    );
    let mut server = server.restart();
    server.stop();
    files.extend(self::files(&server.data()));
    let stored = |bytes: &[u8]| Finder::new("sealed content of a persona").find(bytes).is_some();
    assert!(
        files.iter().any(|(_, bytes)| stored(bytes)) && stored(&copy),
        "the search finds things"
    );
    files.push(("the copy".to_owned(), copy));
    expect_no_secret(&secrets, &files);
}

/// None of these stands in any of the files, in any form.
fn expect_no_secret(secrets: &BTreeSet<String>, files: &[(String, Vec<u8>)]) {
    for secret in secrets {
        for form in forms(secret) {
            let finder = Finder::new(&form);
            for (name, bytes) in files {
                assert!(
                    finder.find(bytes).is_none(),
                    "{secret} in {name}, as {}",
                    String::from_utf8_lossy(&form)
                );
            }
        }
    }
}

/// What `keyhaven backup` writes of a running store.
fn copy(server: &Server) -> Vec<u8> {
    let file = server.home().join("copy");
    let made = command()
        .arg("backup")
        .arg(&file)
        .arg("--data")
        .arg(server.data())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    std::fs::read(file).unwrap()
}

/// Everything in the folder but the mail.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|entry| {
            (
                entry.path().display().to_string(),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

#[test]
fn what_a_mail_server_says_is_not_logged() {
    let smtp = SmtpServer::knowing_nobody();
    let server = Server::start_with(&format!("{}[log]\nlevel = \"debug\"\n", smtp.config()));
    create_account(&server, "carol@example.org", "x").expect_done();
    ask_for_reset(&server, "carol@example.org").expect_done();
    let until = Instant::now() + Duration::from_secs(30);
    while !server.log().contains("a mail did not go out") {
        assert!(Instant::now() < until, "{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    let log = server.log();
    for words in ["carol", "nobody", "mail.example.net"] {
        assert!(!log.contains(words), "{words} in {log}");
    }
    assert!(log.contains("550"), "{log}");
}
