//! strace on a running server: the kernel's answers to some of its threads are changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use keyhaven_server_tests::server::Server;

/// How the threads that hold a connection to the store are named, as far as the kernel keeps a name.
const OF_THE_STORE: &str = "sqlx-sqlite-wor";
const CHANGED: &str = "(INJECTED)";
const PATIENCE: Duration = Duration::from_secs(30);

/// A thread of a server.
pub(super) type Thread = u32;

/// The one that writes, and the others.
#[derive(Debug)]
pub(super) struct StoreThreads {
    pub(super) writer: Thread,
    /// They read, and one of them copies the log.
    pub(super) others: Vec<Thread>,
}

impl StoreThreads {
    /// Of a server that has stored more than a thread writes at its start, and copied nothing yet.
    pub(super) fn of(server: &Server) -> Self {
        let tasks = PathBuf::from(format!("/proc/{}/task", server.process_id()));
        let mut threads: Vec<(u64, Thread)> = fs::read_dir(tasks)
            .unwrap()
            .map(|task| task.unwrap().path())
            .filter(|task| {
                fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == OF_THE_STORE)
            })
            .map(|task| (bytes_written(&task), thread_of(&task)))
            .collect();
        threads.sort_unstable();
        let (most, writer) = threads.pop().expect("threads of the store");
        let next = threads.last().expect("a thread that copies").0;
        assert!(
            most > 1 << 20 && next < 1 << 20,
            "{writer} wrote {most}, {threads:?}"
        );
        let others = threads.into_iter().map(|(_, thread)| thread).collect();
        Self { writer, others }
    }
}

fn thread_of(task: &Path) -> Thread {
    task.file_name().unwrap().to_str().unwrap().parse().unwrap()
}

fn bytes_written(task: &Path) -> u64 {
    let counts = fs::read_to_string(task.join("io")).unwrap();
    let written = counts.lines().find_map(|line| line.strip_prefix("wchar: "));
    written.unwrap().parse().unwrap()
}

/// Lets go of the threads when it is dropped.
#[derive(Debug)]
pub(super) struct Tracer {
    strace: Child,
    trace: PathBuf,
}

impl Tracer {
    /// Changes what these threads hear of these calls for this file alone, by a rule in strace's words. What a rule
    /// counts it counts for each thread.
    pub(super) fn attach(server: &Server, threads: &[Thread], file: &Path, calls: &str, rule: &str) -> Self {
        let first = threads.first().expect("a thread");
        let trace = server.home().join(format!("trace-{first}"));
        let mut strace = Command::new("strace");
        strace
            .args(["-q", "-s", "0", "-o"])
            .arg(&trace)
            .arg("-P")
            .arg(file);
        strace.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={rule}")]);
        for thread in threads {
            strace.args(["-p", &thread.to_string()]);
        }
        let strace = strace
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("strace");
        let until = Instant::now() + PATIENCE;
        while !threads.iter().all(|thread| is_traced(server, *thread)) {
            assert!(Instant::now() < until, "the tracer does not attach");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { strace, trace }
    }

    /// The calls so far, a line each.
    pub(super) fn calls(&self) -> Vec<String> {
        let trace = fs::read_to_string(&self.trace).unwrap_or_default();
        trace.lines().map(str::to_owned).collect()
    }

    /// Whether the kernel has given a changed answer.
    pub(super) fn has_failed(&self) -> bool {
        self.calls().iter().any(|call| call.contains(CHANGED))
    }

    /// Waits until no call has come for a moment.
    pub(super) fn wait_until_quiet(&self) {
        let mut before = None;
        while before != Some(self.calls().len()) {
            before = Some(self.calls().len());
            std::thread::sleep(Duration::from_millis(150));
        }
    }

    /// Waits until the kernel has given a changed answer; the calls before that one.
    pub(super) fn calls_before_the_first_fault(&self) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut calls = self.calls();
            if let Some(fault) = calls.iter().position(|call| call.contains(CHANGED)) {
                calls.truncate(fault);
                return calls;
            }
            assert!(Instant::now() < until, "no call failed: {} calls", calls.len());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        // By a signal that it can answer: it lets go of the threads then.
        let pid = self.strace.id().to_string();
        let _asked = Command::new("kill").args(["-INT", &pid]).status();
        let _ended = self.strace.wait();
    }
}

fn is_traced(server: &Server, thread: Thread) -> bool {
    let status = format!("/proc/{}/task/{thread}/status", server.process_id());
    let status = fs::read_to_string(status).expect("a thread");
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}
