//! A disk that is full, or fails, at any one step: each time a clear answer or an end with a code, and everything that
//! was acknowledged stands there at the next start. The kernel's answers are changed by strace.

use std::ffi::OsStr;

use keyhaven_server_tests::{campaign, http::Answer, person::create_account, server::Server};

use super::faults::{EMAIL, STRACE, complete_trace, end, expect_reason, expect_whole};
use super::ledger::{Ledger, Operation, PASSWORD};

/// In an ordinary run this many steps of each fault are tried, from the first to the last.
const TRIES: usize = 12;

/// Which calls fail, and how.
struct Fault {
    calls: &'static str,
    error: &'static str,
    /// The answers that a request may get while it is there, beside 200.
    answers: &'static [u16],
    /// Whether nobody knows what the disk holds once it met a file of the store.
    ends: bool,
}

const SYNC_FAILS: Fault = Fault {
    calls: "fsync,fdatasync",
    error: "EIO",
    answers: &[500, 503],
    ends: true,
};
const WRITE_FAILS: Fault = Fault {
    calls: "pwrite64",
    error: "EIO",
    answers: &[500, 503],
    ends: true,
};
const DISK_FULL: Fault = Fault {
    calls: "pwrite64",
    error: "ENOSPC",
    answers: &[503],
    ends: false,
};

#[test]
fn a_sync_that_fails_at_any_step_is_acknowledged_to_nobody_and_loses_nothing() {
    at_every_step(&SYNC_FAILS);
}

#[test]
fn a_write_that_fails_at_any_step_is_acknowledged_to_nobody_and_loses_nothing() {
    at_every_step(&WRITE_FAILS);
}

#[test]
fn a_disk_that_is_full_at_any_step_loses_nothing() {
    at_every_step(&DISK_FULL);
}

/// What came of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hit {
    Injected,
    /// There was no such step.
    Past,
}

fn at_every_step(fault: &Fault) {
    // How many steps there are: the first that no call reaches.
    let mut beyond = 1;
    while run(fault, beyond) == Hit::Injected {
        beyond *= 2;
    }
    let steps: Vec<usize> = (1..beyond).collect();
    let stride = if campaign::is_full() {
        1
    } else {
        steps.len().div_ceil(TRIES).max(1)
    };
    let mut injected = 0;
    let mut past_in_a_row = 0;
    for step in steps.into_iter().step_by(stride) {
        if run(fault, step) == Hit::Injected {
            injected += 1;
            past_in_a_row = 0;
        } else {
            past_in_a_row += 1;
        }
        // The number of calls differs a little from run to run.
        if past_in_a_row == 8 {
            break;
        }
    }
    assert!(injected >= 3, "{injected} calls of {} failed", fault.calls);
    println!(
        "{}: {} at {injected} steps, one in {stride}, up to {beyond}",
        fault.calls, fault.error
    );
}

/// A session whose `step`th call fails, a restart, and a comparison.
fn run(fault: &Fault, step: usize) -> Hit {
    // The folder is there, with an account; what its making meets is another test's.
    let mut prepared = Server::start();
    create_account(&prepared, EMAIL, PASSWORD).expect_done();
    prepared.stop();
    let trace = prepared.home().join("trace");
    let injection = format!("inject={}:error={}:when={step}", fault.calls, fault.error);
    let words = STRACE.map(OsStr::new);
    let traced = format!("trace={}", fault.calls);
    let more = ["-y", "-e", &traced, "-e", &injection].map(OsStr::new);
    let words: Vec<&OsStr> = words.into_iter().chain([trace.as_os_str()]).chain(more).collect();
    let mut ledger = Ledger::default();
    let server = match prepared.restart_under(&words) {
        Ok(mut server) => {
            let ended = write_something(&server, fault, &mut ledger);
            let met_store = fault.ends && has_met_store(&std::fs::read_to_string(&trace).unwrap());
            if ended || met_store {
                let status = server.wait_for_end();
                assert_eq!(status.code(), Some(1), "{status}: {}", server.log());
                assert!(
                    !met_store || server.log().contains("could not make a write durable"),
                    "{}",
                    server.log()
                );
            } else {
                end(&mut server);
            }
            server.restart()
        }
        Err(failed) => {
            expect_reason(&failed);
            failed.restart()
        }
    };
    ledger.settle(&server, EMAIL, 0);
    let trace = complete_trace(&server.home().join("trace"));
    expect_whole(server);
    if trace.contains("(INJECTED)") {
        Hit::Injected
    } else {
        Hit::Past
    }
}

/// Whether the fault met the database or its log. Letters are files, too, and are written again.
fn has_met_store(trace: &str) -> bool {
    trace
        .lines()
        .any(|line| line.contains("(INJECTED)") && line.contains("/keyhaven.sqlite"))
}

/// Writes, overwrites, deletes, asks for a mail. Whether the server ended by itself.
fn write_something(server: &Server, fault: &Fault, ledger: &mut Ledger) -> bool {
    for step in 0..6 {
        let operation = Operation::nth(step, 16 * 3 - 2);
        let answer = operation.send(server, EMAIL, 0);
        if answer.as_ref().is_some_and(|answer| answer.status == 200) {
            ledger.shown.apply(operation);
            ledger.acknowledged += 1;
            continue;
        }
        // What failed was not done, or was done and not acknowledged.
        ledger.in_flight = Some(operation);
        match answer {
            Some(answer) => expect_clear(&answer, fault),
            None => return true,
        }
        let one_more = server.request("GET", "/ready").try_send();
        return match one_more {
            None => true,
            // After a failed sync or write nothing is acknowledged any more.
            Some(ready) if ready.status == 200 => {
                assert_eq!(fault.error, "ENOSPC", "the server goes on: {ready}");
                false
            }
            Some(ready) => {
                expect_clear(&ready, fault);
                fault.error != "ENOSPC"
            }
        };
    }
    let asked = server
        .request("PUT", "/password/reset")
        .json(&serde_json::json!({ "email": EMAIL }))
        .try_send();
    match asked {
        Some(answer) if answer.status == 200 => false,
        Some(answer) => {
            expect_clear(&answer, fault);
            fault.error != "ENOSPC"
        }
        None => true,
    }
}

fn expect_clear(answer: &Answer, fault: &Fault) {
    assert!(fault.answers.contains(&answer.status), "{answer}");
    let _name = answer.error();
}
