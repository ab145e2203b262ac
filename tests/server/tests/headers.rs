//! What every answer carries.

use keyhaven_server_tests::{
    http::{Answer, Request},
    person::create_account,
    server::Server,
};

/// Answers of every kind: done, refused, not found, too large, bytes.
fn samples(server: &Server) -> Vec<Answer> {
    let _account = create_account(server, "carol@example.org", "x");
    let basic = |method: &str, target: &str| server.request(method, target).basic("carol@example.org", "x");
    let requests: Vec<Request> = vec![
        server.request("GET", "/status"),
        server.request("GET", "/nowhere"),
        server.request("PATCH", "/accounts"),
        server.request("GET", "/personas"),
        basic("POST", "/personas/a").body("application/zip", "x"),
        basic("GET", "/personas/a"),
        basic("GET", "/personas/b"),
        basic("POST", "/personas/a")
            .header("content-length", "99999999")
            .body("application/zip", ""),
        server.request("POST", "/accounts").body("application/json", "{"),
        server.request("GET", "/persona/v1/account"),
        server.request("GET", "/openapi.json"),
        server.request("GET", "/docs"),
        server.request("GET", "/health"),
    ];
    requests.into_iter().map(Request::send).collect()
}

#[test]
fn every_answer_carries_the_security_headers_and_its_id() {
    let server = Server::start();
    let mut ids = std::collections::HashSet::new();
    for answer in samples(&server) {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("x-robots-tag", "noindex"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {answer}");
        }
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'"),
            "{answer}"
        );
        assert!(!answer.header("permissions-policy").is_empty());
        for absent in [
            "server",
            "x-powered-by",
            "access-control-allow-origin",
            "strict-transport-security",
            "set-cookie",
        ] {
            assert_eq!(answer.header(absent), "", "{answer}");
        }
        assert!(
            ids.insert(answer.header("x-request-id").to_owned()),
            "an id of its own"
        );
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[test]
fn behind_https_browsers_are_told_to_insist_on_it() {
    let server = Server::start_with("base_url = \"https://keys.example.org\"\nmail.outbox = true\n");
    for answer in samples(&server) {
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
    }
}

#[test]
fn the_id_of_a_request_is_ours() {
    let server = Server::start();
    let answer = server
        .request("GET", "/health")
        .header("x-request-id", "forged")
        .send();
    assert_ne!(answer.header("x-request-id"), "forged");
}

#[test]
fn pages_of_listed_origins_only_may_read_answers() {
    let server = Server::start_with("allowed_origins = [\"https://app.example.org\"]\n");
    let preflight = |origin: &str| {
        server
            .request("OPTIONS", "/persona/v1/keys")
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header(
                "access-control-request-headers",
                "authorization,content-type,if-match",
            )
            .send()
    };
    let allowed = preflight("https://app.example.org");
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        "https://app.example.org"
    );
    assert!(
        allowed
            .header("access-control-allow-headers")
            .contains("if-match")
    );
    assert!(allowed.header("access-control-allow-methods").contains("PUT"));
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    assert_eq!(
        preflight("https://evil.example").header("access-control-allow-origin"),
        ""
    );
    let answer = server
        .request("GET", "/health")
        .header("origin", "https://app.example.org")
        .send();
    assert!(answer.header("access-control-expose-headers").contains("etag"));
}
