//! Clients that want more reads and writes than the server can serve, and ask again as soon as they are answered: what it
//! accepts it answers soon, the rest it tells to come back, its memory stays, and when the flood ends it is as before.
//!
//! Each of them waits for its answer, and a refusal is held back for half a second: so what they offer is what is served,
//! and two refusals a second of each of the others. That is at least a fifth more than was served, and the output says
//! what it is beside what the server can serve. Clients that do not wait, and three times the load, are in `overload`.
//!
//! The server has one core to itself and the flood another, so that it is the server that has too much to do.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    campaign::is_full,
    http::{Answer, Request},
    keep_alive::KeepAlive,
    person::create_account,
    server::Server,
};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::alone::{CONFIG, PEAK_MAX_KIB, Reader, alone, quantile};

/// Many more than the server works on at once.
const CONNECTIONS: u32 = 1_200;
/// What it works on at once.
const PLACES: f64 = 256.0;
/// How many ask at once while it is found out what the server can serve.
const BUSY: u32 = 24;
const OBJECT_BYTES: usize = 10 * 1024;
const WRITER: &str = "writer@example.org";
const PASSWORD: &str = "typed";
/// What they try to offer, beside what the server can serve: more than they will.
const WANTED: f64 = 3.0;
/// What they offer at least, beside what was served: below it was no flood.
const OFFERED_MIN: f64 = 1.2;
/// What of that it serves at least in the flood: with another build on the machine it was 0.7 to 0.8 of it.
const SERVED_MIN: f64 = 0.5;
/// What ninety-five of a hundred answers may take, beside twice the time that as many as there are places take.
const FAST: Duration = Duration::from_millis(250);
/// The same of a refusal, which is held back for half a second.
const REFUSED_WITHIN: Duration = Duration::from_secs(2);
/// What the server may have more after the flood than before: for each connection, however much was asked over it.
const GROWTH_MAX_KIB: u64 = 48 * CONNECTIONS as u64;
/// How long after the flood everything is as before.
const RECOVERED_WITHIN: Duration = Duration::from_secs(2);
/// How often a machine may change its speed while it is measured.
const TRIES: usize = 3;

/// What came of some requests.
#[derive(Default)]
struct Seen {
    reads: Vec<Duration>,
    writes: Vec<Duration>,
    refused: Vec<Duration>,
    unexpected: Vec<String>,
}

impl Seen {
    fn note(&mut self, (answer, took): (Answer, Duration), is_read: bool) {
        let may_come_back = || {
            answer
                .header("retry-after")
                .parse()
                .is_ok_and(|wait: u32| wait >= 1)
        };
        match answer.status {
            200 if is_read => self.reads.push(took),
            200 => self.writes.push(took),
            503 if may_come_back() => self.refused.push(took),
            _ => self.unexpected.push(answer.to_string()),
        }
    }

    fn add(mut self, other: Self) -> Self {
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
        self.refused.extend(other.refused);
        self.unexpected.extend(other.unexpected);
        self
    }

    fn accepted(&self) -> f64 {
        count(self.reads.len() + self.writes.len())
    }
}

fn count(some: usize) -> f64 {
    f64::from(u32::try_from(some).expect("some thousand"))
}

/// One connection that reads and writes in turn.
struct Client<'a> {
    server: &'a Server,
    connection: KeepAlive,
    requests: [Request; 2],
    turn: usize,
    seen: Seen,
}

impl<'a> Client<'a> {
    fn new(server: &'a Server, reader: &Reader, number: u32) -> Self {
        let read = format!("/persona/v1/objects/{}", reader.object);
        let write = server
            .request("POST", &format!("/personas/persona{number}"))
            .basic(WRITER, PASSWORD)
            .body("application/octet-stream", vec![5; OBJECT_BYTES]);
        Self {
            server,
            connection: KeepAlive::connect(server.address()),
            requests: [reader.person.request(server, "GET", &read), write],
            turn: usize::from(number % 2 == 1),
            seen: Seen::default(),
        }
    }

    fn ask(&mut self) {
        let is_read = self.turn.is_multiple_of(2);
        let request = &self.requests[self.turn % 2];
        self.turn += 1;
        match self.connection.try_send(request) {
            Ok(answered) => self.seen.note(answered, is_read),
            Err(error) => {
                self.seen.unexpected.push(error.to_string());
                self.connection = KeepAlive::connect(self.server.address());
            }
        }
    }
}

/// Lets so many clients do the same at the same time; gives what they saw.
fn all(clients: u32, server: &Server, reader: &Reader, work: impl Fn(&mut Client<'_>, u32) + Sync) -> Seen {
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|number| {
                let work = &work;
                scope.spawn(move || {
                    let mut client = Client::new(server, reader, number);
                    work(&mut client, number);
                    client.seen
                })
            })
            .collect();
        let seen = clients.into_iter().map(|client| client.join().expect("a client"));
        seen.fold(Seen::default(), Seen::add)
    })
}

/// How many reads and writes a second it serves to a few who wait for each answer.
fn capacity(server: &Server, reader: &Reader) -> f64 {
    const FOR: Duration = Duration::from_millis(1_500);
    let stop = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(FOR);
            stop.store(true, Ordering::Relaxed);
        });
        all(BUSY, server, reader, |client, _| {
            while !stop.load(Ordering::Relaxed) {
                client.ask();
            }
        })
    });
    assert!(
        seen.refused.is_empty() && seen.unexpected.is_empty(),
        "{:?}",
        seen.unexpected
    );
    seen.accepted() / FOR.as_secs_f64()
}

