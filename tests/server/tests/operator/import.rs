//! `keyhaven import`: a dump in the original's layout, with hashes that Python computed.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    person::create_account,
    server::{Server, command},
};
use serde_json::{Value, json};

/// `base64.b64encode(hashlib.pbkdf2_hmac("sha1", b"hunter2", SALT.encode(), 1000, 66))`
pub(super) const PASSWORD: &str = "hunter2";
pub(super) const SALT: &str =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BB";
pub(super) const HASH: &str =
    "L7AuLb+OlzXQO3uE4siJIwODpIyZYeNuZmilUd8Pjk31iZRHrfEwmU5X+9E/Yya+rUzoemTB0rfWG6xx2Ux4lEXY";
const ZIP: &[u8] = b"PK\x03\x04 and so on";
const CODE: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

struct Dump(PathBuf);

impl Dump {
    fn new(server: &Server) -> Self {
        Self(server.home().join("dump"))
    }

    fn account(&self, folder: &str) -> PathBuf {
        self.account_with(
            folder,
            &json!({
                "hash": HASH, "salt": SALT, "keyLength": 66, "hashMethod": "pbkdf2", "iterations": 1000
            }),
        )
    }

    fn account_with(&self, folder: &str, hash: &Value) -> PathBuf {
        let path = self.0.join(folder);
        fs::create_dir_all(path.join("personas")).unwrap();
        let user = json!({ "password_hash": hash, "reset_code": CODE });
        fs::write(path.join("user.json"), user.to_string()).unwrap();
        path
    }

    fn import(&self, server: &Server, more: &[&str]) -> (Output, Value) {
        let report = server.home().join("report.json");
        let output = command()
            .arg("import")
            .arg(&self.0)
            .arg("--data")
            .arg(server.data())
            .arg("--config")
            .arg(server.home().join("keyhaven.toml"))
            .arg("--report")
            .arg(&report)
            .args(more)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(fs::metadata(&report).unwrap().permissions().mode() & 0o777, 0o600);
        let report = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
        (output, report)
    }
}

fn left_out(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut left_out: Vec<_> = report["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                text(&entry["folder"]),
                text(&entry["object"]),
                text(&entry["reason"]),
            )
        })
        .collect();
    left_out.sort();
    left_out
}

fn left_out_is(report: &Value, expected: &[(&str, &str, &str)]) {
    let mut expected: Vec<_> = expected
        .iter()
        .map(|(folder, object, reason)| ((*folder).to_owned(), (*object).to_owned(), (*reason).to_owned()))
        .collect();
    expected.sort();
    assert_eq!(left_out(report), expected);
}

fn stored_hash(server: &Server, wanted: &str) -> bool {
    let files = ["keyhaven.sqlite", "keyhaven.sqlite-wal"];
    files.iter().any(|file| {
        let bytes = fs::read(server.data().join(file)).unwrap_or_default();
        bytes
            .windows(wanted.len())
            .any(|window| window == wanted.as_bytes())
    })
}

#[test]
fn an_imported_person_signs_in_with_the_old_password_which_is_hashed_anew_at_once() {
    let mut server = Server::start();
    let dump = Dump::new(&server);
    let carol = dump.account("carol@example.org");
    fs::write(carol.join("personas/work"), ZIP).unwrap();
    fs::write(carol.join("personas/notes"), "text").unwrap();
    let (_, report) = dump.import(&server, &[]);
    assert_eq!(report["layout"], "bucket");
    assert_eq!(
        (&report["accounts_created"], &report["objects_written"]),
        (&json!(1), &json!(2))
    );
    left_out_is(&report, &[]);

    let ask = |server: &Server, method: &str, target: &str, password: &str| {
        server
            .request(method, target)
            .basic("Carol@Example.org", password)
            .send()
    };
    assert_eq!(ask(&server, "GET", "/personas", "hunter3").status, 401);
    let work = ask(&server, "GET", "/personas/work", PASSWORD);
    assert_eq!((work.status, work.body.as_slice()), (200, ZIP));
    assert_eq!(work.header("content-type"), "application/zip");
    assert_eq!(
        ask(&server, "GET", "/personas/notes", PASSWORD).header("content-type"),
        "application/octet-stream"
    );
    // The new hash is written before the first answer; the old one went with the log.
    server.stop();
    assert!(!stored_hash(&server, &HASH[..40]), "the old hash is still there");
    let server = server.restart();
    assert_eq!(ask(&server, "GET", "/personas", PASSWORD).status, 200);
    assert_eq!(ask(&server, "GET", "/personas", "hunter3").status, 401);
    // Codes of that time open nothing.
    keyhaven_server_tests::person::spend(&server, "carol@example.org", CODE, "x")
        .expect_failure(410, "invalid_reset_code");
}

