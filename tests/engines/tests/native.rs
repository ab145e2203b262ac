//! Every case of the vectors, native: by the software engine, whole and in pieces.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use keyhaven_engine_tests::{Engine, Outcome, run};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    op: String,
    input: Value,
    output: Option<Value>,
    error: Option<Value>,
}

type Checked = Result<(), Box<dyn Error>>;

impl Case {
    fn expected(&self) -> Option<Outcome> {
        match (&self.output, &self.error) {
            (Some(output), None) => Some(Outcome::Output(output.clone())),
            (None, Some(error)) => Some(Outcome::Error(error.clone())),
            _ => None,
        }
    }
}

#[test]
fn address() -> Checked {
    check("address", 20)
}

#[test]
fn archive() -> Checked {
    check("archive", 34)
}

#[test]
fn file() -> Checked {
    check("file", 15)
}

#[test]
fn former_keys() -> Checked {
    check("former-keys", 32)
}

#[test]
fn inventory() -> Checked {
    check("inventory", 46)
}

#[test]
fn keys() -> Checked {
    check("keys", 20)
}

#[test]
fn object() -> Checked {
    check("object", 70)
}

#[test]
fn parts() -> Checked {
    check("parts", 10)
}

#[test]
fn recovery_code() -> Checked {
    check("recovery-code", 50)
}

#[test]
fn wrap() -> Checked {
    check("wrap", 15)
}

#[test]
fn no_file_is_left_out() {
    let mut names: Vec<_> = fs::read_dir(vectors())
        .expect("the vectors")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    let tested = [
        "address",
        "archive",
        "file",
        "former-keys",
        "inventory",
        "keys",
        "object",
        "parts",
        "recovery-code",
        "wrap",
    ];
    assert_eq!(names, tested.map(|name| format!("{name}.json")));
}

/// Runs every case of `vectors/persona/NAME.json`, of which there are at least so many.
fn check(name: &str, least: usize) -> Checked {
    let text = fs::read(vectors().join(format!("{name}.json")))?;
    let File { cases } = serde_json::from_slice(&text)?;
    assert!(cases.len() >= least, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for engine in [Engine::Core, Engine::Pieces] {
        for case in &cases {
            let ran = run(engine, &case.op, case.input.clone()).now_or_never();
            let ran = ran.ok_or("the software engine waits for nothing")??;
            if Some(&ran.outcome) != case.expected().as_ref() {
                wrong.push(format!("{engine:?} {} {}: {:?}", case.op, case.name, ran.outcome));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/persona")
}
