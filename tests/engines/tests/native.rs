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
    check("persona/address", 20)
}

#[test]
fn archive() -> Checked {
    check("persona/archive", 34)
}

#[test]
fn file() -> Checked {
    check("persona/file", 15)
}

#[test]
fn former_keys() -> Checked {
    check("persona/former-keys", 32)
}

#[test]
fn inventory() -> Checked {
    check("persona/inventory", 46)
}

#[test]
fn keys() -> Checked {
    check("persona/keys", 20)
}

#[test]
fn object() -> Checked {
    check("persona/object", 70)
}

#[test]
fn parts() -> Checked {
    check("persona/parts", 10)
}

#[test]
fn recovery_code() -> Checked {
    check("persona/recovery-code", 50)
}

#[test]
fn wrap() -> Checked {
    check("persona/wrap", 15)
}

#[test]
fn matrix_backup() -> Checked {
    check("matrix/backup", 47)
}

#[test]
fn matrix_key_file() -> Checked {
    check("matrix/key-file", 55)
}

#[test]
fn matrix_primitives() -> Checked {
    check("matrix/primitives", 16)
}

#[test]
fn matrix_recovery_key() -> Checked {
    check("matrix/recovery-key", 30)
}

#[test]
fn matrix_secret_storage() -> Checked {
    check("matrix/secret-storage", 28)
}

#[test]
fn matrix_session() -> Checked {
    check("matrix/session", 45)
}

#[test]
fn no_file_is_left_out() -> Checked {
    let tested = [
        "matrix/backup",
        "matrix/key-file",
        "matrix/primitives",
        "matrix/recovery-key",
        "matrix/secret-storage",
        "matrix/session",
        "persona/address",
        "persona/archive",
        "persona/file",
        "persona/former-keys",
        "persona/inventory",
        "persona/keys",
        "persona/object",
        "persona/parts",
        "persona/recovery-code",
        "persona/wrap",
    ];
    let names = [names_in("matrix")?, names_in("persona")?].concat();
    assert_eq!(names, tested.map(|name| format!("{name}.json")));
    Ok(())
}

/// The files of a folder, in their order.
fn names_in(folder: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(vectors().join(folder))? {
        let name = entry?.file_name();
        names.push(format!("{folder}/{}", name.to_string_lossy()));
    }
    names.sort();
    Ok(names)
}

/// Runs every case of `vectors/NAME.json`, of which there are at least so many.
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
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}
