//! An import that is killed at any moment is taken up again by the next run, and ends where one that was never killed
//! does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    campaign::{Numbers, rounds},
    server::{Server, command},
};
use serde_json::{Value, json};

use super::import::{HASH, PASSWORD, SALT};

const ACCOUNTS: usize = 24;
const OBJECTS: usize = 8;
const OBJECT_BYTES: usize = 24 * 1024;
/// Kills of one import; the next run goes on each time.
const KILLS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);

fn address(account: usize) -> String {
    format!("person{account:02}@example.org")
}

fn content(account: usize, object: usize) -> Vec<u8> {
    Numbers::new(u64::try_from(account * OBJECTS + object + 1).unwrap()).bytes(OBJECT_BYTES)
}

fn dump_in(folder: &Path) -> PathBuf {
    let dump = folder.join("dump");
    let user = json!({ "password_hash": {
        "hash": HASH, "salt": SALT, "keyLength": 66, "hashMethod": "pbkdf2", "iterations": 1000
    }});
    for account in 0..ACCOUNTS {
        let personas = dump.join(address(account)).join("personas");
        fs::create_dir_all(&personas).unwrap();
        fs::write(personas.with_file_name("user.json"), user.to_string()).unwrap();
        for object in 0..OBJECTS {
            fs::write(
                personas.join(format!("persona{object}")),
                content(account, object),
            )
            .unwrap();
        }
    }
    dump
}

fn import(server: &Server, dump: &Path) -> Command {
    let mut import = command();
    import.arg("import").arg(dump).arg("--data").arg(server.data());
    import.arg("--report").arg(server.home().join("report.json"));
    import
}

/// To its end, with its report.
fn run(server: &Server, dump: &Path) -> (Output, Value) {
    let output = import(server, dump).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let report = fs::read(server.home().join("report.json")).unwrap();
    (output, serde_json::from_slice(&report).unwrap())
}

/// How much stands in the database and its log.
fn stored_bytes(server: &Server) -> u64 {
    let len = |name: &str| fs::metadata(server.data().join(name)).map_or(0, |file| file.len());
    len("keyhaven.sqlite") + len("keyhaven.sqlite-wal")
}

/// Kills it once so many bytes more are stored; `false` if it came to its end before.
fn kill_after(server: &Server, import: &mut Child, more: u64) -> bool {
    let (before, until) = (stored_bytes(server), Instant::now() + PATIENCE);
    while stored_bytes(server) < before + more {
        if import.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < until, "the import does not go on");
        std::thread::sleep(Duration::from_micros(300));
    }
    import.kill().unwrap();
    !import.wait().unwrap().success()
}

/// Address, state, keys and bytes of every account: all but what is made anew by each import.
fn accounts(server: &Server) -> Vec<Vec<String>> {
    let listed = command()
        .args(["account", "list", "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    assert!(listed.status.success());
    let listed = String::from_utf8(listed.stdout).unwrap();
    let lines = listed.trim_end().lines();
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            [0, 2, 3, 4].map(|field| fields[field].to_owned()).to_vec()
        })
        .collect()
}

/// Everybody signs in and has what the dump has, once each.
fn expect_whole(server: &Server) {
    for account in 0..ACCOUNTS {
        let ask = |target: &str| {
            server
                .request("GET", target)
                .basic(&address(account), PASSWORD)
                .send()
        };
        let names: Vec<String> = (0..OBJECTS).map(|object| format!("persona{object}")).collect();
        assert_eq!(ask("/personas").json()["personas"], json!(names));
        for (object, name) in names.iter().enumerate() {
            let read = ask(&format!("/personas/{name}"));
            assert!(read.body == content(account, object), "{account} {name}: {read}");
            let versions = ask(&format!("/personas/{name}/versions")).json();
            assert_eq!(versions["versions"].as_array().unwrap().len(), 1, "written once");
        }
    }
}

#[test]
fn an_import_that_was_killed_is_taken_up_again_and_ends_as_one_that_was_not() {
    let undisturbed = Server::start();
    let dump = dump_in(undisturbed.home());
    let (output, report) = run(&undisturbed, &dump);
    assert_eq!(report["accounts_created"], ACCOUNTS);
    assert_eq!(report["objects_written"], ACCOUNTS * OBJECTS);
    // It says how far it is: from none to all, and rising.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let end = format!(" of {ACCOUNTS} accounts");
    let done: Vec<usize> = said
        .lines()
        .map(|line| line.strip_suffix(&end).and_then(|done| done.parse().ok()))
        .map(|done| done.unwrap_or_else(|| panic!("not how far it is: {said}")))
        .collect();
    assert_eq!((done.first(), done.last()), (Some(&0), Some(&ACCOUNTS)), "{said}");
    assert!(done.is_sorted(), "{said}");

    let all = u64::try_from(ACCOUNTS * OBJECTS * OBJECT_BYTES).unwrap();
    let mut numbers = Numbers::new(0x1407);
    for round in 0..rounds(20) {
        let server = Server::start();
        let mut killed = 0;
        for _ in 0..KILLS {
            // Each time up to a quarter of it.
            let more = u64::try_from(numbers.below(usize::try_from(all / 4).unwrap())).unwrap();
            let mut child = import(&server, &dump).stderr(Stdio::null()).spawn().unwrap();
            killed += usize::from(kill_after(&server, &mut child, more));
        }
        assert!(killed > 0, "no run was killed before its end");
        let (_, report) = run(&server, &dump);
        let count = |name: &str| usize::try_from(report[name].as_u64().unwrap()).unwrap();
        assert_eq!(
            count("accounts_created") + count("accounts_there_already"),
            ACCOUNTS
        );
        assert_eq!(
            count("objects_written") + count("objects_there_already"),
            ACCOUNTS * OBJECTS
        );
        assert!(count("objects_there_already") > 0, "round {round}: {report}");
        assert_eq!(report["left_out"], json!([]));
        assert_eq!(accounts(&server), accounts(&undisturbed));
        expect_whole(&server);
        let (_, again) = run(&server, &dump);
        let there = ["accounts_there_already", "objects_there_already"].map(|name| &again[name]);
        // Everybody has signed in since: the accounts are theirs, and left alone.
        assert_eq!(there, [&json!(0), &json!(0)]);
    }
}

#[test]
fn whoever_can_sign_in_after_an_import_was_killed_has_everything() {
    let server = Server::start();
    let dump = dump_in(server.home());
    let half = u64::try_from(ACCOUNTS * OBJECTS * OBJECT_BYTES / 2).unwrap();
    let mut child = import(&server, &dump).stderr(Stdio::null()).spawn().unwrap();
    assert!(kill_after(&server, &mut child, half), "it came to its end");
    let sign_in = |account| {
        server
            .request("GET", "/personas")
            .basic(&address(account), PASSWORD)
            .send()
    };
    let signed_in = (0..ACCOUNTS).filter(|account| {
        let answer = sign_in(*account);
        if answer.status == 200 {
            assert_eq!(
                answer.json()["personas"].as_array().unwrap().len(),
                OBJECTS,
                "{account}"
            );
        }
        answer.status == 200
    });
    let signed_in = signed_in.count();
    assert!((1..ACCOUNTS).contains(&signed_in), "{signed_in}");
    let (_, report) = run(&server, &dump);
    // Theirs from then on, and nothing of it is missing.
    let left_out = report["left_out"].as_array().unwrap();
    assert!(
        left_out.iter().all(|left| left["reason"] == "has_an_account"),
        "{report}"
    );
    assert_eq!(left_out.len(), signed_in);
    expect_whole(&server);
}