/// So many requests a second, for so long, or as many as are answered. A client that is late sends at once, and lets go
/// what it missed.
fn flood(server: &Server, reader: &Reader, rate: f64, length: Duration) -> Seen {
    let each = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate);
    let began = Instant::now() + Duration::from_millis(200);
    all(CONNECTIONS, server, reader, |client, number| {
        let mut next = began + each * number / CONNECTIONS;
        while next < began + length {
            let now = Instant::now();
            if next > now {
                std::thread::sleep(next - now);
            }
            client.ask();
            next = (next + each).max(Instant::now().checked_sub(each).unwrap_or(next));
        }
    })
}

/// What the server did in a flood, and what it could do before.
struct Withstood {
    could: f64,
    /// What was asked in a second, served or refused.
    offered: f64,
    served: f64,
    reads: usize,
    writes: usize,
    refused: usize,
    /// Of reads, writes and refusals.
    slow: [Duration; 3],
}

impl Withstood {
    fn measure(server: &Server, reader: &Reader, length: Duration) -> Self {
        let could = capacity(server, reader);
        let seen = flood(server, reader, WANTED * could, length);
        assert!(seen.unexpected.is_empty(), "{:?}", seen.unexpected);
        let withstood = Self {
            could,
            offered: (seen.accepted() + count(seen.refused.len())) / length.as_secs_f64(),
            served: seen.accepted() / length.as_secs_f64(),
            reads: seen.reads.len(),
            writes: seen.writes.len(),
            refused: seen.refused.len(),
            slow: [seen.reads, seen.writes, seen.refused].map(|took| quantile(took, 0.95)),
        };
        println!("flood: {withstood}, for {length:?}");
        withstood
    }

    fn expect(&self) -> Result<(), &'static str> {
        let fast = FAST + Duration::from_secs_f64(2.0 * PLACES / self.served.max(1.0));
        let [read, written, refused] = self.slow;
        let accepted = self.reads + self.writes;
        match () {
            () if self.offered < self.served * OFFERED_MIN => Err("it was no flood"),
            // What could be served was, mostly: refusing everything would be fast too.
            () if self.served < self.could * SERVED_MIN => Err("little was served"),
            () if self.reads * 4 < accepted || self.writes * 4 < accepted => {
                Err("one of the two was starved")
            }
            () if read.max(written) > fast => Err("who was served waited"),
            () if refused > REFUSED_WITHIN => Err("who was refused waited"),
            () => Ok(()),
        }
    }
}

impl fmt::Display for Withstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            could,
            offered,
            served,
            reads,
            writes,
            refused,
            slow,
        } = self;
        write!(
            f,
            "can serve {could:.0}/s, offered {offered:.0}/s, which is {:.1} of it, served {served:.0}/s: {reads} reads and {writes} writes, {refused} told to come \
             back, 95 of 100 within {slow:.0?}",
            offered / could
        )
    }
}

/// Lets the calling thread, and what it starts, run on one of the cores that it has now.
fn pin(cores: &CpuSet, which: impl Fn(&[usize]) -> usize) {
    let usable: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| cores.is_set(*core)).collect();
    let mut one = CpuSet::new();
    one.set(which(&usable));
    sched_setaffinity(None, &one).expect("a core of this process");
}

#[test]
fn a_flood_of_reads_and_writes_is_answered_soon_or_told_to_come_back() {
    let _alone = alone();
    // In a thread of its own, whose cores are nobody else's affair.
    std::thread::scope(|scope| {
        scope.spawn(flooded).join().expect("the flood was withstood");
    });
}

fn flooded() {
    let cores = sched_getaffinity(None).expect("some cores");
    pin(&cores, |usable| usable[0]);
    let server = Server::start_with(&format!("{CONFIG}quota_bytes = 1000000000000\n"));
    pin(&cores, |usable| usable[usable.len() - 1]);
    let reader = Reader::new(&server);
    create_account(&server, WRITER, PASSWORD).expect_done();
    // From now on the password is remembered: what is measured hashes nothing.
    let signed_in = server.request("GET", "/personas").basic(WRITER, PASSWORD).send();
    assert_eq!(signed_in.status, 200, "{signed_in}");

    let length = Duration::from_secs(if is_full() { 60 } else { 5 });
    let before = server.memory_kib();
    let began = Instant::now();
    let mut refused = 0;
    for tries_left in (0..TRIES).rev() {
        let withstood = Withstood::measure(&server, &reader, length);
        refused += withstood.refused;
        match withstood.expect() {
            Ok(()) => break,
            // The machine may have been busier in the flood than before.
            Err(failed) => assert!(tries_left > 0, "{failed}: {withstood}"),
        }
    }
    let ended = Instant::now();
    let after = server.memory_kib();
    let peak = server.peak_memory_kib();
    println!("flood: memory {before} then {after} KiB, {peak} KiB at the most");
    assert!(
        after < before + GROWTH_MAX_KIB,
        "memory rose from {before} to {after} KiB"
    );
    assert!(peak < PEAK_MAX_KIB, "memory rose to {peak} KiB");

    // As before, and soon.
    let again = all(BUSY, &server, &reader, |client, _| {
        for _ in 0..20 {
            client.ask();
        }
    });
    assert_eq!((again.refused.len(), again.unexpected.len()), (0, 0));
    assert!(ended.elapsed() < RECOVERED_WITHIN, "{:?}", ended.elapsed());
    assert_eq!(server.metric("keyhaven_requests_shed_total"), count(refused));
    let log = server.log();
    assert!(!log.contains("ERROR") && !log.contains("panic"), "{log}");
    // Every refusal is in one line with the others of its second.
    let told = log
        .lines()
        .filter(|line| line.contains("requests are turned away"));
    let told = u64::try_from(told.count()).expect("some");
    assert!((1..=began.elapsed().as_secs() + 1).contains(&told), "{told}");
}
