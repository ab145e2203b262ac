//! The process: start, stop, and what it leaves.

use std::{
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use keyhaven_server_tests::{person::create_account, server::Server};

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let mut server = Server::start();
    create_account(&server, "carol@example.org", "x").expect_done();
    let store = server
        .request("POST", "/personas/a")
        .basic("carol@example.org", "x");
    store.body("application/zip", "bytes").send().expect_done();
    server.stop();
    let server = server.restart();
    let read = server
        .request("GET", "/personas/a")
        .basic("carol@example.org", "x")
        .send();
    assert_eq!(read.body, b"bytes");
}

#[test]
fn only_the_owner_can_read_what_is_kept() {
    let server = Server::start();
    let mode = |name: &str| {
        std::fs::metadata(server.data().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("secrets.toml"), 0o600);
    assert_eq!(mode("keyhaven.sqlite"), 0o600);
    assert_eq!(mode("."), 0o700);
}

#[test]
fn requests_that_are_open_when_the_server_is_told_to_stop_are_finished() {
    let mut server = Server::start();
    let address = server.address();
    let slow = std::thread::spawn(move || {
        // Each sign-up hashes a password, so that some are still open when the signal comes.
        let body = "email=open%40example.org&password=x";
        let head = format!(
            "POST /accounts HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        keyhaven_server_tests::http::exchange(address, &[head.as_bytes(), body.as_bytes()]).status
    });
    std::thread::sleep(Duration::from_millis(15));
    server.stop();
    assert_eq!(slow.join().unwrap(), 200);
}

const BLOCK: u64 = 512;
const MIB_IN_BLOCKS: u32 = 2 * 1024;
const OBJECT: usize = 300 * 1024;

/// Which file could not grow any more.
#[derive(Debug, PartialEq, Eq)]
enum Full {
    /// A COMMIT failed.
    Log,
    /// A copy failed.
    Database,
}

/// The log is shorter than what a copy begins with.
#[test]
fn a_disk_that_fails_at_a_commit_ends_the_process_and_loses_nothing_that_was_acknowledged() {
    expect_nothing_lost(2 * MIB_IN_BLOCKS, Duration::ZERO, &Full::Log);
}

/// Each time it was copied the log begins anew, at 8 MiB or a little later: the second copy does not find room. The
/// pauses are for the copies, which are made beside the writes.
#[test]
fn a_disk_that_fails_at_a_copy_ends_the_process_and_loses_nothing_that_was_acknowledged() {
    expect_nothing_lost(12 * MIB_IN_BLOCKS, Duration::from_millis(100), &Full::Database);
}

/// Of a server that has ended.
fn full(server: &Server, blocks_of_512: u32) -> Full {
    let len = |name: &str| std::fs::metadata(server.data().join(name)).unwrap().len();
    let most = u64::from(blocks_of_512) * BLOCK;
    let (log, database) = (len("keyhaven.sqlite-wal"), len("keyhaven.sqlite"));
    // A write ends where there is no more room, in the middle of a page too; what comes next would not have fitted.
    match (log == most, database == most) {
        (true, false) => Full::Log,
        (false, true) => Full::Database,
        neither => panic!("{neither:?}: the log has {log} bytes of {most}, the database file {database}"),
    }
}

fn expect_nothing_lost(blocks_of_512: u32, pause: Duration, expected: &Full) {
    let mut server = Server::start_with_files_up_to(blocks_of_512);
    create_account(&server, "carol@example.org", "x").expect_done();
    let body = |number: usize| vec![u8::try_from(number).unwrap(); OBJECT];
    let store = |server: &Server, number: usize| {
        server
            .request("POST", &format!("/personas/{number}"))
            .basic("carol@example.org", "x")
            .body("application/zip", body(number))
    };
    let mut acknowledged = Vec::new();
    // Far more than fits, so that the loop ends by a refusal or not at all.
    for number in 0..100 {
        match store(&server, number).try_send() {
            Some(answer) if answer.status == 200 => {
                acknowledged.push(number);
                std::thread::sleep(pause);
            }
            Some(answer) => {
                // What failed was not done, and was not the client's fault.
                assert!([500, 503].contains(&answer.status), "{answer}");
                let _name = answer.error();
                break;
            }
            None => break,
        }
    }
    assert!((3..99).contains(&acknowledged.len()), "{acknowledged:?}");
    let status = server.wait_for_end();
    assert_eq!(status.code(), Some(1), "{status}: {}", server.log());
    assert!(
        server.log().contains("could not make a write durable"),
        "{}",
        server.log()
    );
    assert_eq!(&full(&server, blocks_of_512), expected);

    let server = server.restart();
    for number in acknowledged {
        let read = server
            .request("GET", &format!("/personas/{number}"))
            .basic("carol@example.org", "x")
            .send();
        assert!(read.body == body(number), "{number}: {}", read.status);
    }
    store(&server, 100).send().expect_done();
}

#[test]
fn a_store_that_is_removed_ends_the_process_and_no_empty_one_takes_its_place() {
    let mut server = Server::start();
    create_account(&server, "carol@example.org", "x").expect_done();
    assert_eq!(server.request("GET", "/ready").send().status, 200);
    let store = server.data().join("keyhaven.sqlite");
    let aside = server.home().join("aside");
    std::fs::rename(&store, &aside).unwrap();
    // What it found last is said for a moment.
    let until = Instant::now() + Duration::from_secs(20);
    while server
        .request("GET", "/ready")
        .try_send()
        .is_some_and(|answer| answer.status == 200)
    {
        assert!(Instant::now() < until, "it looks at the file");
        std::thread::sleep(Duration::from_millis(50));
    }
    let status = server.wait_for_end();
    assert_eq!(status.code(), Some(1), "{status}: {}", server.log());
    assert!(server.log().contains("removed or replaced"), "{}", server.log());

    let refused = server
        .restart_under(&["env".as_ref()])
        .expect_err("there is no store");
    assert!(
        refused.log().contains("is gone: put it back"),
        "{}",
        refused.log()
    );
    assert!(!store.exists());
    std::fs::rename(aside, store).unwrap();
    let server = refused.restart();
    let read = server
        .request("GET", "/personas")
        .basic("carol@example.org", "x")
        .send();
    assert_eq!(read.status, 200, "{read}");
}
