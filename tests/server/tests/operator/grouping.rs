//! Writes that come together share one sync, and each is acknowledged after it.

use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use keyhaven_server_tests::{person::create_account, server::Server};

use super::{
    faults::STRACE,
    ledger::{Operation, PASSWORD},
};

const EMAIL: &str = "carol@example.org";
const WRITERS: u64 = 32;
const WRITES_EACH: u64 = 20;

#[test]
fn writes_of_many_people_share_syncs() {
    let (mut server, trace) = traced(&["-e", "trace=fsync,fdatasync"]);
    let syncs = || {
        fs::read_to_string(&trace)
            .unwrap()
            .lines()
            .filter(|line| line.contains("sync("))
            .count()
    };
    let before = syncs();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let server = &server;
            scope.spawn(move || {
                for step in 0..WRITES_EACH {
                    let answer = Operation::Write { id: step, seed: 1 }
                        .send(server, EMAIL, writer)
                        .unwrap();
                    assert_eq!(answer.status, 200, "{answer}");
                }
            });
        }
    });
    let writes = usize::try_from(WRITERS * WRITES_EACH).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let shared = syncs() - before;
    server.stop();
    println!("{writes} writes by {WRITERS} writers: {shared} syncs");
    assert!(
        shared >= usize::try_from(WRITES_EACH).unwrap(),
        "{shared} syncs: a writer waits for each of its own"
    );
    assert!(shared * 2 < writes, "{shared} syncs for {writes} writes");
}

#[test]
fn a_write_is_acknowledged_after_its_sync() {
    const SYNC_TAKES: Duration = Duration::from_millis(400);
    let delay = format!("inject=fsync,fdatasync:delay_enter={}", SYNC_TAKES.as_micros());
    let (mut server, _trace) = traced(&["-e", "trace=fsync,fdatasync", "-e", &delay]);
    for step in 0..3 {
        let begun = Instant::now();
        let answer = Operation::Write { id: step, seed: 1 }.send(&server, EMAIL, 0);
        let took = begun.elapsed();
        assert_eq!(answer.unwrap().status, 200);
        assert!(took >= SYNC_TAKES, "acknowledged after {took:?}");
    }
    server.stop();
}

/// A server with an account whose password it remembers, so that nothing is slow but the disk, under a tracer with these
/// words; and the trace.
fn traced(more: &[&str]) -> (Server, PathBuf) {
    let mut server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    server.stop();
    let trace = server.home().join("trace");
    let words = STRACE.map(OsStr::new).into_iter();
    let words: Vec<&OsStr> = words
        .chain([trace.as_os_str()])
        .chain(more.iter().map(OsStr::new))
        .collect();
    let server = server.restart_under(&words).unwrap();
    let first = server.request("GET", "/personas").basic(EMAIL, PASSWORD).send();
    assert_eq!(first.status, 200, "{first}");
    (server, trace)
}
