//! The recovery app's pages and files, from a folder.

use keyhaven_server_tests::server::Server;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

fn server() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let page = |path: &str, file: &str| serde_json::json!({ "path": path, "file": file, "content_security_policy": POLICY });
    let pages = serde_json::json!([
        page("/", "index.html"),
        page("/persona", "persona/index.html"),
        page("/password/reset.html", "password/reset.html"),
        page("/password-reset.html", "password-reset.html"),
    ]);
    for name in ["persona", "password"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    for (name, text) in [
        ("pages.json", pages.to_string().as_str()),
        ("_headers", "/*"),
        ("index.html", "<!doctype html>start"),
        ("persona/index.html", "<!doctype html>persona"),
        ("password/reset.html", "<!doctype html>reset"),
        ("password-reset.html", "<!doctype html>reset too"),
        ("config.json", "{}"),
        ("app-0123456789abcdef.js", "script"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("app-0123456789abcdef.js.gz", "gzip"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let server = Server::start_with_words("", &["--app", folder.path().to_str().unwrap()]);
    (server, folder)
}

#[test]
fn both_reset_pages_are_the_app_with_its_own_policy_and_are_kept_by_nobody() {
    let (server, _folder) = server();
    for (target, text) in [
        (
            "/password/reset.html?email=a%40b.c&reset_code=x",
            "<!doctype html>reset",
        ),
        ("/password-reset.html", "<!doctype html>reset too"),
        ("/", "<!doctype html>start"),
        ("/persona", "<!doctype html>persona"),
        ("/persona/", "<!doctype html>persona"),
    ] {
        let answer = server.request("GET", target).send();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, text.as_bytes()),
            "{target}"
        );
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("content-security-policy"), POLICY);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(
            answer
                .header("permissions-policy")
                .contains("clipboard-write=(self)")
        );
    }
}

#[test]
fn files_with_a_hash_in_their_name_are_kept_for_good_and_sent_compressed() {
    let (server, _folder) = server();
    let ask = |encodings: &str| {
        server
            .request("GET", "/app-0123456789abcdef.js")
            .header("accept-encoding", encodings)
            .send()
    };
    let answer = ask("gzip, deflate, br");
    assert_eq!(
        (answer.body.as_slice(), answer.header("content-encoding")),
        (b"brotli".as_slice(), "br")
    );
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(ask("gzip").body, b"gzip");
    assert_eq!(ask("identity").body, b"script");
    let config = server.request("GET", "/config.json").send();
    assert_eq!(config.header("cache-control"), "no-cache");
    let known = server
        .request("GET", "/config.json")
        .header("if-none-match", config.header("etag"))
        .send();
    assert_eq!(known.status, 304);
}

#[test]
fn nothing_outside_the_app_is_served() {
    let (server, _folder) = server();
    for target in [
        "/../keyhaven.toml",
        "/persona/../../log",
        "/%2e%2e/log",
        "/_headers",
        "/pages.json",
        "/app-0123456789abcdef.js.br",
    ] {
        server
            .request("GET", target)
            .send()
            .expect_failure(404, "not_found");
    }
    server
        .request("POST", "/persona")
        .send()
        .expect_failure(405, "method_not_allowed");
    server
        .request("POST", "/nowhere")
        .send()
        .expect_failure(404, "not_found");
}

#[test]
fn a_request_for_a_page_changes_nothing_and_heads_have_no_body() {
    let (server, _folder) = server();
    let head = "HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}
