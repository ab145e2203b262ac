//! Told to stop in the middle of everything: what was begun is answered, what was answered is there, and it is soon
//! over.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read as _},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    http::{Begun, Request},
    keep_alive::KeepAlive,
    person::create_account,
    server::Server,
};

const EMAIL: &str = "carol@example.org";
const CONFIG: &str = "metrics = \"127.0.0.1:0\"\n";
const WRITERS: usize = 6;
/// How long the load runs before the server is told to stop.
const LOAD: Duration = Duration::from_millis(700);
/// Uploads that are half done at the stop end this much later.
const LATE: Duration = Duration::from_secs(1);
/// So much of a body is not too slow before the grace is over.
const IN_TIME: usize = 512 * 1024;
/// Far below the grace of twenty seconds: nothing waits for connections that have nothing to say.
const SOON: Duration = Duration::from_secs(8);

fn store(server: &Server, id: &str, content: &str) -> Request {
    server
        .request("POST", &format!("/personas/{id}"))
        .basic(EMAIL, "x")
        .body("application/zip", content.as_bytes())
}

/// What one writer was told, and what it asked for last without an answer.
struct Written {
    id: String,
    acknowledged: u32,
    attempted: u32,
}

/// Writes over one connection until the server closes it; a connection that ends inside an answer is a failure.
fn write_until_closed(server: &Server, number: usize, begun: &AtomicBool) -> Written {
    let mut connection = KeepAlive::connect(server.address());
    let mut written = Written {
        id: format!("writer{number}"),
        acknowledged: 0,
        attempted: 0,
    };
    loop {
        written.attempted += 1;
        let request = store(server, &written.id, &written.attempted.to_string());
        match connection.try_send(&request) {
            Ok((answer, _)) => {
                answer.expect_done();
                written.acknowledged = written.attempted;
                begun.store(true, Ordering::Relaxed);
                if answer.header("connection") == "close" {
                    return written;
                }
            }
            Err(error) => {
                assert_ne!(error.kind(), ErrorKind::InvalidData, "an answer was cut off");
                return written;
            }
        }
    }
}

#[test]
fn a_stop_under_load_loses_nothing_that_was_acknowledged_and_is_soon_over() {
    let mut server = Server::start_with(CONFIG);
    create_account(&server, EMAIL, "x").expect_done();
    let idle: Vec<KeepAlive> = (0..20)
        .map(|_| {
            let mut connection = KeepAlive::connect(server.address());
            assert_eq!(connection.send(&server.request("GET", "/health")).0.status, 200);
            connection
        })
        .collect();
    let uploads: Vec<(String, Begun)> = (0..4)
        .map(|number| {
            let id = format!("upload{number}");
            let content = "u".repeat(2 * 1024 * 1024);
            let begun = store(&server, &id, &content).begin();
            (id, begun)
        })
        .collect();
    let begun = AtomicBool::new(false);
    let (written, stopped_at) = thread::scope(|scope| {
        let (server, begun) = (&server, &begun);
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| scope.spawn(move || write_until_closed(server, number, begun)))
            .collect();
        thread::sleep(LOAD);
        assert!(begun.load(Ordering::Relaxed), "the load runs");
        server.ask_to_stop();
        let stopped_at = Instant::now();
        thread::sleep(LATE);
        // Their heads were taken before the stop, so their bodies are waited for.
        for (id, upload) in uploads {
            let answer = upload.finish();
            assert_eq!(answer.status, 200, "{id}: {answer}");
        }
        let written: Vec<Written> = writers
            .into_iter()
            .map(|writer| writer.join().expect("no answer was cut off"))
            .collect();
        (written, stopped_at)
    });
    let status = server.wait_for_end();
    let took = stopped_at.elapsed();
    assert!(status.success(), "{status}: {}", server.log());
    assert!((LATE..SOON).contains(&took), "{took:?}");
    assert!(!server.log().contains("still open"), "{}", server.log());
    drop(idle);

    let server = server.restart();
    let read = |id: &str| {
        let answer = server
            .request("GET", &format!("/personas/{id}"))
            .basic(EMAIL, "x")
            .send();
        assert_eq!(answer.status, 200, "{id}: {answer}");
        String::from_utf8(answer.body).unwrap()
    };
    let mut acknowledged = BTreeMap::new();
    for one in &written {
        let stored: u32 = read(&one.id).parse().unwrap();
        assert!(
            (one.acknowledged..=one.attempted).contains(&stored),
            "{}: {} was acknowledged, {stored} is there",
            one.id,
            one.acknowledged
        );
        acknowledged.insert(one.id.clone(), one.acknowledged);
    }
    assert!(acknowledged.values().all(|count| *count > 0), "{acknowledged:?}");
    for number in 0..4 {
        assert_eq!(read(&format!("upload{number}")).len(), 2 * 1024 * 1024);
    }
}

#[test]
fn who_never_ends_is_cut_off_at_the_end_of_the_grace() {
    let mut server = Server::start_with(CONFIG);
    create_account(&server, EMAIL, "x").expect_done();
    let mut never = store(&server, "never", &"n".repeat(IN_TIME))
        .header("content-length", (IN_TIME + 1).to_string())
        .header("expect", "100-continue")
        .open();
    never.read_exact(&mut [0; 25]).expect("a word of the server");
    server.ask_to_stop();
    let stopped_at = Instant::now();
    let status = server.wait_for_end();
    let took = stopped_at.elapsed();
    assert!(status.success(), "{status}: {}", server.log());
    assert!(took < Duration::from_secs(28), "{took:?}");
    assert!(server.log().contains("still open"), "{}", server.log());
}
