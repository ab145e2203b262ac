//! The corpus of the fuzz targets, replayed: what a fuzzer once found stays found, without a fuzzer.

#[path = "../../../fuzz/src/lib.rs"]
pub mod fuzz;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fuzz::TARGETS;

/// Fewer seeds than this are no corpus.
const LEAST_SEEDS: usize = 6;

type Checked = Result<(), Box<dyn Error>>;

#[test]
fn every_seed_of_every_target_keeps_its_promise() -> Checked {
    for (name, _) in TARGETS {
        let mut seeds = 0;
        for entry in fs::read_dir(root().join("corpus").join(name))? {
            let path = entry?.path();
            // Named before it runs, so that a broken promise is told with its seed.
            println!("{}", path.display());
            fuzz::run(name, &fs::read(&path)?);
            seeds += 1;
        }
        assert!(seeds >= LEAST_SEEDS, "{name} has {seeds} seeds");
    }
    Ok(())
}

#[test]
fn every_target_has_a_program_and_a_corpus_and_nothing_else_has() -> Checked {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known.len(), TARGETS.len(), "names are unique");
    assert_eq!(stems(&root().join("fuzz_targets"))?, known, "programs");
    assert_eq!(stems(&root().join("corpus"))?, known, "corpora");
    for name in known {
        let program = fs::read_to_string(root().join("fuzz_targets").join(format!("{name}.rs")))?;
        assert!(
            program.contains(&format!("run(\"{name}\", input)")),
            "{name} runs its own target"
        );
    }
    Ok(())
}

#[test]
#[should_panic(expected = "there is no target")]
fn a_target_that_is_not_there_is_not_passed_over() {
    fuzz::run("nothing", &[]);
}

fn stems(dir: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut stems = BTreeSet::new();
    for entry in fs::read_dir(dir)? {
        stems.extend(
            entry?
                .path()
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
        );
    }
    Ok(stems)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}
