//! Whatever is sent: never a fault of the server, never a page, and the server goes on.

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    campaign::{Numbers, rounds},
    http::{Answer, Request, exchange},
    person::{Person, create_account, random},
    server::Server,
};
use serde_json::{Value, json};

const ROUTES: [(&str, &str); 52] = [
    ("GET", "/status"),
    ("POST", "/accounts"),
    ("GET", "/personas"),
    ("POST", "/personas/{}"),
    ("GET", "/personas/{}"),
    ("DELETE", "/personas/{}"),
    ("PUT", "/password/reset"),
    ("POST", "/password/reset"),
    ("GET", "/password/reset/{}"),
    ("GET", "/persona/v1/kdf"),
    ("GET", "/persona/v1/kdf?email={}"),
    ("POST", "/persona/v1/accounts"),
    ("GET", "/persona/v1/account"),
    ("POST", "/persona/v1/password"),
    ("POST", "/persona/v1/sessions"),
    ("GET", "/persona/v1/sessions"),
    ("DELETE", "/persona/v1/sessions"),
    ("DELETE", "/persona/v1/sessions/{}"),
    ("GET", "/persona/v1/keys"),
    ("PUT", "/persona/v1/keys"),
    ("POST", "/persona/v1/keys/release"),
    ("POST", "/persona/v1/unlock"),
    ("GET", "/persona/v1/inventory"),
    ("PUT", "/persona/v1/inventory"),
    ("GET", "/persona/v1/inventory/versions"),
    ("GET", "/persona/v1/inventory/versions/{}"),
    ("GET", "/persona/v1/deleted"),
    ("GET", "/persona/v1/objects"),
    ("GET", "/persona/v1/objects/{}"),
    ("PUT", "/persona/v1/objects/{}"),
    ("POST", "/persona/v1/objects/{}/delete"),
    ("POST", "/persona/v1/objects/{}/undelete"),
    ("POST", "/persona/v1/confirmation"),
    ("POST", "/persona/v1/confirm"),
    ("POST", "/persona/v1/freeze"),
    ("POST", "/persona/v1/undo"),
    ("POST", "/persona/v1/recover"),
    ("POST", "/persona/v1/recover/release"),
    ("PUT", "/persona/v1/address"),
    ("DELETE", "/persona/v1/address"),
    ("POST", "/persona/v1/account/delete"),
    ("POST", "/persona/v1/account/undelete"),
    ("GET", "/persona/v1/objects/{}/versions"),
    ("GET", "/persona/v1/objects/{}/versions/{}"),
    ("GET", "/personas/{}/versions"),
    ("POST", "/personas/{}/versions/{}"),
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/openapi.json"),
    // Not `/` alone: that is a page of the app, where the app is built in.
    ("GET", "/nowhere{}"),
    ("OPTIONS", "/nowhere{}"),
    ("TRACE", "/personas/{}"),
];

/// What no request may get.
fn expect_sane(what: &str, answer: &Answer) {
    assert!(
        answer.status < 500 || answer.status == 507 || answer.status == 503,
        "{what}: {answer}"
    );
    assert!(
        !answer.header("content-type").contains("html"),
        "{what}: {answer}"
    );
    if answer.status >= 400 && what.split(' ').next() != Some("HEAD") {
        let _name = answer.error();
    }
}

#[test]
fn every_route_is_on_the_list() {
    let server = Server::start();
    let document = server.request("GET", "/openapi.json").send().json();
    let listed = |method: &str, path: &str| {
        ROUTES
            .iter()
            .any(|(other, target)| *other == method && target.split('?').next() == Some(path))
    };
    for (path, methods) in document["paths"].as_object().unwrap() {
        let mut parts = path.split(['{', '}']);
        let mut path = parts.next().unwrap().to_owned();
        while let (Some(_name), Some(rest)) = (parts.next(), parts.next()) {
            path = format!("{path}{{}}{rest}");
        }
        for method in methods.as_object().unwrap().keys() {
            // The document for people is the one page of the server's own.
            let known = path == "/docs" || listed(&method.to_uppercase(), &path);
            assert!(known, "{method} {path}");
        }
    }
}

