//! `keyhaven account`, beside the running server.

use std::{
    io::Write as _,
    process::{Output, Stdio},
};

use keyhaven_server_tests::{
    person::{Person, create_account},
    server::{Server, command},
};

const DAVE: &str = "dave@example.org";

fn account(server: &Server, words: &[&str]) -> Output {
    command()
        .arg("account")
        .args(words)
        .arg("--data")
        .arg(server.data())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn accounts_are_listed_and_shown_while_the_server_runs_and_no_secret_is() {
    let server = Server::start();
    create_account(&server, "carol@example.org", "her password").expect_done();
    let dave = Person::with_backup(&server, DAVE);
    let list = said(&account(&server, &["list"]));
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(
        lines[0].starts_with("carol@example.org\t") && lines[0].contains("\tno keys\t"),
        "{list}"
    );
    assert!(
        lines[1].starts_with("dave@example.org\t") && lines[1].contains("\tkeys\t"),
        "{list}"
    );
    let by_address = said(&account(&server, &["show", "Dave@Example.ORG"]));
    assert!(
        by_address.contains("sessions  2") && by_address.contains("version 1"),
        "{by_address}"
    );
    let id = lines[1].split('\t').nth(1).unwrap();
    assert_eq!(said(&account(&server, &["show", id])), by_address);
    for secret in [
        &dave.auth_key,
        &dave.token,
        &dave.unlock_proof,
        &dave.recovery_auth,
        "argon2",
    ] {
        assert!(!list.contains(secret) && !by_address.contains(secret));
    }
    assert!(refused(&account(&server, &["show", "nobody@example.org"])).contains("no such account"));
}

#[test]
fn where_there_is_nothing_to_list_the_standard_output_is_empty() {
    let server = Server::start();
    let none = account(&server, &["list"]);
    assert_eq!(
        (none.stdout.as_slice(), none.stderr.as_slice()),
        (b"".as_slice(), b"no accounts\n".as_slice())
    );
    create_account(&server, "carol@example.org", "x").expect_done();
    let kept = account(&server, &["kept", "carol@example.org"]);
    assert_eq!(
        (kept.stdout.as_slice(), kept.stderr.as_slice()),
        (b"".as_slice(), b"nothing is kept\n".as_slice())
    );
    let shown = said(&account(&server, &["show", "carol@example.org"]));
    assert!(shown.contains("changed 0 times"), "{shown}");
    let list = account(&server, &["list"]);
    assert!(list.stderr.is_empty() && said(&list).ends_with("Z\n"), "{list:?}");
    assert_eq!(said(&list).lines().count(), 1);
}

#[test]
fn a_freeze_and_a_lift_by_the_operator_are_in_force_at_once_and_their_owner_is_told() {
    let server = Server::start();
    let mut dave = Person::with_backup(&server, DAVE);
    let before = server.mailbox().mails().len();
    assert!(said(&account(&server, &["freeze", DAVE])).contains("is frozen now"));
    assert_eq!(dave.sign_in(&server)["state"], "frozen");
    // The server looks into its queue every few seconds without being told to.
    let letter = server.mailbox().wait_for(before + 1);
    assert!(letter.contains("dave@example.org"), "{letter}");
    assert!(said(&account(&server, &["freeze", DAVE])).contains("already"));
    assert!(said(&account(&server, &["lift", DAVE])).contains("is active now"));
    assert_eq!(dave.sign_in(&server)["state"], "active");
}

#[test]
fn a_deletion_by_the_operator_waits_unless_it_is_to_be_at_once() {
    let server = Server::start();
    let dave = Person::with_backup(&server, DAVE);
    assert!(said(&account(&server, &["delete", DAVE])).contains("is deleted now"));
    assert_eq!(dave.try_sign_in(&server).status, 200, "it can be taken back");
    // What the standard input of a test has to say is nothing.
    assert!(refused(&account(&server, &["delete", DAVE, "--now"])).contains("nothing was done"));
    assert!(refused(&answered(&server, "carol@example.org\n")).contains("nothing was done"));
    assert_eq!(dave.try_sign_in(&server).status, 200, "it is still there");
    assert!(said(&answered(&server, "Dave@example.org\n")).contains("is gone"));
    assert_eq!(dave.try_sign_in(&server).status, 401);
    assert_eq!(said(&account(&server, &["list"])), "");
}

#[test]
fn a_deletion_by_the_operator_is_taken_back_as_its_letter_says() {
    const CAROL: &str = "carol@example.org";
    let server = Server::start();
    create_account(&server, CAROL, "typed").expect_done();
    let mut dave = Person::with_backup(&server, DAVE);
    let write = || {
        server
            .request("POST", "/personas/work")
            .basic(CAROL, "typed")
            .body("application/zip", b"hers")
            .send()
    };
    write().expect_done();
    for whose in [CAROL, DAVE] {
        assert!(said(&account(&server, &["delete", whose])).contains("is deleted now"));
    }
    for (whose, who_takes_it_back) in [
        (
            CAROL,
            "Your app cannot take the deletion back: until then, ask the operator",
        ),
        (DAVE, "Whoever signs in can take the deletion back."),
    ] {
        let letter = server.mailbox().letter(whose, "is going to be deleted", 1);
        assert!(letter.words().contains(who_takes_it_back), "{letter:?}");
    }
    write().expect_failure(403, "account_deleted");

    // Both: an operator does not know what their owners' apps can do.
    for whose in [CAROL, DAVE] {
        assert!(said(&account(&server, &["undelete", whose])).contains("is active now"));
    }
    for whose in [CAROL, DAVE] {
        let _letter = server.mailbox().letter(whose, "is not going to be deleted", 1);
    }
    write().expect_done();
    assert_eq!(dave.sign_in(&server)["state"], "active");
    assert!(said(&account(&server, &["undelete", DAVE])).contains("active already"));
    said(&account(&server, &["freeze", DAVE]));
    assert!(refused(&account(&server, &["undelete", DAVE])).contains("that is frozen"));
}

#[test]
fn a_deletion_at_once_that_is_told_yes_does_not_ask() {
    let server = Server::start();
    create_account(&server, DAVE, "typed").expect_done();
    assert!(said(&account(&server, &["delete", DAVE, "--now", "--yes"])).contains("is gone"));
    assert_eq!(said(&account(&server, &["list"])), "");
}

/// Deletes the account at once, and types this when it is asked.
fn answered(server: &Server, line: &str) -> Output {
    let mut child = command()
        .args(["account", "delete", DAVE, "--now", "--data"])
        .arg(server.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asked = child.stdin.take().unwrap();
    asked.write_all(line.as_bytes()).unwrap();
    drop(asked);
    child.wait_with_output().unwrap()
}

#[test]
fn what_a_client_of_the_original_wire_lost_comes_back_by_a_command() {
    const CAROL: &str = "carol@example.org";
    let server = Server::start();
    create_account(&server, CAROL, "typed").expect_done();
    let ask = |method: &str, id: &str| {
        server
            .request(method, &format!("/personas/{id}"))
            .basic(CAROL, "typed")
    };
    let store = |id: &str, bytes: &[u8]| {
        ask("POST", id)
            .body("application/zip", bytes)
            .send()
            .expect_done()
    };
    store("work", b"first");
    store("work", b"overwritten by mistake");
    store("-home", b"deleted by mistake");
    ask("DELETE", "-home").send().expect_done();

    let list = said(&account(&server, &["kept", CAROL]));
    let lines: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    let [deleted, shown, earlier] = lines.as_slice() else {
        panic!("not three versions: {list}");
    };
    assert_eq!(deleted[..3], ["-home", "version 1", "18 bytes"], "{list}");
    assert!(
        deleted[4].starts_with("deleted 2") && deleted[4].contains(", kept until 2"),
        "{list}"
    );
    assert_eq!(
        (shown[..3].to_vec(), shown[4]),
        (vec!["work", "version 2", "22 bytes"], "shows now")
    );
    assert_eq!(
        (earlier[1], earlier[4]),
        ("version 1", "kept among the newest 10")
    );

    let bring_back = |words: &[&str]| account(&server, &[&["bring-back", CAROL], words].concat());
    assert!(refused(&bring_back(&["work"])).contains("is not deleted"));
    assert!(refused(&bring_back(&["work", "--version", "7"])).contains("nothing of that name and number"));
    assert!(said(&bring_back(&["-home"])).contains("as version 3"));
    assert!(said(&bring_back(&["work", "--version", "1"])).contains("as version 3"));
    assert_eq!(ask("GET", "-home").send().body, b"deleted by mistake");
    assert_eq!(ask("GET", "work").send().body, b"first");
    assert!(!said(&account(&server, &["kept", CAROL])).contains("deleted"));

    said(&account(&server, &["freeze", CAROL]));
    assert!(refused(&bring_back(&["work", "--version", "2"])).contains("that is frozen"));
    let dave = Person::with_backup(&server, DAVE);
    let of_dave = account(&server, &["bring-back", &dave.email, "work"]);
    assert!(refused(&of_dave).contains("in the app"));
}

/// Only root can be refused so, and only root can make the case.
#[test]
fn root_writes_nothing_beside_the_store_of_another_user() {
    const NOBODY: u32 = 65_534;
    if !rustix::process::geteuid().is_root() {
        println!("not root: nothing to refuse");
        return;
    }
    let server = Server::start();
    let store = server.data().join("keyhaven.sqlite");
    std::os::unix::fs::chown(&store, Some(NOBODY), None).unwrap();
    let why = refused(&account(&server, &["list"]));
    assert!(why.contains("sudo -u '#65534'"), "{why}");
    std::os::unix::fs::chown(&store, Some(0), None).unwrap();
    said(&account(&server, &["list"]));
}

#[test]
fn commands_and_the_server_write_at_the_same_time() {
    let server = Server::start();
    create_account(&server, "carol@example.org", "x").expect_done();
    let _dave = Person::with_backup(&server, DAVE);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..150 {
                let stored = server
                    .request("POST", &format!("/personas/{number}"))
                    .basic("carol@example.org", "x")
                    .body("application/zip", vec![7; 20_000])
                    .send();
                stored.expect_done();
            }
        });
        while !writer.is_finished() {
            assert!(said(&account(&server, &["freeze", DAVE])).contains("frozen"));
            assert!(said(&account(&server, &["lift", DAVE])).contains("active"));
        }
        writer.join().unwrap();
    });
}
