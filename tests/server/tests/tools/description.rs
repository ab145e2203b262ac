//! The server does what its own description says: schemathesis reads the document and tries it out, stateful sequences
//! included.

use std::fs;

use keyhaven_server_tests::{campaign::is_full, person::Person, server::Server, tools::tool};

use crate::alone::{CONFIG, alone};

/// Sequences in which a request uses what the one before it was answered, and how many of the ways from one route to
/// another they have to go. Schemathesis finds these ways in the document: what one route answers and another takes has
/// one name there.
const SEQUENCES: u32 = 40;
const SEQUENCES_LEAST: u32 = 30;
const WAYS_LEAST: u32 = 5;

#[test]
fn the_server_does_what_its_document_says() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let person = Person::with_backup(&server, "carol@example.org");
    let base = format!("http://{}", server.address());
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/api_description.py");
    let settings = format!("[phases.stateful]\ngeneration.max-examples = {SEQUENCES}\n");
    fs::write(server.home().join("schemathesis.toml"), settings).expect("a writable home");
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
    let [sequences, ways] = ["Scenarios:", "API Links:"].map(|label| number_behind(label, &said));
    assert!(sequences >= SEQUENCES_LEAST && ways >= WAYS_LEAST, "{said}");
    let log = server.log();
    assert!(!log.contains("ERROR") && !log.contains("panic"), "{log}");
    server.request("GET", "/ready").send().expect_done();
}

/// The first number behind a label in a report.
fn number_behind(label: &str, report: &str) -> u32 {
    let behind = report.split_once(label).map(|(_, behind)| behind);
    behind
        .and_then(|behind| behind.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(|| panic!("no `{label}` in {report}"))
}
