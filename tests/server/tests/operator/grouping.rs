//! Writes that come together share one sync.

use std::{ffi::OsStr, fs, time::Duration};

use keyhaven_server_tests::{person::create_account, server::Server};

use super::{
    faults::STRACE,
    ledger::{Operation, PASSWORD},
};

const EMAIL: &str = "carol@example.org";
const WRITERS: u64 = 32;
const WRITES_EACH: u64 = 20;

#[test]
fn writes_of_many_people_share_syncs_and_each_is_acknowledged_after_one() {
    let mut server = Server::start();
    create_account(&server, EMAIL, PASSWORD).expect_done();
    server.stop();
    let trace = server.home().join("trace");
    let words = STRACE.map(OsStr::new);
    let more = ["-e", "trace=fsync,fdatasync"].map(OsStr::new);
    let words: Vec<&OsStr> = words.into_iter().chain([trace.as_os_str()]).chain(more).collect();
    let mut server = server.restart_under(&words).unwrap();
    // The password is hashed once; from here on nothing is slow but the disk.
    let first = server.request("GET", "/personas").basic(EMAIL, PASSWORD).send();
    assert_eq!(first.status, 200, "{first}");
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
