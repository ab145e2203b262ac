//! Three times the load that the server can serve: what it accepts it answers in time, and the rest is told to come back.

use std::time::{Duration, Instant};

use keyhaven_server_tests::{campaign::is_full, keep_alive::KeepAlive, server::Server, tools::tool};
use serde_json::{Value, json};

use crate::alone::{CONFIG, Reader, alone};

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

#[test]
fn three_times_the_load_is_answered_in_time_or_told_to_come_back() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let reader = Reader::new(&server);
    let capacity = capacity(&server);
    let before = server.memory_kib();
    let seconds = if is_full() { 60 } else { 12 };
    let summary = server.home().join("k6.json");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/overload.js");
    let ran = tool("KEYHAVEN_K6")
        .args([
            "run",
            "--quiet",
            "--no-usage-report",
            "--no-color",
            "--address",
            "127.0.0.1:0",
        ])
        .arg("--summary-export")
        .arg(&summary)
        .arg(script)
        .env("BASE", format!("http://{}", server.address()))
        .env("SECONDS", seconds.to_string())
        .env("RATE", (3 * capacity).to_string())
        .env("OBJECT", &reader.object)
        .env("TOKEN", &reader.person.token)
        .env("HOME", server.home())
        .output()
        .expect("k6");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let summary: Value = serde_json::from_slice(&std::fs::read(summary).expect("a summary")).expect("JSON");
    let number = |metric: &str, value: &str| summary["metrics"][metric][value].as_f64();
    let accepted = number("accepted_ms", "count").unwrap_or(0.0);
    let refused = number("refused", "count").unwrap_or(0.0);
    let peak = server.memory_kib();
    println!(
        "overload: capacity {capacity}/s, offered {}/s for {seconds} s: {accepted} answered (95 of 100 within {:?} ms), \
         {refused} told to come back (95 of 100 within {:?} ms), reads 95 of 100 within {:?} ms; memory {before} then \
         {peak} KiB",
        3 * capacity,
        number("accepted_ms", "p(95)"),
        number("refused_ms", "p(95)"),
        number("read_ms", "p(95)"),
    );
    assert_eq!(number("unexpected", "count").unwrap_or(0.0), 0.0, "{summary:#}");
    // What could be served was, nearly: refusing everything would be fast too.
    assert!(
        accepted >= f64::from(capacity * seconds) * 0.4,
        "{accepted} accepted"
    );
    assert!(
        refused >= accepted * 0.5,
        "{refused} refused: this was no overload"
    );
    assert!(
        number("accepted_ms", "p(95)").expect("times") < 4_000.0,
        "{summary:#}"
    );
    assert!(
        number("refused_ms", "p(95)").expect("times") < 1_000.0,
        "{summary:#}"
    );
    assert!(
        number("read_ms", "p(95)").expect("times") < 1_000.0,
        "{summary:#}"
    );
    assert_eq!(number("read_refused", "count").unwrap_or(0.0), 0.0, "{summary:#}");
    assert!(
        peak < before + 64 * 1024,
        "memory rose from {before} to {peak} KiB"
    );

    // At once afterwards everything is as before.
    let until = Instant::now() + Duration::from_secs(5);
    while server.metric("keyhaven_hashes_waiting") > 0.0 {
        assert!(Instant::now() < until, "the queue does not empty");
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut connection = KeepAlive::connect(server.address());
    let took = sign_in(&server, &mut connection, "afterwards");
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(reader.person.clone().try_sign_in(&server).status, 200);
}
