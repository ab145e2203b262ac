//! One mutant before all of the tests, the likeliest to fail first.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::mutant::Mutant;
use crate::suite::{Outcome, Program, Selection};

/// So many tests are remembered of a file, of those that found its mutants.
const REMEMBERED: usize = 6;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// A test failed.
    Caught,
    /// It went round in circles, waited for ever or took all memory.
    Stopped,
    /// Every test passed.
    Missed,
    /// The compiler refuses it.
    Unviable,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Stopped => "stopped",
            Self::Missed => "missed",
            Self::Unviable => "unviable",
        }
    }
}

/// The tests of a package, and what was learned of them.
#[derive(Debug)]
pub(crate) struct Court {
    /// The quickest first.
    programs: Vec<Program>,
    /// By file: which tests of which program failed last.
    witnesses: Mutex<HashMap<String, VecDeque<(usize, String)>>>,
}

impl Court {
    pub(crate) fn new(mut programs: Vec<Program>) -> Self {
        programs.sort_by_key(|program| program.takes);
        Self {
            programs,
            witnesses: Mutex::default(),
        }
    }

    /// Runs tests over `mutant`, which is on under `number`, until one fails; says by which.
    ///
    /// # Errors
    /// When a program does not start.
    pub(crate) fn try_mutant(
        &self,
        mutant: &Mutant,
        number: u32,
    ) -> anyhow::Result<(Verdict, Option<String>)> {
        for (place, test) in self.witnesses_of(&mutant.file) {
            let Some(program) = self.programs.get(place) else {
                continue;
            };
            let outcome = program.run(Selection::One(&test), number)?;
            if let Some(verdict) = self.judge(&mutant.file, place, outcome) {
                return Ok(verdict);
            }
        }
        for module in modules(&mutant.file) {
            for (place, program) in self.programs.iter().enumerate() {
                let prefix = format!("{module}::");
                if !program.tests.iter().any(|test| test.starts_with(&prefix)) {
                    continue;
                }
                let outcome = program.run(Selection::Module(&module), number)?;
                if let Some(verdict) = self.judge(&mutant.file, place, outcome) {
                    return Ok(verdict);
                }
            }
        }
        for (place, program) in self.programs.iter().enumerate() {
            let outcome = program.run(Selection::All, number)?;
            if let Some(verdict) = self.judge(&mutant.file, place, outcome) {
                return Ok(verdict);
            }
        }
        Ok((Verdict::Missed, None))
    }

    fn witnesses_of(&self, file: &str) -> Vec<(usize, String)> {
        let witnesses = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        witnesses
            .get(file)
            .map(|known| known.iter().cloned().collect())
            .unwrap_or_default()
    }

    fn judge(&self, file: &str, place: usize, outcome: Outcome) -> Option<(Verdict, Option<String>)> {
        match outcome {
            Outcome::Passed => None,
            Outcome::Stopped => Some((Verdict::Stopped, None)),
            Outcome::Failed(None) => Some((Verdict::Caught, None)),
            Outcome::Failed(Some(test)) => {
                self.remember(file, place, &test);
                Some((Verdict::Caught, Some(test)))
            }
        }
    }

    fn remember(&self, file: &str, place: usize, test: &str) {
        let mut witnesses = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        let known = witnesses.entry(file.to_owned()).or_default();
        known.retain(|(_, other)| other != test);
        known.push_front((place, test.to_owned()));
        known.truncate(REMEMBERED);
    }
}

/// The modules whose tests stand beside `file`: its own, and the one that it is in.
fn modules(file: &str) -> Vec<String> {
    let Some((_, inside)) = file.split_once("/src/") else {
        return Vec::new();
    };
    let parts: Vec<_> = Path::new(inside)
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .filter(|part| part != "mod" && part != "lib")
        .collect();
    let own = parts.join("::");
    let around = own.rsplit_once("::").map(|(around, _)| around.to_owned());
    std::iter::once(own)
        .chain(around)
        .filter(|module| !module.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_the_file_itself_come_before_those_around_it() {
        assert_eq!(
            modules("crates/core/src/matrix/key_file/read.rs"),
            ["matrix::key_file::read", "matrix::key_file"]
        );
        assert_eq!(modules("crates/core/src/order.rs"), ["order"]);
        assert!(modules("crates/core/src/lib.rs").is_empty());
    }
}
