//! A disk that fails or is full while the log is copied into the database file. Beside the writes another connection
//! copies, from 2,000 pages in the log on; from 8,000 on the writer copies the rest itself. Whatever fails there, what
//! was acknowledged stands there at the next start. strace changes the kernel's answers to one of the two alone, and for
//! one of the store's files.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    campaign,
    http::{Answer, Request},
    person::create_account,
    server::Server,
};

use super::{
    faults::{EMAIL, expect_whole},
    ledger::PASSWORD,
    tracer::{StoreThreads, Tracer},
};

const DATABASE: &str = "keyhaven.sqlite";
const LOG: &str = "keyhaven.sqlite-wal";
/// Into the database file only copies write.
const CALLS: &str = "pwrite64,fsync,fdatasync";

const OBJECT: usize = 2 * 1024 * 1024;
/// 20 MiB: the copies beside the writes begin with the fourth.
const OBJECTS: usize = 10;
/// 50 MiB: until then the copy that is waited for has come.
const MOST_OBJECTS: usize = 25;
/// More than the 8,000 pages from which the writer copies, and 8,000 more than the copy beside the writes begins with.
const LONG_LOG: u64 = 40 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// Which call of a copy fails.
struct Failure {
    file: &'static str,
    rule: &'static str,
    /// Pages that were copied by then, at least.
    pages: usize,
}

const PAGE: Failure = Failure {
    file: DATABASE,
    rule: "pwrite64:error=EIO:when=200",
    pages: 199,
};
/// It comes where all of the log was copied: no write may come between.
const SYNC: Failure = Failure {
    file: DATABASE,
    rule: "fsync,fdatasync:error=EIO:when=1",
    pages: 1_500,
};
const SYNC_OF_THE_NEXT: Failure = Failure {
    file: DATABASE,
    rule: "fsync,fdatasync:error=EIO:when=2",
    pages: 3_000,
};
/// A copy begins with it.
const SYNC_OF_THE_LOG: Failure = Failure {
    file: LOG,
    rule: "fsync,fdatasync:error=EIO:when=1",
    pages: 0,
};

#[test]
fn a_copy_beside_the_writes_that_fails_ends_the_process_and_loses_nothing_that_was_acknowledged() {
    let short = [PAGE, SYNC, SYNC_OF_THE_LOG];
    let long = campaign::is_full().then_some(SYNC_OF_THE_NEXT);
    for failure in short.into_iter().chain(long) {
        let mut session = Session::begin();
        let copier = session.trace_others(failure.file, failure.rule);
        session.store_until(|_| {
            copier.wait_until_quiet();
            copier.has_failed()
        });
        failure.expect_in(&copier);
        session.expect_end();
    }
}

#[test]
fn a_copy_by_the_writer_that_fails_ends_the_process_and_loses_nothing_that_was_acknowledged() {
    for failure in [PAGE, SYNC] {
        let mut session = Session::begin();
        let writer = session.with_a_long_log(failure.rule);
        failure.expect_in(&writer);
        session.expect_end();
    }
}

#[test]
fn a_disk_that_is_full_during_a_copy_beside_the_writes_loses_nothing_and_is_copied_to_later() {
    let mut session = Session::begin();
    let copier = session.trace_others(DATABASE, "pwrite64:error=ENOSPC:when=200+");
    // A page in the log is two calls: the log takes no more soon after the copy has begun.
    let writer = session.trace_writer(LOG, "pwrite64:error=ENOSPC:when=3200+");
    session.store_until(|_| writer.has_failed());
    let refused = session.try_store().expect("an answer");
    refused.expect_failure(503, "busy");
    assert!(copier.calls_before_the_first_fault().len() >= 199);
    drop((copier, writer));

    session.store_until(|session| session.acknowledged.len() >= OBJECTS);
    session.expect_copied(8 * 1024 * 1024);
    session.expect_orderly();
}

#[test]
fn a_disk_that_is_full_during_a_copy_by_the_writer_loses_nothing_and_is_copied_to_later() {
    let mut session = Session::begin();
    let writer = session.with_a_long_log("pwrite64:error=ENOSPC:when=200+");
    assert!(writer.calls_before_the_first_fault().len() >= 199);
    // The log has room.
    session.store();
    drop(writer);
    session.store();
    session.expect_copied(LONG_LOG);
    session.expect_orderly();
}

impl Failure {
    /// It came, and not before the copy was under way.
    fn expect_in(&self, copy: &Tracer) {
        let before = copy.calls_before_the_first_fault();
        let pages = before.iter().filter(|call| call.contains("pwrite64(")).count();
        assert!(pages >= self.pages, "{} after {pages} pages", self.rule);
    }
}

