//! Slow clients in the four ways of slowhttptest, all at once, beside a good one.

use std::{
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{campaign::is_full, server::Server, tools::tool};

use crate::alone::{CONFIG, PEAK_MAX_KIB, Reader, alone, quantile};

/// What the good client's answers may take, ninety-five of a hundred, each over a connection of its own, while the machine is
/// shared with the attackers.
const FAST: Duration = Duration::from_millis(250);
/// What the server may have more after the second round than after the first, which has filled what the allocator keeps.
const SECOND_ROUND_GROWTH_MAX_KIB: u64 = 24 * 1024;

/// Mode, and what it needs beside.
fn modes(server: &Server) -> Vec<Vec<String>> {
    let base = format!("http://{}", server.address());
    let kdf = format!("{base}/persona/v1/kdf?email=slow@example.org");
    let mode = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    vec![
        mode(&["-H", "-i", "5", "-t", "GET", "-u", &kdf]),
        mode(&[
            "-B",
            "-i",
            "1",
            "-s",
            "8192",
            "-t",
            "POST",
            "-u",
            &format!("{base}/accounts"),
        ]),
        mode(&["-R", "-t", "HEAD", "-u", &format!("{base}/openapi.json")]),
        mode(&[
            "-X",
            "-n",
            "5",
            "-k",
            "3",
            "-w",
            "1",
            "-y",
            "2",
            "-z",
            "1",
            "-u",
            &format!("{base}/openapi.json"),
        ]),
    ]
}

#[test]
fn good_clients_are_served_while_slow_ones_hold_on_in_every_way() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let reader = Reader::new(&server);
    let (connections, seconds) = if is_full() { ("1000", "60") } else { ("400", "12") };
    let mut after = Vec::new();
    for _round in 0..2 {
        let stop = AtomicBool::new(false);
        let took = std::thread::scope(|scope| {
            let good = scope.spawn(|| reader.read_until(&server, &stop));
            let attacks: Vec<_> = modes(&server)
                .into_iter()
                .map(|words| {
                    tool("KEYHAVEN_SLOWHTTPTEST")
                        .args([
                            "-c",
                            connections,
                            "-r",
                            "200",
                            "-l",
                            seconds,
                            "-p",
                            "5",
                            "-v",
                            "1",
                        ])
                        .args(&words)
                        .stdin(Stdio::null())
                        .stdout(Stdio::piped())
                        .stderr(Stdio::piped())
                        .spawn()
                        .expect("slowhttptest")
                })
                .collect();
            for attack in attacks {
                let ended = attack.wait_with_output().expect("an end");
                let said = String::from_utf8_lossy(&ended.stdout).into_owned();
                assert!(
                    said.contains("service available") && !said.contains("NO"),
                    "{said}"
                );
            }
            stop.store(true, Ordering::Relaxed);
            good.join().expect("the good client was served")
        });
        let count = took.len();
        let slow = quantile(took, 0.95);
        println!("slow clients: {count} good answers, 95 of 100 within {slow:?}");
        assert!(slow < FAST, "{slow:?}");
        expect_all_closed(&server);
        after.push(server.memory_kib());
    }
    let peak = server.peak_memory_kib();
    println!("slow clients: memory after each round {after:?} KiB, {peak} KiB at the most");
    assert!(peak < PEAK_MAX_KIB, "memory rose to {peak} KiB");
    assert!(after[1] < after[0] + SECOND_ROUND_GROWTH_MAX_KIB, "{after:?}");
}

/// No connection of an attacker is left, but for the one that asks.
pub(crate) fn expect_all_closed(server: &Server) {
    let until = Instant::now() + Duration::from_secs(60);
    while server.metric("keyhaven_connections_open") > 0.0 {
        assert!(Instant::now() < until, "connections stay open");
        std::thread::sleep(Duration::from_millis(200));
    }
}
