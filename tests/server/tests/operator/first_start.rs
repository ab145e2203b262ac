//! A start that meets a fault of the disk at any one step, in an empty folder or on a store: an end with code 1 and a
//! word about it, or a server that works; and the next start finds nothing half made. The kernel's answers are changed
//! by strace.

use std::{ffi::OsString, fs, path::Path};

use keyhaven_server_tests::{campaign, person::create_account, server::Server};

use super::faults::{EMAIL, STRACE, complete_trace, end, expect_reason, expect_whole};

const PASSWORD: &str = "typed";

/// Everything that a server makes or opens in its folder.
const FILES: [&str; 10] = [
    "",
    "keyhaven.lock",
    ".secrets.toml.part",
    "secrets.toml",
    "keyhaven.sqlite.new",
    "keyhaven.sqlite",
    "keyhaven.sqlite-journal",
    "keyhaven.sqlite-wal",
    "keyhaven.sqlite-shm",
    "outbox",
];

/// Which calls fail, and how.
#[derive(Debug, Clone, Copy)]
struct Fault {
    calls: &'static str,
    error: &'static str,
}

const fn fault(calls: &'static str, error: &'static str) -> Fault {
    Fault { calls, error }
}

const OPENING: Fault = fault("openat", "EACCES");
const TRUNCATING: Fault = fault("ftruncate", "EIO");
const WRITING: Fault = fault("write,pwrite64", "ENOSPC");
const SYNCING: Fault = fault("fsync,fdatasync", "EIO");

/// The kinds of calls that give files their names, or take them away.
const NAMING: [Fault; 4] = [
    fault("mkdir", "ENOSPC"),
    fault("linkat", "ENOSPC"),
    fault("rename", "EIO"),
    fault("unlink", "EIO"),
];

/// What stands in the folder before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folder {
    Empty,
    /// A store with an account and an object.
    Used,
}

#[test]
fn a_first_start_that_cannot_open_truncate_or_write_leaves_nothing_that_stops_the_next() {
    for fault in [OPENING, TRUNCATING, WRITING, SYNCING] {
        at_every_step(Folder::Empty, fault);
    }
}

#[test]
fn a_first_start_that_cannot_name_a_file_leaves_nothing_that_stops_the_next() {
    for fault in NAMING {
        at_every_step(Folder::Empty, fault);
    }
}

#[test]
fn a_start_on_a_store_that_cannot_open_or_truncate_loses_nothing() {
    for fault in [OPENING, TRUNCATING] {
        at_every_step(Folder::Used, fault);
    }
}

fn at_every_step(folder: Folder, fault: Fault) {
    let (mut hit, mut ended) = (0, 0);
    let mut step = 1;
    while let Some(outcome) = run(folder, fault, step) {
        hit += 1;
        ended += usize::from(outcome == Outcome::Ended);
        // In an ordinary run the first ones, which make the files, and then a few far apart.
        step = if campaign::is_full() || step < 3 {
            step + 1
        } else {
            step * 8
        };
    }
    assert!(hit > 0, "no {} was met", fault.calls);
    println!(
        "{folder:?}, {}: {} at {hit} steps, {ended} ended",
        fault.calls, fault.error
    );
}

/// What came of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Started,
    Ended,
}

/// A start whose `step`th call fails, a use if it started, and another start. Nothing if there was no such step.
fn run(folder: Folder, fault: Fault, step: usize) -> Option<Outcome> {
    let words = |home: &Path| words(home, fault, step);
    let started = match folder {
        Folder::Empty => Server::start_under(words),
        Folder::Used => {
            let mut prepared = Server::start();
            create_account(&prepared, EMAIL, PASSWORD).expect_done();
            put(&prepared).expect_done();
            prepared.stop();
            let words = words(prepared.home());
            let words: Vec<_> = words.iter().map(OsString::as_os_str).collect();
            prepared.restart_under(&words)
        }
    };
    let (server, outcome) = match started {
        Ok(mut server) => {
            if let Some(answer) = server.request("GET", "/ready").try_send() {
                assert!([200, 500, 503].contains(&answer.status), "{answer}");
            }
            end(&mut server);
            (server.restart(), Outcome::Started)
        }
        Err(failed) => {
            expect_reason(&failed);
            (failed.restart(), Outcome::Ended)
        }
    };
    match folder {
        Folder::Empty => {
            create_account(&server, EMAIL, PASSWORD).expect_done();
        }
        Folder::Used => {
            let stored = server
                .request("GET", "/personas/kept")
                .basic(EMAIL, PASSWORD)
                .send();
            assert_eq!(stored.body, b"stored before");
        }
    }
    let trace = complete_trace(&server.home().join("trace"));
    expect_whole(server);
    trace.contains("(INJECTED)").then_some(outcome)
}

fn put(server: &Server) -> keyhaven_server_tests::http::Answer {
    server
        .request("POST", "/personas/kept")
        .basic(EMAIL, PASSWORD)
        .body("application/octet-stream", b"stored before")
        .send()
}

/// A tracer that lets the `step`th of these calls on a file of the data folder fail.
fn words(home: &Path, fault: Fault, step: usize) -> Vec<OsString> {
    let mut words: Vec<OsString> = STRACE.map(OsString::from).to_vec();
    words.push(home.join("trace").into());
    for file in FILES {
        words.push("-P".into());
        words.push(home.join("data").join(file).into());
    }
    words.push("-e".into());
    words.push(format!("trace={}", fault.calls).into());
    words.push("-e".into());
    words.push(format!("inject={}:error={}:when={step}", fault.calls, fault.error).into());
    let _ = fs::remove_file(home.join("trace"));
    words
}