/// A server and what it acknowledged.
struct Session {
    server: Server,
    threads: StoreThreads,
    /// Numbers of the objects.
    acknowledged: Vec<u8>,
    /// Number of the next one. One that was not acknowledged is not sent again.
    next: u8,
}

impl Session {
    fn begin() -> Self {
        let server = Server::start();
        create_account(&server, EMAIL, PASSWORD).expect_done();
        store_at(&server, 0).expect("an answer").expect_done();
        Self {
            threads: StoreThreads::of(&server),
            server,
            acknowledged: vec![0],
            next: 1,
        }
    }

    fn trace_others(&self, file: &str, rule: &str) -> Tracer {
        let file = self.server.data().join(file);
        Tracer::attach(&self.server, &self.threads.others, &file, CALLS, rule)
    }

    fn trace_writer(&self, file: &str, rule: &str) -> Tracer {
        let file = self.server.data().join(file);
        Tracer::attach(&self.server, &[self.threads.writer], &file, CALLS, rule)
    }

    /// While a copy beside the writes waits for the sync that it begins with, the log grows long. The writer copies what
    /// is left then, under this rule.
    fn with_a_long_log(&mut self, rule: &str) -> Tracer {
        let writer = self.trace_writer(DATABASE, rule);
        let copier = self.trace_others(LOG, "fsync,fdatasync:delay_enter=600s:when=1");
        self.store_until(|session| session.len_of(LOG) >= LONG_LOG);
        assert_eq!(
            self.acknowledged.len(),
            usize::from(self.next),
            "nothing was refused"
        );
        assert_eq!(
            writer.calls(),
            Vec::<String>::new(),
            "the writer has copied nothing yet"
        );
        drop(copier);
        writer
    }

    fn try_store(&mut self) -> Option<Answer> {
        let number = self.next;
        self.next += 1;
        let answer = store_at(&self.server, number);
        if answer.as_ref().is_some_and(|answer| answer.status == 200) {
            self.acknowledged.push(number);
        }
        answer
    }

    fn store(&mut self) {
        self.try_store().expect("an answer").expect_done();
    }

    /// Stores until it has come to this, or to an end of the server.
    fn store_until(&mut self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            assert!(usize::from(self.next) < MOST_OBJECTS, "it does not come to this");
            match self.try_store() {
                None => return,
                Some(answer) if answer.status == 200 => {}
                Some(answer) => {
                    assert!([500, 503].contains(&answer.status), "{answer}");
                    let _name = answer.error();
                    return;
                }
            }
        }
    }

    fn path_of(&self, file: &str) -> PathBuf {
        self.server.data().join(file)
    }

    fn len_of(&self, file: &str) -> u64 {
        fs::metadata(self.path_of(file)).unwrap().len()
    }

    /// The log is copied again, until the database file is as long as this.
    fn expect_copied(&self, len: u64) {
        let until = Instant::now() + PATIENCE;
        while self.len_of(DATABASE) < len {
            assert!(
                Instant::now() < until,
                "{} bytes were copied",
                self.len_of(DATABASE)
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The server ends by itself.
    fn expect_end(mut self) {
        let status = self.server.wait_for_end();
        let log = self.server.log();
        assert_eq!(status.code(), Some(1), "{status}: {log}");
        assert!(log.contains("could not make a write durable"), "{log}");
        self.expect_nothing_lost();
    }

    /// The server goes on, and ends when it is asked to.
    fn expect_orderly(mut self) {
        self.server.stop();
        self.expect_nothing_lost();
    }

    fn expect_nothing_lost(self) {
        let server = self.server.restart();
        for number in 0..self.next {
            let read = request(&server, "GET", number).send();
            let absent = read.status == 410 && !self.acknowledged.contains(&number);
            assert!(
                absent || read.body == content(number),
                "{number}: {}",
                read.status
            );
        }
        store_at(&server, self.next).expect("an answer").expect_done();
        expect_whole(server);
    }
}

fn request(server: &Server, method: &str, number: u8) -> Request {
    server
        .request(method, &format!("/personas/{number}"))
        .basic(EMAIL, PASSWORD)
}

fn store_at(server: &Server, number: u8) -> Option<Answer> {
    let request = request(server, "POST", number);
    request.body("application/zip", content(number)).try_send()
}

fn content(number: u8) -> Vec<u8> {
    vec![number; OBJECT]
}
