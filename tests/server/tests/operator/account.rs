//! `keyhaven account`, beside the running server.

use std::process::Output;

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
    assert!(said(&account(&server, &["delete", DAVE, "--now"])).contains("is gone"));
    assert_eq!(dave.try_sign_in(&server).status, 401);
    assert_eq!(said(&account(&server, &["list"])).trim(), "");
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