#[test]
fn malformed_json_is_a_json_error_on_every_route() {
    let server = Server::start();
    let person = Person::with_backup(&server, "carol@example.org");
    for (method, target) in ROUTES {
        let target = target.replace("{}", "AAAAAAAAAAAAAAAAAAAAAA");
        for body in [
            "{",
            "[",
            "nul",
            "\"",
            "{\"email\":}",
            "\u{0}",
            "[[[[[[[[[[[[",
            "1e999",
            "{\"a\":1,\"a\":2}",
        ] {
            let answer = person
                .request(&server, method, &target)
                .header("if-match", "\"1\"")
                .body("application/json", body)
                .send();
            expect_sane(&format!("{method} {target} {body}"), &answer);
        }
    }
}

#[test]
fn wrong_types_in_every_field_are_client_errors() {
    let server = Server::start();
    let person = Person::with_backup(&server, "carol@example.org");
    let record = person.key_record(1);
    let bodies: Vec<(&str, &str, Value)> = vec![
        ("POST", "/accounts", json!({ "email": "a@b.c", "password": "x" })),
        ("PUT", "/password/reset", json!({ "email": "a@b.c" })),
        (
            "POST",
            "/password/reset",
            json!({ "email": "a@b.c", "reset_code": "x", "password": "x" }),
        ),
        (
            "POST",
            "/persona/v1/accounts",
            json!({ "email": "a@b.c", "account_id": random::<16>(), "auth_key": random::<32>(),
                    "kdf": { "memory_kib": 1, "passes": 1, "lanes": 1 } }),
        ),
        (
            "POST",
            "/persona/v1/sessions",
            json!({ "email": "a@b.c", "auth_key": random::<32>() }),
        ),
        ("PUT", "/persona/v1/keys", record.clone()),
        (
            "POST",
            "/persona/v1/keys/release",
            json!({ "secret": "password", "auth": random::<32>() }),
        ),
        (
            "POST",
            "/persona/v1/unlock",
            json!({ "unlock_proof": random::<32>() }),
        ),
        (
            "POST",
            "/persona/v1/password",
            json!({ "current_auth_key": random::<32>(), "new_auth_key": random::<32>(),
                    "kdf": { "memory_kib": 65536, "passes": 3, "lanes": 1 }, "keys": record }),
        ),
        (
            "PUT",
            "/persona/v1/address",
            json!({ "current_auth_key": random::<32>(), "new_email": "b@b.c", "new_auth_key": random::<32>(),
                    "kdf": { "memory_kib": 65536, "passes": 3, "lanes": 1 }, "keys": record }),
        ),
        (
            "POST",
            "/persona/v1/account/delete",
            json!({ "current_auth_key": random::<32>(), "recovery_auth": random::<32>() }),
        ),
        (
            "POST",
            "/persona/v1/undo",
            json!({ "email": "a@b.c", "auth_key": random::<32>() }),
        ),
        (
            "POST",
            "/persona/v1/recover/release",
            json!({ "email": "a@b.c", "recovery_auth": random::<32>() }),
        ),
        (
            "POST",
            "/persona/v1/recover",
            json!({ "email": "a@b.c", "recovery_auth": random::<32>(), "new_auth_key": random::<32>(),
                    "kdf": { "memory_kib": 65536, "passes": 3, "lanes": 1 }, "keys": record }),
        ),
        (
            "POST",
            "/persona/v1/confirm",
            json!({ "code": format!("c{}", random::<32>()) }),
        ),
        (
            "POST",
            "/persona/v1/freeze",
            json!({ "code": format!("f{}", random::<32>()) }),
        ),
    ];
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("x".repeat(5000)),
        json!("\u{0}\u{feff}☃"),
        json!([]),
        json!([[1]]),
        json!({}),
        json!({ "a": { "b": [] } }),
    ];
    for (method, target, body) in bodies {
        for place in places(&body) {
            for value in &values {
                let mut changed = body.clone();
                *changed.pointer_mut(&place).unwrap() = value.clone();
                let answer = person
                    .request(&server, method, target)
                    .header("if-match", "\"9\"")
                    .json(&changed)
                    .send();
                let what = format!("{method} {target} {place} = {value}");
                expect_sane(&what, &answer);
                assert!(
                    (400..500).contains(&answer.status) || target == "/accounts",
                    "{what}: {answer}"
                );
            }
        }
    }
}

