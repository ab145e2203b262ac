//! Very many connections at once, and what they cost.

use std::{net::TcpStream, time::Duration};

use keyhaven_server_tests::{campaign::is_full, server::Server};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{
    alone::{CONFIG, Reader, alone, quantile, send_anew},
    slow::expect_all_closed,
};

/// What ninety-five of a hundred answers to a good client may take, from the beginning of its connection on.
const FAST: Duration = Duration::from_millis(250);
/// Threads that open connections: one alone gets too little of a busy machine.
const OPENERS: usize = 8;
/// What one open connection may cost, after all rounds. `docs/operating.md` says so.
const EACH_MAX_KIB: u64 = 24;
/// The first rounds fill what the allocator keeps for the next; from some round on it takes no more.
const ROUNDS: usize = 6;
/// What the last round may take more than the one before, in percent.
const GROWTH_MAX_PERCENT: u64 = 8;

/// How many this test may open.
fn connections() -> usize {
    let wanted = if is_full() { 10_000 } else { 3_000 };
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < wanted + 100) {
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        setrlimit(Resource::Nofile, raised).expect("more open files");
    }
    let allowed = getrlimit(Resource::Nofile).current;
    assert!(
        allowed.is_none_or(|allowed| allowed > wanted + 100),
        "this test needs {wanted} open files, and {allowed:?} are allowed"
    );
    usize::try_from(wanted).expect("a number of files")
}

/// Opens them all within the time that the server waits for a head.
fn open(server: &Server, count: usize) -> Vec<TcpStream> {
    let some = || -> Vec<TcpStream> {
        (0..count / OPENERS)
            .map(|_| TcpStream::connect(server.address()).expect("the server accepts"))
            .collect()
    };
    std::thread::scope(|scope| {
        let openers: Vec<_> = (0..OPENERS).map(|_| scope.spawn(some)).collect();
        openers
            .into_iter()
            .flat_map(|opener| opener.join().expect("all are open"))
            .collect()
    })
}

#[test]
fn thousands_of_open_connections_cost_little_and_good_clients_are_served_beside_them() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let reader = Reader::new(&server);
    let read = reader
        .person
        .request(&server, "GET", &format!("/persona/v1/objects/{}", reader.object));
    let count = connections();
    let before = server.memory_kib();
    let mut during = Vec::new();
    for _round in 0..ROUNDS {
        let held = open(&server, count);
        let took: Vec<Duration> = (0..200)
            .map(|_| {
                let (answer, took) = send_anew(&server, &read);
                assert_eq!(answer.status, 200, "{answer}");
                took
            })
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let expected = count as f64;
        assert!(
            server.metric("keyhaven_connections_open") >= expected,
            "they were closed"
        );
        during.push(server.memory_kib());
        let slow = quantile(took, 0.95);
        println!(
            "{count} connections: {before} KiB before, {} KiB with them; 95 of 100 answers within {slow:?}",
            server.memory_kib(),
        );
        assert!(slow < FAST, "{slow:?}");
        drop(held);
        expect_all_closed(&server);
    }
    let most = during.iter().copied().max().unwrap_or(0);
    let each = most.saturating_sub(before) / u64::try_from(count).expect("a count");
    assert!(each <= EACH_MAX_KIB, "{each} KiB each: {during:?}");
    let (last, one_before) = (during[ROUNDS - 1], during[ROUNDS - 2]);
    assert!(
        last * 100 <= one_before * (100 + GROWTH_MAX_PERCENT),
        "{during:?}"
    );
    server.request("GET", "/health").send().expect_done();
}
