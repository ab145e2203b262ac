//! Slow and greedy uploads of people who are signed in: what one account and one network can hold, while others are
//! served.

use std::{
    io::Read as _,
    net::TcpStream,
    time::{Duration, Instant},
};

use keyhaven_protocol::persona::limits::{JSON_MAX_BYTES, OBJECT_MAX_BYTES, STRANGER_BODY_MAX_BYTES};
use keyhaven_server_tests::{
    http::Request,
    person::{Person, ask_for_account, create_account, random},
    server::Server,
};
use serde_json::json;

const CONFIG: &str = "metrics = \"127.0.0.1:0\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
                      [load]\nconnections_per_network = 5000\n[accounts]\nsign_ups = 100\n";
/// What a slow upload has brought of its body: enough to keep pace for longer than this test takes.
const BROUGHT: usize = 512 * 1024;

/// A request of a network, which announces more than it brings.
fn begun(request: Request, network: usize, announced: usize) -> TcpStream {
    request
        .header("x-forwarded-for", format!("198.51.{network}.1"))
        .header("content-length", announced.to_string())
        .open()
}

/// What large bodies hold.
fn held(server: &Server) -> f64 {
    server.metric("keyhaven_body_bytes_in_flight{share=\"large\"}")
}

/// The status of the answer that comes before the body was sent; none when the rest of it is waited for.
fn refused(server: &Server, before: f64, stream: &mut TcpStream) -> Option<u16> {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let mut first = [0; 12];
        if stream.read_exact(&mut first).is_ok() {
            return std::str::from_utf8(&first[9..]).unwrap().parse().ok();
        }
        if held(server) > before {
            return None;
        }
        assert!(Instant::now() < until, "neither an answer nor room");
    }
}

/// Begins an upload of the largest size that is sent no further.
fn begin(server: &Server, email: &str, network: usize) -> Result<TcpStream, u16> {
    let before = held(server);
    let mut stream = begun(upload(server, email), network, OBJECT_MAX_BYTES);
    match refused(server, before, &mut stream) {
        None => Ok(stream),
        Some(status) => Err(status),
    }
}

fn upload(server: &Server, email: &str) -> Request {
    server
        .request("POST", "/personas/large")
        .basic(email, "x")
        .body("application/zip", vec![7; BROUGHT])
}

#[test]
fn slow_uploads_leave_room_for_other_accounts_and_other_networks() {
    let server = Server::start_with(CONFIG);
    let email = |number: usize| format!("p{number}@example.org");
    for number in 0..5 {
        create_account(&server, &email(number), "x").expect_done();
        // Remembered from here on: what is begun is given up when it brings nothing, and no hash may take that long.
        let signed_in = server
            .request("GET", "/personas")
            .basic(&email(number), "x")
            .send();
        assert_eq!(signed_in.status, 200);
    }
    let squatter = "squatter@example.org";
    ask_for_account(&server, squatter, "x").expect_done();
    let more_than_it_may_hold = begin(&server, squatter, 1);
    assert_eq!(more_than_it_may_hold.unwrap_err(), 507);

    // Two of one account, from wherever.
    let mut held: Vec<_> = (0..2)
        .map(|network| begin(&server, &email(0), network).unwrap())
        .collect();
    assert_eq!(begin(&server, &email(0), 3).unwrap_err(), 503);

    // Half of the memory for one network, whoever sends: two of 56 MiB, and one was taken before.
    held.push(begin(&server, &email(1), 0).unwrap());
    for number in 2..4 {
        assert_eq!(begin(&server, &email(number), 0).unwrap_err(), 503);
    }
    let stored = upload(&server, &email(4))
        .header("x-forwarded-for", "198.51.9.1")
        .bytes(vec![7; OBJECT_MAX_BYTES])
        .send();
    stored.expect_done();
    drop(held);
}

/// What is short pays for what has come: to announce costs others nothing, and to send costs one's own network.
#[test]
fn slow_small_bodies_of_one_network_keep_nobody_else_from_signing_in_or_changing_keys() {
    let server = Server::start_with(CONFIG);
    let person = Person::with_backup(&server, "carol@example.org");
    let keys = || person.request(&server, "POST", "/persona/v1/unlock");
    let sign_in = || server.request("POST", "/persona/v1/sessions");
    let mut held = Vec::new();
    for _ in 0..80 {
        let request = keys().body("application/json", "{");
        held.push(begun(request, 1, JSON_MAX_BYTES));
    }
    for _ in 0..600 {
        let body = vec![b' '; STRANGER_BODY_MAX_BYTES - 1];
        let request = sign_in().body("application/json", body);
        held.push(begun(request, 1, STRANGER_BODY_MAX_BYTES));
    }
    let unlocked = keys()
        .header("x-forwarded-for", "198.51.2.1")
        .json(&json!({ "unlock_proof": person.unlock_proof }))
        .send();
    assert_eq!(unlocked.status, 200, "{unlocked}");
    let wrong = sign_in()
        .header("x-forwarded-for", "198.51.2.1")
        .json(&json!({ "email": person.email, "auth_key": random::<32>() }))
        .send();
    wrong.expect_failure(401, "unauthorized");
    let of_strangers = server.metric("keyhaven_body_bytes_in_flight{share=\"strangers\"}");
    assert!(
        of_strangers > 1024.0 * 1024.0,
        "{of_strangers}: nothing was held, so it proves nothing"
    );
    drop(held);
}