/// The pointers to every value inside.
fn places(value: &Value) -> Vec<String> {
    let Value::Object(object) = value else {
        return Vec::new();
    };
    object
        .iter()
        .flat_map(|(key, value)| {
            let here = format!("/{key}");
            let below: Vec<_> = places(value)
                .into_iter()
                .map(|place| format!("{here}{place}"))
                .collect();
            std::iter::once(here).chain(below)
        })
        .collect()
}

#[test]
fn random_bytes_at_every_route_are_survived() {
    let server = Server::start_with("[accounts]\nwrong_passwords = 1000000\n");
    let person = Person::with_backup(&server, "carol@example.org");
    create_account(&server, "dave@example.org", "x").expect_done();
    let mut numbers = Numbers::new(0x006b_6579_6861_7665);
    for round in 0..rounds(10_000) {
        let (method, target) = *numbers.pick(&ROUTES);
        let target = target.replace("{}", &random_path(&mut numbers));
        let request = random_headers(&mut numbers, &person, server.request(method, &target));
        let body = random_body(&mut numbers);
        let answer = request.bytes(body).send();
        expect_sane(&format!("{method} {target}, round {round}"), &answer);
    }
    assert_eq!(server.request("GET", "/ready").send().status, 200);
    assert!(!server.log().contains("panic"), "{}", server.log());
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

fn random_path(numbers: &mut Numbers) -> String {
    let len = numbers.below(40);
    numbers
        .bytes(len)
        .into_iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'@' | b'-' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn random_headers(numbers: &mut Numbers, person: &Person, request: Request) -> Request {
    let garbage_len = numbers.below(60);
    let garbage: Vec<u8> = numbers
        .bytes(garbage_len)
        .into_iter()
        .filter(|byte| *byte >= b' ' && *byte != 0x7f)
        .collect();
    let request = match numbers.below(5) {
        0 => request,
        1 => request.bearer(&person.token),
        2 => request.basic("dave@example.org", "x"),
        3 => request.header("authorization", [b"Basic ".as_slice(), &garbage].concat()),
        _ => request.header("authorization", &garbage),
    };
    let request = match numbers.below(4) {
        0 => request,
        1 => request.header("if-match", &garbage),
        2 => request.header("if-match", "\"1\""),
        _ => request.header("if-none-match", "*"),
    };
    match numbers.below(6) {
        0 => request,
        1 => request.header("content-type", &garbage),
        2 => request.header("content-type", "application/x-www-form-urlencoded"),
        3 => request.header("content-type", "application/zip"),
        _ => request.header("content-type", "application/json"),
    }
}

fn random_body(numbers: &mut Numbers) -> Vec<u8> {
    let len = numbers.below(300);
    let noise = numbers.bytes(len);
    let names = [
        "email",
        "password",
        "reset_code",
        "auth_key",
        "kdf",
        "keys",
        "secret",
        "auth",
        "unlock_proof",
    ];
    match numbers.below(4) {
        0 => noise,
        1 => parts(&[&noise, b"object"]),
        2 => format!("{}={}", numbers.pick(&names), String::from_utf8_lossy(&noise)).into_bytes(),
        _ => {
            let text = String::from_utf8_lossy(&noise).into_owned();
            let mut body = serde_json::Map::new();
            for name in names {
                let value = match numbers.below(5) {
                    0 => json!(numbers.next()),
                    1 => json!(random::<32>()),
                    2 => json!({ "a": text }),
                    3 => json!("dave@example.org"),
                    _ => json!(text),
                };
                body.insert(name.to_owned(), value);
            }
            Value::Object(body).to_string().into_bytes()
        }
    }
}

#[test]
fn requests_that_are_no_http_leave_the_server_standing() {
    let server = Server::start();
    for raw in [
        b"\r\n\r\n".as_slice(),
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /accounts HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST /accounts HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello",
        b"POST /accounts HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
    ] {
        let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
        std::io::Write::write_all(&mut stream, raw).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // A reset instead of an answer is fine here too.
        let _ended = std::io::Read::read_to_end(&mut stream, &mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            !answer.contains("HTTP/1.1 5") && !answer.contains("HTTP/1.1 2"),
            "{answer}"
        );
    }
    assert_eq!(server.request("GET", "/ready").send().status, 200);
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = Server::start();
    let head = format!(
        "GET /status HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "y".repeat(1_000_000)
    );
    assert_eq!(exchange(server.address(), &[head.as_bytes()]).status, 431);
}
