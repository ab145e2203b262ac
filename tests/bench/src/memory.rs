//! How much memory the server holds when it is given all the work that it takes at once.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use keyhaven_protocol::persona::limits::OBJECT_MAX_BYTES;
use keyhaven_server_tests::server::{Figures, Server};

use crate::{process, scripts::Basic};

const UPLOADS: usize = 32;
/// More sign-ins than the queue takes on any machine, so that it is full.
const SIGN_INS: usize = 160;
/// How long the load lasts, at least: all uploads are through by then.
const LOAD: Duration = Duration::from_secs(6);

/// How often the server is asked what it has on its way.
const ASKED_EVERY: Duration = Duration::from_millis(20);

/// Bodies of uploads that are larger than a few KiB.
const BODIES: &str = "keyhaven_body_bytes_in_flight{share=\"large\"}";

/// What the server held at most.
#[derive(Debug)]
pub(crate) struct Peak {
    /// Of memory, since it started, in MiB.
    pub(crate) memory_mib: f64,
    /// Of bodies on their way, as its own figures say it, in MiB: whether it was given the work that the figure is of.
    pub(crate) bodies_mib: f64,
    /// Of passwords that wait for their hash.
    pub(crate) hashes_waiting: f64,
}

/// The peak while the queue for password hashes is full and 32 uploads of 10 MiB are on their way.
///
/// # Errors
/// When an upload is refused for another reason than a full server.
pub(crate) fn peak(server: &Server, accounts: &[Basic]) -> anyhow::Result<Peak> {
    let address = server.address();
    // Remembered as right for five minutes from now: with the queue full, nobody else's password is looked at.
    for account in accounts.iter().take(UPLOADS) {
        list_once(address, account)?;
    }
    let over = Arc::new(AtomicBool::new(false));
    let sign_ins: Vec<_> = (0..SIGN_INS)
        .map(|number| {
            let over = Arc::clone(&over);
            thread::spawn(move || guess_until(address, number, &over))
        })
        .collect();
    let figures = server.figures();
    let (held, sampled) = thread::scope(|scope| {
        let sampler = scope.spawn(|| sample_until(figures, &over));
        let held = upload_all(address, accounts);
        over.store(true, Ordering::Relaxed);
        (held, sampler.join())
    });
    for sign_in in sign_ins {
        let _ended = sign_in.join();
    }
    held?;
    let (bodies_mib, hashes_waiting) = sampled.map_err(|_| anyhow::anyhow!("nobody sampled"))?;
    Ok(Peak {
        memory_mib: process::peak_mib(server.process_id())?,
        bodies_mib,
        hashes_waiting,
    })
}

/// Until everything is stored, and for as long as the load lasts.
fn upload_all(address: SocketAddr, accounts: &[Basic]) -> anyhow::Result<()> {
    let began = Instant::now();
    let uploads: Vec<_> = accounts
        .iter()
        .take(UPLOADS)
        .cloned()
        .enumerate()
        .map(|(number, account)| thread::spawn(move || upload_until_stored(address, number, &account)))
        .collect();
    let mut ends = Vec::new();
    for upload in uploads {
        ends.push(upload.join().map_err(|_| anyhow::anyhow!("an upload panicked"))?);
    }
    thread::sleep(LOAD.saturating_sub(began.elapsed()));
    ends.into_iter().collect()
}

/// The most that the server says it has on its way: bodies in MiB, hashes that wait.
fn sample_until(figures: Figures, over: &AtomicBool) -> (f64, f64) {
    let (mut bodies_bytes, mut waiting) = (0.0_f64, 0.0_f64);
    while !over.load(Ordering::Relaxed) {
        bodies_bytes = bodies_bytes.max(figures.value(BODIES));
        waiting = waiting.max(figures.value("keyhaven_hashes_waiting"));
        thread::sleep(ASKED_EVERY);
    }
    (bodies_bytes / (1024.0 * 1024.0), waiting)
}

fn list_once(address: SocketAddr, Basic(credential): &Basic) -> anyhow::Result<()> {
    let head = format!(
        "GET /personas HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {credential}\r\nconnection: close\r\n\r\n"
    );
    match exchange(address, head.as_bytes(), &[]) {
        Some(200) => Ok(()),
        other => bail!("a list was answered with {other:?}"),
    }
}

/// A wrong password for an address that nobody has costs what a wrong one for an account costs. Each from a network of
/// its own: one network alone is refused before it can fill the queue.
fn guess_until(address: SocketAddr, number: usize, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let Basic(credential) = Basic::new(&format!("nobody-{number}@example.org"), "wrong");
        let head = format!(
            "GET /personas HTTP/1.1\r\nhost: {address}\r\nx-forwarded-for: 203.0.{number}.1\r\n\
             authorization: Basic {credential}\r\nconnection: close\r\n\r\n"
        );
        // Most are refused, because the queue is full: that is what is wanted.
        let _answer = exchange(address, head.as_bytes(), &[]);
    }
}

/// Each from a network of its own: one network has half of the memory for bodies. What is beyond that memory is refused, and
/// sent again.
fn upload_until_stored(address: SocketAddr, number: usize, Basic(credential): &Basic) -> anyhow::Result<()> {
    let body = vec![5; OBJECT_MAX_BYTES];
    let head = format!(
        "POST /personas/large HTTP/1.1\r\nhost: {address}\r\nx-forwarded-for: 198.51.{number}.1\r\n\
         authorization: Basic {credential}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    for _ in 0..600 {
        match exchange(address, head.as_bytes(), &body) {
            Some(200) => return Ok(()),
            // Full for now.
            Some(429 | 503) | None => thread::sleep(Duration::from_millis(100)),
            Some(status) => bail!("an upload was answered with {status}"),
        }
    }
    bail!("an upload was never taken")
}

fn exchange(address: SocketAddr, head: &[u8], body: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    // A server may answer before it has read everything.
    let _written = stream.write_all(head).and_then(|()| stream.write_all(body));
    keyhaven_server_tests::http::read_answer(&mut stream)
        .context("no answer")
        .ok()
        .map(|answer| answer.status)
}
