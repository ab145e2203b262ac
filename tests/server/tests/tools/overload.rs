//! Three times the sign-ins that the server can hash: what it accepts it answers in time, and the rest is told to come
//! back. From many networks they fill its queue; from one they fill half of it, and leave the other half to others.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    campaign::is_full,
    keep_alive::KeepAlive,
    person::{Person, create_account},
    server::{Server, UNCONFIRMED_IS_FINE},
};
use serde_json::json;

use crate::{
    alone::{CONFIG, PEAK_MAX_KIB, Reader, alone, quantile},
    k6::{Networks, Summary, run},
};

/// Somebody who writes beside them, by a password that is remembered.
pub(crate) const WRITER: &str = "writer@example.org";
pub(crate) const PASSWORD: &str = "typed";
/// How many may be hashed or wait for it at a time, for each core that hashes.
const HASHES_EACH: u32 = 33;
/// The most cores that hash.
const HASHING_MAX: u32 = 4;
/// The share of the room for hashes that a flood fills on average, and what it may seem to fill beyond it: a hash is waited
/// for on its way there and back too.
const FILLED_MIN: f64 = 0.6;
const ROOM: f64 = 1.2;
/// How often a machine may change its speed while it is measured.
const TRIES: usize = 3;
/// How many times what it can serve is wanted of the server.
pub(crate) const TIMES: u32 = 3;
/// The share of that which k6 must have begun, for the test to be one.
pub(crate) const BEGUN_MIN: f64 = 0.9;
/// How many people of another network sign in at the most while one network floods, how many at least, and how long
/// ninety-five of a hundred of them may wait.
const OTHERS: usize = 40;
const OTHERS_MIN: usize = 4;
const OTHERS_WITHIN: Duration = Duration::from_secs(4);

/// A wrong sign-in under an address that nobody had before.
fn sign_in(server: &Server, connection: &mut KeepAlive, name: &str) -> Duration {
    let body = json!({ "email": format!("{name}@example.org"), "auth_key": "A".repeat(43) });
    let request = server.request("POST", "/persona/v1/sessions").json(&body);
    let (answer, took) = connection.send(&request);
    answer.expect_failure(401, "unauthorized");
    took
}

/// How many sign-ins a second the server answers to as many as it hashes at once.
fn capacity(server: &Server) -> u32 {
    const EACH: u32 = 40;
    const CLIENTS: u32 = 4;
    let began = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            scope.spawn(move || {
                let mut connection = KeepAlive::connect(server.address());
                for attempt in 0..EACH {
                    sign_in(server, &mut connection, &format!("first{client}x{attempt}"));
                }
            });
        }
    });
    let rate = f64::from(CLIENTS * EACH) / began.elapsed().as_secs_f64();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some hundred"
    )]
    let rate = rate as u32;
    rate.max(1)
}

/// Runs until there was an overload, at most [`TRIES`] times; gives the capacity by which there was.
fn overload(
    server: &Server,
    reader: &Reader,
    networks: Networks,
    capacity: u32,
    seconds: u32,
) -> (Summary, u32) {
    let mut capacity = capacity;
    let mut summary = run(server, reader, networks, TIMES * capacity, seconds);
    for _ in 1..TRIES {
        if summary.is_overload(capacity, seconds) {
            break;
        }
        // The machine was busy when it was measured, and was not afterwards.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some hundred"
        )]
        let served = (summary.count("accepted_ms") / f64::from(seconds)).ceil() as u32;
        capacity = capacity.max(served);
        summary = run(server, reader, networks, TIMES * capacity, seconds);
    }
    println!(
        "overload, networks: {networks:?}; capacity {capacity}/s, offered {}/s for {seconds} s: {} begun and {} dropped; {} \
         answered (95 of 100 within {:.0} ms), {} told to come back (95 of 100 within {:.0} ms), reads 95 of 100 within \
         {:.0} ms, writes within {:.0} ms",
        TIMES * capacity,
        summary.count("asked"),
        summary.count("dropped_iterations"),
        summary.count("accepted_ms"),
        summary.p95("accepted_ms"),
        summary.count("refused"),
        summary.p95("refused_ms"),
        summary.p95("read_ms"),
        summary.p95("written_ms"),
    );
    let shown = &summary.0;
    assert_eq!(summary.count("unexpected"), 0.0, "{shown:#}");
    assert!(
        summary.is_overload(capacity, seconds),
        "capacity {capacity}: {shown:#}"
    );
    // Few of those that were to come did not: k6 drops what it has no client for.
    let dropped_max = f64::from(TIMES * capacity * seconds) * (1.0 - BEGUN_MIN);
    assert!(summary.count("dropped_iterations") <= dropped_max, "{shown:#}");
    // What could be served was, nearly: refusing everything would be fast too.
    assert!(
        summary.count("accepted_ms") >= f64::from(capacity * seconds) * 0.4,
        "{shown:#}"
    );
    (summary, capacity)
}

/// How many hashes can wait or run at a time.
fn places() -> u32 {
    let cores =
        std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1));
    HASHES_EACH * cores.min(HASHING_MAX)
}

/// How many hashes waited or ran on average: what all of them took together, in a second (Little's law). However fast the
/// machine is, and however that changes, they are no more than there is room for.
fn expect_room(summary: &Summary, seconds: u32, room: u32) {
    let together = summary.count("accepted_ms") * summary.mean("accepted_ms") / 1_000.0;
    // Those who are there at the end are answered afterwards.
    let at_a_time = together / (f64::from(seconds) + summary.longest("accepted_ms") / 1_000.0);
    println!("{at_a_time:.0} hashes at a time, of {room}");
    let room = f64::from(room);
    assert!(
        (room * FILLED_MIN..room * ROOM).contains(&at_a_time),
        "{at_a_time} of {room}: {:#}",
        summary.0
    );
}

