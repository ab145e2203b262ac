//! The server does what its own description says: schemathesis reads the document and tries it out, stateful sequences
//! included.

use keyhaven_server_tests::{campaign::is_full, person::Person, server::Server, tools::tool};

use crate::alone::{CONFIG, alone};

#[test]
fn the_server_does_what_its_document_says() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let person = Person::with_backup(&server, "carol@example.org");
    let base = format!("http://{}", server.address());
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/api_description.py");
    // What a schema cannot say (a proof that must be right, one of two headers, a version that must be the present one)
    // is refused although it fits, so that fitting is not asked to be enough.
    let ran = tool("KEYHAVEN_SCHEMATHESIS")
        .args([
            "run",
            &format!("{base}/openapi.json"),
            "--no-color",
            "--workers",
            "2",
        ])
        .args(["--seed", "1", "--continue-on-failure", "--warnings", "off"])
        .args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"])
        .args(["--max-examples", if is_full() { "200" } else { "10" }])
        .env("SCHEMATHESIS_HOOKS", hooks)
        .env("KEYHAVEN_BASE", &base)
        .env("KEYHAVEN_EMAIL", &person.email)
        .env("KEYHAVEN_AUTH_KEY", &person.auth_key)
        .current_dir(server.home())
        .output()
        .expect("schemathesis");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let tested = said.lines().find(|line| line.trim_start().starts_with("Tested:"));
    println!("{}", tested.expect("a summary"));
    let log = server.log();
    assert!(!log.contains("ERROR") && !log.contains("panic"), "{log}");
    server.request("GET", "/ready").send().expect_done();
}