#[test]
fn a_second_run_adds_what_is_missing_and_changes_nothing_that_is_there() {
    let server = Server::start();
    let dump = Dump::new(&server);
    let carol = dump.account("carol@example.org");
    fs::write(carol.join("personas/a"), ZIP).unwrap();
    let (_, first) = dump.import(&server, &[]);
    assert_eq!(first["objects_written"], 1);
    // The first run was ended before these.
    fs::write(carol.join("personas/b"), ZIP).unwrap();
    dump.account("dave@example.org");
    let (_, second) = dump.import(&server, &[]);
    assert_eq!(
        (&second["accounts_created"], &second["accounts_there_already"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&second["objects_written"], &second["objects_there_already"]),
        (&json!(1), &json!(1))
    );
    fs::write(carol.join("personas/a"), "other bytes").unwrap();
    let (_, third) = dump.import(&server, &[]);
    left_out_is(&third, &[("carol@example.org", "a", "differs_from_stored")]);

    // Once she has signed in, the account is hers and not the dump's.
    let list = server
        .request("DELETE", "/personas/b")
        .basic("carol@example.org", PASSWORD)
        .send();
    assert_eq!(list.status, 200, "{list}");
    let (_, fourth) = dump.import(&server, &[]);
    left_out_is(&fourth, &[("carol@example.org", "", "has_an_account")]);
    let listed = server
        .request("GET", "/personas")
        .basic("carol@example.org", PASSWORD)
        .send();
    assert_eq!(
        listed.json()["personas"],
        json!(["a"]),
        "what she deleted came back"
    );
}

#[test]
fn nothing_is_written_in_a_dry_run() {
    let server = Server::start();
    let dump = Dump::new(&server);
    fs::write(dump.account("carol@example.org").join("personas/a"), ZIP).unwrap();
    let (_, report) = dump.import(&server, &["--dry-run"]);
    assert_eq!(
        (&report["accounts_created"], &report["objects_written"]),
        (&json!(1), &json!(1))
    );
    let (_, report) = dump.import(&server, &[]);
    assert_eq!(
        (&report["accounts_created"], &report["accounts_there_already"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn spellings_of_one_address_are_left_out_and_no_data_meets_the_wrong_password() {
    let server = Server::start();
    create_account(&server, "erin@example.org", "her own").expect_done();
    let dump = Dump::new(&server);
    for folder in [
        "Carol@Example.org",
        "carol@example.org",
        "dave@example.org",
        "erin@example.org",
        "no at sign",
    ] {
        fs::write(dump.account(folder).join("personas/secret"), ZIP).unwrap();
    }
    let (output, report) = dump.import(&server, &[]);
    left_out_is(
        &report,
        &[
            ("Carol@Example.org", "", "several_spellings"),
            ("carol@example.org", "", "several_spellings"),
            ("erin@example.org", "", "has_an_account"),
            ("no at sign", "", "address_unusable"),
        ],
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("several spellings"));
    let list = |email: &str, password: &str| server.request("GET", "/personas").basic(email, password).send();
    assert_eq!(list("carol@example.org", PASSWORD).status, 401);
    assert_eq!(list("erin@example.org", PASSWORD).status, 401);
    assert_eq!(list("erin@example.org", "her own").json()["personas"], json!([]));
    assert_eq!(
        list("dave@example.org", PASSWORD).json()["personas"],
        json!(["secret"])
    );
}

#[test]
fn the_simulators_names_and_content_types_are_read() {
    let server = Server::start();
    let dump = Dump::new(&server);
    let carol = dump.account("a/^Carol@example.org");
    fs::write(carol.join("user.json.meta"), "{}").unwrap();
    fs::write(carol.join("personas/^My^Persona"), "bytes").unwrap();
    fs::write(
        carol.join("personas/^My^Persona.meta"),
        r#"{"ContentType":"text/x-persona"}"#,
    )
    .unwrap();
    let (_, report) = dump.import(&server, &[]);
    assert_eq!(report["layout"], "simulator");
    left_out_is(&report, &[]);
    let read = server
        .request("GET", "/personas/MyPersona")
        .basic("a/carol@example.org", PASSWORD)
        .send();
    assert_eq!((read.status, read.body.as_slice()), (200, b"bytes".as_slice()));
}

#[test]
fn a_hostile_dump_costs_what_its_bounds_say_and_no_link_is_followed() {
    let server = Server::start_with("[accounts]\nquota_bytes = 2000\n");
    fs::write(server.home().join("outside"), "not of the dump").unwrap();
    let dump = Dump::new(&server);
    let slow = json!({
        "hash": HASH, "salt": SALT, "keyLength": 66, "hashMethod": "pbkdf2", "iterations": 4_000_000_000_u32
    });
    dump.account_with("slow@example.org", &slow);
    dump.account_with("odd@example.org", &json!({ "hash": "x" }));
    let carol = dump.account("carol@example.org");
    fs::write(carol.join("personas/a"), vec![1; 1_500]).unwrap();
    fs::write(carol.join("personas/b"), vec![1; 1_500]).unwrap();
    fs::write(carol.join("personas/empty"), "").unwrap();
    fs::write(carol.join("personas/line\nbreak"), "x").unwrap();
    fs::File::create(carol.join("personas/long"))
        .unwrap()
        .set_len(10 * 1024 * 1024 + 1)
        .unwrap();
    symlink(server.home().join("outside"), carol.join("personas/link")).unwrap();
    fs::create_dir(carol.join("personas/folder")).unwrap();
    symlink(server.home(), dump.0.join("everything")).unwrap();
    let started = Instant::now();
    let (_, report) = dump.import(&server, &[]);
    assert!(started.elapsed() < Duration::from_secs(10));
    left_out_is(
        &report,
        &[
            ("slow@example.org", "", "hash_too_slow"),
            ("odd@example.org", "", "hash_unreadable"),
            ("everything", "", "not_a_file"),
            ("carol@example.org", "b", "quota_exceeded"),
            ("carol@example.org", "empty", "empty"),
            ("carol@example.org", "line\nbreak", "id_unusable"),
            ("carol@example.org", "long", "too_long"),
            ("carol@example.org", "link", "not_a_file"),
            ("carol@example.org", "folder", "not_a_file"),
        ],
    );
}

#[test]
fn what_a_copy_that_broke_off_lacks_is_told_apart_from_what_lies_about() {
    let server = Server::start();
    let dump = Dump::new(&server);
    dump.account("carol@example.org");
    let half = dump.account("dave@example.org");
    fs::write(half.join("personas/q"), "bytes").unwrap();
    fs::remove_file(half.join("user.json")).unwrap();
    fs::write(dump.0.join("stray.txt"), "a note").unwrap();
    let (_, report) = dump.import(&server, &[]);
    left_out_is(
        &report,
        &[
            ("dave@example.org", "", "no_user_file"),
            ("stray.txt", "", "not_of_the_layout"),
        ],
    );
    assert_eq!(report["accounts_created"], 1);
}

#[test]
fn a_folder_without_accounts_and_a_place_without_a_store_are_refused() {
    let server = Server::start();
    let refused = |dump: &Path, data: &Path, because: &str| {
        let output = command()
            .arg("import")
            .arg(dump)
            .arg("--data")
            .arg(data)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(because), "{said}");
    };
    refused(&server.home().join("dump"), &server.data(), "cannot read");
    let dump = Dump::new(&server);
    fs::create_dir(&dump.0).unwrap();
    refused(&dump.0, &server.data(), "has no account in it");
    dump.account("carol@example.org");
    refused(&dump.0, &server.home().join("elsewhere"), "there is no store");
}
