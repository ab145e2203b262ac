//! The server does what its own description says: schemathesis reads the document and tries it out, stateful sequences
//! included.

use std::{collections::BTreeSet, fs, path::Path};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    campaign::is_full,
    person::{Person, random},
    server::Server,
    tools::tool,
};

use crate::alone::{CONFIG, alone};

/// Sequences in which a request uses what the one before it was answered, and how many of the ways from one route to
/// another they have to go. Schemathesis finds these ways in the document: what one route answers and another takes has
/// one name there.
const SEQUENCES: u32 = 40;
const SEQUENCES_LEAST: u32 = 30;
const WAYS_LEAST: u32 = 5;

/// Routes whose success the run never sees, and why. Every other one must succeed at least once, so that what it answers
/// then is compared with the document too.
const OUT_OF_REACH: [(&str, &str); 1] = [("GET /openapi.json", "the run leaves out what it reads itself")];

/// Somebody with a backup of one object and a persona of the original wire, each of two versions.
struct Owner {
    person: Person,
    object: String,
    persona: String,
}

impl Owner {
    fn on(server: &Server) -> Self {
        let person = Person::with_backup(server, "carol@example.org");
        let (object, persona) = (random::<16>(), random::<16>());
        for condition in [("if-none-match", "*"), ("if-match", "\"1\"")] {
            let written = person
                .request(server, "PUT", &format!("/persona/v1/objects/{object}"))
                .header(condition.0, condition.1)
                .body(
                    "application/vnd.keyhaven.parts",
                    parts(&[b"inventory", b"object"]),
                )
                .send();
            assert_eq!(written.status, 200, "{written}");
            let stored = server
                .request("POST", &format!("/personas/{persona}"))
                .basic(&person.email, &person.auth_key);
            // Of a type that no client of ours stores.
            stored
                .body("application/octet-stream", "persona")
                .send()
                .expect_done();
        }
        Self {
            person,
            object,
            persona,
        }
    }

    /// What the run has to know of them.
    fn variables(&self, server: &Server) -> [(&'static str, String); 10] {
        let (epoch, _) = self.person.next(server);
        [
            ("KEYHAVEN_EMAIL", self.person.email.clone()),
            ("KEYHAVEN_AUTH_KEY", self.person.auth_key.clone()),
            ("KEYHAVEN_UNLOCK_PROOF", self.person.unlock_proof.clone()),
            ("KEYHAVEN_RECOVERY_AUTH", self.person.recovery_auth.clone()),
            (
                "KEYHAVEN_KEY_RECORD",
                self.person.rewrapped(epoch - 1).to_string(),
            ),
            ("KEYHAVEN_FIRST_KEY_RECORD", self.person.key_record(1).to_string()),
            ("KEYHAVEN_NEXT_KEY_RECORD", self.person.rewrapped(2).to_string()),
            (
                "KEYHAVEN_OUTBOX",
                server.data().join("outbox").display().to_string(),
            ),
            ("KEYHAVEN_OBJECT", self.object.clone()),
            ("KEYHAVEN_PERSONA", self.persona.clone()),
        ]
    }
}

#[test]
fn the_server_does_what_its_document_says() {
    let _alone = alone();
    let server = Server::start_with(CONFIG);
    let owner = Owner::on(&server);
    let base = format!("http://{}", server.address());
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/api_description.py");
    let settings = format!("[phases.stateful]\ngeneration.max-examples = {SEQUENCES}\n");
    fs::write(server.home().join("schemathesis.toml"), settings).expect("a writable home");
    let answers = server.home().join("answers");
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
        .env("KEYHAVEN_ANSWERS", &answers)
        .envs(owner.variables(&server))
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
    expect_successes(&server, &answers);
    let [sequences, ways] = ["Scenarios:", "API Links:"].map(|label| number_behind(label, &said));
    assert!(sequences >= SEQUENCES_LEAST && ways >= WAYS_LEAST, "{said}");
    let log = server.log();
    assert!(!log.contains("ERROR") && !log.contains("panic"), "{log}");
    server.request("GET", "/ready").send().expect_done();
}

/// Each route of the document, with its method, has succeeded, or is out of reach.
fn expect_successes(server: &Server, answers: &Path) {
    let answers = fs::read_to_string(answers).expect("answers");
    let succeeded: BTreeSet<&str> = answers
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(status, route)| status.starts_with('2').then_some(route))
        .collect();
    let document = server.request("GET", "/openapi.json").send().json();
    let mut never = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let route = format!("{} {path}", method.to_uppercase());
            if !succeeded.contains(route.as_str()) {
                never.push(route);
            }
        }
    }
    never.sort();
    let mut out_of_reach = OUT_OF_REACH.map(|(route, _)| route);
    out_of_reach.sort_unstable();
    assert_eq!(never, out_of_reach, "routes that never succeeded");
}

/// The first number behind a label in a report.
fn number_behind(label: &str, report: &str) -> u32 {
    let behind = report.split_once(label).map(|(_, behind)| behind);
    behind
        .and_then(|behind| behind.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(|| panic!("no `{label}` in {report}"))
}
