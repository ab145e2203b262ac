//! What tests of faults share: the tracer's words, how a server may end, and what must stand in its store afterwards.

use std::{fs, path::Path, time::Duration};

use keyhaven_server_tests::{
    person::ask_for_reset,
    server::{NotStarted, Server, command},
};

/// Whose account the tests make.
pub(super) const EMAIL: &str = "carol@example.org";

/// A tracer that is not the server's parent; the file for the trace comes next.
pub(super) const STRACE: [&str; 5] = ["strace", "-D", "-f", "-q", "-o"];

/// The tracer ends after what it traces, with a word about that.
pub(super) fn complete_trace(file: &Path) -> String {
    for _ in 0..1_000 {
        let trace = fs::read_to_string(file).unwrap();
        if trace
            .lines()
            .last()
            .is_some_and(|line| line.contains("+++ exited"))
        {
            return trace;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the tracer does not end");
}

/// Asks a server to stop that may end by itself meanwhile, since it met the fault.
pub(super) fn end(server: &mut Server) {
    server.ask_to_stop();
    let status = server.wait_for_end();
    assert!(
        status.code().is_some_and(|code| code <= 1),
        "{status}: {}",
        server.log()
    );
}

/// Who reads the log of a start that failed learns why.
pub(super) fn expect_reason(failed: &NotStarted) {
    let log = failed.log();
    assert_eq!(failed.status.code(), Some(1), "{}: {log}", failed.status);
    let why = log.lines().rev().find_map(|line| line.strip_prefix("keyhaven: "));
    assert!(why.is_some_and(|why| why.contains(": ")), "no reason: {log}");
    assert!(!log.contains("panicked"), "{log}");
}

/// Every page, reference and object of the store, and that writing goes on.
pub(super) fn expect_whole(mut server: Server) {
    ask_for_reset(&server, EMAIL).expect_done();
    server.stop();
    let copy = server.home().join("copy");
    let made = command()
        .arg("backup")
        .arg(&copy)
        .arg("--data")
        .arg(server.data())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(copy.exists());
}