fn start() -> Server {
    // k6 is the proxy: it says of each of its clients where they are.
    Server::start_with(&format!(
        "trusted_proxies = [\"127.0.0.1\"]\n{CONFIG}{UNCONFIRMED_IS_FINE}\n"
    ))
}

fn expect_empty_queue_soon(server: &Server) {
    let until = Instant::now() + Duration::from_secs(5);
    while server.metric("keyhaven_hashes_waiting") > 0.0 {
        assert!(Instant::now() < until, "the queue does not empty");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn three_times_the_load_is_answered_in_time_or_told_to_come_back() {
    let _alone = alone();
    let server = start();
    let reader = Reader::new(&server);
    create_account(&server, WRITER, PASSWORD).expect_done();
    let capacity = capacity(&server);
    // From now on the password is remembered.
    let signed_in = server.request("GET", "/personas").basic(WRITER, PASSWORD).send();
    assert_eq!(signed_in.status, 200, "{signed_in}");
    let before = server.memory_kib();
    let seconds = if is_full() { 60 } else { 12 };
    let (summary, _) = overload(&server, &reader, Networks::Own, capacity, seconds);
    let after = server.memory_kib();
    let peak = server.peak_memory_kib();
    println!("overload: memory {before} then {after} KiB, {peak} KiB at the most");
    // It was the queue that was full, and no network's share of it.
    let shown = &summary.0;
    assert!(
        server.metric("keyhaven_hashes_refused_total") >= summary.count("refused"),
        "{shown:#}"
    );
    expect_room(&summary, seconds, places());
    // On two cores with four builds on them it was 3.6 s, 0.2 s, 0.3 s and 0.5 s; with one, 0.9 s, 9 ms, 10 ms and 0.1 s.
    for (what, ms_max) in [
        ("accepted_ms", 4_000.0),
        ("refused_ms", 500.0),
        ("read_ms", 500.0),
        ("written_ms", 1_000.0),
    ] {
        assert!(summary.p95(what) < ms_max, "{what}: {shown:#}");
    }
    for none in ["read_refused", "write_refused"] {
        assert_eq!(summary.count(none), 0.0, "{none}: {shown:#}");
    }
    assert!(
        after < before + 40 * 1024,
        "memory rose from {before} to {after} KiB"
    );
    assert!(peak < PEAK_MAX_KIB, "memory rose to {peak} KiB");

    // At once afterwards everything is as before.
    expect_empty_queue_soon(&server);
    let mut connection = KeepAlive::connect(server.address());
    let took = sign_in(&server, &mut connection, "afterwards");
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(reader.person.clone().try_sign_in(&server).status, 200);
}

/// The first sign-in of somebody, whose password is not remembered, from a network where nobody else is.
fn sign_in_elsewhere(server: &Server, person: &Person) -> Duration {
    let request = server
        .request("POST", "/persona/v1/sessions")
        .header("x-forwarded-for", "198.51.100.7")
        .json(&json!({ "email": person.email, "auth_key": person.auth_key }));
    let began = Instant::now();
    let answer = request.send();
    assert_eq!(answer.status, 200, "{answer}");
    began.elapsed()
}

#[test]
fn one_network_that_floods_with_sign_ins_leaves_room_for_a_person_of_another() {
    let _alone = alone();
    let server = start();
    let reader = Reader::new(&server);
    create_account(&server, WRITER, PASSWORD).expect_done();
    let people: Vec<Person> = (0..=OTHERS)
        .map(|number| Person::new(&format!("elsewhere{number}@example.org")))
        .collect();
    for person in &people {
        person.sign_up(&server).expect_done();
    }
    let (first, others) = people.split_first().expect("somebody");
    // What they wait for is a hash.
    let hashed = server.metric("keyhaven_hashes_total");
    let _took = sign_in_elsewhere(&server, first);
    assert_eq!(server.metric("keyhaven_hashes_total"), hashed + 1.0);

    let capacity = capacity(&server);
    let seconds = 5;
    let stop = AtomicBool::new(false);
    let (summary, took) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            // Not before the flood is there.
            while server.metric("keyhaven_hashes_waiting") < f64::from(places() / 4) {
                assert!(!stop.load(Ordering::Relaxed), "there was no flood");
                std::thread::sleep(Duration::from_millis(20));
            }
            let during = others.iter().take_while(|_| !stop.load(Ordering::Relaxed));
            during
                .map(|person| {
                    std::thread::sleep(Duration::from_millis(50));
                    sign_in_elsewhere(&server, person)
                })
                .collect::<Vec<_>>()
        });
        let (summary, _) = overload(&server, &reader, Networks::One, capacity, seconds);
        stop.store(true, Ordering::Relaxed);
        (summary, beside.join().expect("they signed in"))
    });
    let others = took.len();
    assert!(others >= OTHERS_MIN, "{took:?}");
    let within = quantile(took, 0.95);
    println!("overload by one network: 95 of 100 of {others} people of another signed in within {within:?}");
    // They were refused for their network's share: the queue was never full.
    assert_eq!(server.metric("keyhaven_hashes_refused_total"), 0.0);
    expect_room(&summary, seconds, places() / 2);
    assert!(within < OTHERS_WITHIN, "{within:?}");
    expect_empty_queue_soon(&server);
}
