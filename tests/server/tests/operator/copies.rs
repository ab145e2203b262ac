//! `keyhaven backup` and `keyhaven restore`.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Output, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    campaign::{self, Numbers},
    device::{Device, QUICK_DERIVATION},
    mailbox,
    person::{Person, ask_for_reset, create_account, spend},
    server::{Server, UNCONFIRMED_IS_FINE, command},
};

use super::ledger::{Ledger, Operation, PASSWORD};

const EMAIL: &str = "carol@example.org";
const WRITERS: u64 = 4;
const KILLED_BACKUPS: usize = 200;
const DAMAGED_COPIES: usize = 400;

fn keyhaven(word: &str, file: &Path, data: &Path) -> Output {
    command()
        .arg(word)
        .arg(file)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn expect_done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

/// A server that must not start on a folder, and is ended if it does.
fn expect_not_served(data: &Path, because: &str) {
    let mut child = command()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > until {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    expect_refused(&child.wait_with_output().unwrap(), because);
}

fn expect_refused(output: &Output, because: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(
        said(output).contains(because),
        "not for this reason: {}",
        said(output)
    );
}

/// Puts the copy in the place of everything that the server has, and starts it again.
fn replace_all_by(mut server: Server, copy: &Path) -> Server {
    server.stop();
    fs::rename(server.data(), server.home().join("before")).unwrap();
    expect_done(&keyhaven("restore", copy, &server.data()));
    server.restart()
}

#[test]
fn a_copy_that_is_made_under_load_holds_everything_that_was_acknowledged_before() {
    let server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    let copy = server.home().join("copy");
    let stop = AtomicBool::new(false);
    let (at_start, at_end) = std::thread::scope(|scope| {
        let (tell, told) = std::sync::mpsc::channel();
        for writer in 0..WRITERS {
            let (tell, server, stop) = (tell.clone(), &server, &stop);
            scope.spawn(move || {
                for step in 0.. {
                    let operation = Operation::nth(step, writer);
                    let answer = operation.send(server, EMAIL, writer).unwrap();
                    assert_eq!(answer.status, 200, "{answer}");
                    tell.send((writer, operation)).unwrap();
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        drop(tell);
        let mut ledgers = vec![Ledger::default(); usize::try_from(WRITERS).unwrap()];
        let keep = |ledgers: &mut Vec<Ledger>, (writer, operation): (u64, Operation)| {
            let ledger = &mut ledgers[usize::try_from(writer).unwrap()];
            ledger.shown.apply(operation);
            ledger.acknowledged += 1;
        };
        while ledgers.iter().any(|ledger| ledger.acknowledged < 20) {
            keep(&mut ledgers, told.recv_timeout(Duration::from_secs(30)).unwrap());
        }
        for heard in told.try_iter() {
            keep(&mut ledgers, heard);
        }
        let at_start = ledgers.clone();
        expect_done(&keyhaven("backup", &copy, &server.data()));
        stop.store(true, Ordering::Relaxed);
        let later: Vec<_> = told.iter().collect();
        assert!(later.len() > 4, "nobody wrote while the copy was made");
        (at_start, later)
    });
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);

    let server = replace_all_by(server, &copy);
    for (writer, ledger) in (0..).zip(at_start) {
        // The copy is of some moment while the command ran.
        let later = at_end
            .iter()
            .filter(|(by, _)| *by == writer)
            .map(|(_, operation)| *operation);
        let mut moment = ledger.shown.clone();
        let mut found = moment.is_what_stands(&server, EMAIL, writer);
        for operation in later {
            moment.apply(operation);
            found = found || moment.is_what_stands(&server, EMAIL, writer);
        }
        assert!(
            found,
            "writer {writer}: the copy shows no state since it was begun"
        );
    }
}

#[test]
fn a_restored_copy_has_secrets_and_accounts_and_revives_no_session_and_no_code() {
    let server = Server::start();
    let mut dave = Person::with_backup(&server, "dave@example.org");
    let before = server.mailbox().mails().len();
    ask_for_reset(&server, &dave.email).expect_done();
    let code = mailbox::code(&server.mailbox().wait_for(before + 1));
    let salt = |server: &Server| {
        server
            .request("GET", "/persona/v1/kdf?email=dave%40example.org")
            .send()
            .body
    };
    let first_salt = salt(&server);
    let copy = server.home().join("copy");
    let words = expect_done(&keyhaven("backup", &copy, &server.data()));
    assert!(
        words.contains("copied 1 account with 0 objects, 0 bytes in"),
        "{words}"
    );

    let server = replace_all_by(server, &copy);
    assert_eq!(
        dave.request(&server, "GET", "/persona/v1/account").send().status,
        401,
        "the session came back"
    );
    spend(
        &server,
        &dave.email,
        &code,
        &keyhaven_server_tests::person::random::<32>(),
    )
    .expect_failure(410, "invalid_reset_code");
    assert_eq!(salt(&server), first_salt, "the secrets are not those of the copy");
    dave.sign_in(&server);
    assert_eq!(dave.release(&server, "password", &dave.auth_key).status, 200);
    for file in ["keyhaven.sqlite", "secrets.toml"] {
        let mode = fs::metadata(server.data().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_that_looks_like_a_copy() {
    let server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    for step in 0..40 {
        let answer = Operation::nth(step, 0).send(&server, EMAIL, 0).unwrap();
        assert_eq!(answer.status, 200, "{answer}");
    }
    let copy = server.home().join("copy");
    let elsewhere = server.home().join("elsewhere");
    let started = Instant::now();
    expect_done(&keyhaven("backup", &copy, &server.data()));
    let takes = u64::try_from(started.elapsed().as_micros()).unwrap();
    fs::remove_file(&copy).unwrap();
    let mut numbers = Numbers::new(0x6261_636b);
    let mut complete = 0;
    for _ in 0..campaign::rounds(KILLED_BACKUPS) {
        let mut child = command()
            .arg("backup")
            .arg(&copy)
            .arg("--data")
            .arg(server.data())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(numbers.next() % (takes + takes / 4)));
        let _ended = child.kill();
        child.wait().unwrap();
        if copy.exists() {
            complete += 1;
            expect_done(&keyhaven("restore", &copy, &elsewhere));
            fs::remove_dir_all(&elsewhere).unwrap();
            fs::remove_file(&copy).unwrap();
        }
    }
    println!("{complete} of {} were complete", campaign::rounds(KILLED_BACKUPS));
    expect_done(&keyhaven("backup", &copy, &server.data()));
    expect_done(&keyhaven("restore", &copy, &elsewhere));
}

#[test]
fn a_damaged_copy_is_refused_with_the_name_of_the_damage_and_nothing_is_restored() {
    let server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    for step in 0..6 {
        let answer = Operation::nth(step, 0).send(&server, EMAIL, 0).unwrap();
        assert_eq!(answer.status, 200, "{answer}");
    }
    let copy = server.home().join("copy");
    expect_done(&keyhaven("backup", &copy, &server.data()));
    let whole = fs::read(&copy).unwrap();
    let elsewhere = server.home().join("elsewhere");
    let refused = |bytes: &[u8], because: &str| {
        fs::write(&copy, bytes).unwrap();
        expect_refused(&keyhaven("restore", &copy, &elsewhere), because);
        assert!(!elsewhere.join("keyhaven.sqlite").exists());
        assert!(!elsewhere.join("secrets.toml").exists());
    };
    refused(b"", "is not a copy");
    refused(&[0x5a; 8_192], "is not a copy");
    refused(
        &fs::read(server.data().join("keyhaven.sqlite")).unwrap(),
        "is not a copy",
    );
    refused(&whole[..whole.len() - 4_096], "cut short");
    refused(&whole[..whole.len() - 1], "cut short");
    let mut numbers = Numbers::new(0x666c_6970);
    for _ in 0..campaign::rounds(DAMAGED_COPIES) {
        let mut flipped = whole.clone();
        // The header says what the file is, and is tried above.
        let position = 100 + numbers.below(whole.len() - 100);
        flipped[position] ^= 1 << (numbers.next() % 8);
        refused(&flipped, "does not match its checksum");
    }
    fs::write(&copy, &whole).unwrap();
    expect_done(&keyhaven("restore", &copy, &elsewhere));
}

#[test]
fn a_copy_is_restored_into_an_empty_folder_only_and_nothing_is_overwritten() {
    let server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    let copy = server.home().join("copy");
    expect_done(&keyhaven("backup", &copy, &server.data()));
    expect_refused(&keyhaven("backup", &copy, &server.data()), "is there already");
    expect_refused(&keyhaven("restore", &copy, &server.data()), "is using");
    let elsewhere = server.home().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("notes.txt"), "mine").unwrap();
    expect_refused(&keyhaven("restore", &copy, &elsewhere), "is not empty");
    fs::remove_file(elsewhere.join("notes.txt")).unwrap();
    expect_done(&keyhaven("restore", &copy, &elsewhere));
    expect_refused(&keyhaven("restore", &copy, &elsewhere), "is not empty");
    expect_refused(
        &keyhaven(
            "backup",
            &server.home().join("other"),
            &server.home().join("nowhere"),
        ),
        "no store",
    );
    // Without a server, too, and of a store that was restored.
    expect_done(&keyhaven("backup", &server.home().join("again"), &elsewhere));
}

#[test]
fn a_second_server_on_one_folder_is_refused_and_the_first_goes_on() {
    let server = Server::start();
    expect_not_served(&server.data(), "is using");
    server.request("GET", "/ready").send().expect_done();
}

#[test]
fn a_restore_that_was_interrupted_is_not_served_and_can_be_done_again() {
    let mut server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    let copy = server.home().join("copy");
    expect_done(&keyhaven("backup", &copy, &server.data()));
    server.stop();
    fs::remove_file(server.data().join("keyhaven.sqlite")).unwrap();
    fs::write(server.data().join("keyhaven.sqlite.restoring"), "half").unwrap();
    expect_not_served(&server.data(), "a restore was not finished here");
    fs::remove_dir_all(server.data().join("outbox")).unwrap();
    expect_done(&keyhaven("restore", &copy, &server.data()));
    let server = server.restart();
    let listed = server.request("GET", "/personas").basic(EMAIL, PASSWORD).send();
    assert_eq!(listed.status, 200, "{listed}");
}

#[test]
fn a_store_without_its_secrets_is_not_served_and_gets_no_new_ones() {
    let mut server = Server::start();
    server.stop();
    let secrets = server.data().join("secrets.toml");
    let kept = fs::read(&secrets).unwrap();
    fs::remove_file(&secrets).unwrap();
    expect_not_served(&server.data(), "is lost");
    assert!(!secrets.exists());
    expect_refused(
        &keyhaven("backup", &server.home().join("copy"), &server.data()),
        "cannot read",
    );
    fs::write(&secrets, kept).unwrap();
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o600)).unwrap();
    let server = server.restart();
    server.request("GET", "/ready").send().expect_done();
}

#[test]
fn under_another_name_a_copy_opens_by_the_recovery_code_and_under_its_own_by_the_password() {
    let password = "correct horse";
    let mut server = Server::start_with(&format!(
        "[accounts]\n{UNCONFIRMED_IS_FINE}\n{QUICK_DERIVATION}\n"
    ));
    let code = Device::new(&server).sign_up(EMAIL, password);
    let copy = server.home().join("copy");
    expect_done(&keyhaven("backup", &copy, &server.data()));
    let named = server.address();
    server = replace_all_by(server, &copy);
    assert_ne!(server.address(), named, "the trial has the name of the server");

    // The guide's trial: what a password derives to is bound to the name of the server, a recovery code is not.
    let device = Device::new(&server);
    assert!(device.sign_in(EMAIL, password).is_none());
    assert!(Device::called(named, &server).sign_in(EMAIL, password).is_some());
    assert!(device.recover(EMAIL, &code, "a password of the trial").is_some());
}
