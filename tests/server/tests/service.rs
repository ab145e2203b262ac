//! Routes about the server itself, and paths that are none.

use keyhaven_server_tests::server::Server;

#[test]
fn health_and_readiness_answer() {
    let server = Server::start();
    server.request("GET", "/health").send().expect_done();
    server.request("GET", "/ready").send().expect_done();
}

#[test]
fn the_document_names_the_configured_server_and_every_path() {
    let server = Server::start_with("base_url = \"https://keys.example.org\"\nmail.outbox = true\n");
    let document = server
        .request("GET", "/openapi.json")
        .header("host", "evil.example")
        .send()
        .json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["servers"][0]["url"], "https://keys.example.org");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/accounts",
        "/personas/{id}",
        "/password/reset",
        "/persona/v1/keys/release",
        "/ready",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let target = path.replace("{id}", "x").replace("{email}", "x");
            let answer = server.request(&method.to_uppercase(), &target).send();
            let status = answer.status.to_string();
            assert!(
                operation["responses"].get(&status).is_some(),
                "{method} {path} answers {status}"
            );
            assert_ne!(answer.status, 405, "{method} {path}");
        }
    }
}

#[test]
fn the_docs_are_a_page_that_runs_nothing() {
    let server = Server::start();
    let answer = server.request("GET", "/docs").send();
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"),
        "{policy}"
    );
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.contains("/persona/v1/keys/release") && page.contains("wrong_proof"));
}

#[test]
fn unknown_paths_and_methods_are_json_errors() {
    let server = Server::start();
    // `/` is a page of the app, where the app is built in.
    for target in [
        "/nowhere",
        "/persona/v1",
        "/persona/v1/nowhere",
        "/password",
        "/personas/",
    ] {
        server
            .request("GET", target)
            .send()
            .expect_failure(404, "not_found");
    }
    for (method, target) in [
        ("PATCH", "/accounts"),
        ("GET", "/accounts"),
        ("DELETE", "/personas"),
        ("PUT", "/status"),
    ] {
        let answer = server.request(method, target).send();
        answer.expect_failure(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty());
    }
}
