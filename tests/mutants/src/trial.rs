//! One mutant before the tests that reach it, the likeliest to fail first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::mutant::Mutant;
use crate::suite::Test;
use crate::watch::Outcome;

/// So many tests are remembered of a file, of those that found its mutants.
const REMEMBERED: usize = 4;
/// Tests that take no longer than this are run together.
const QUICK: Duration = Duration::from_millis(100);

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// A test failed.
    Caught,
    /// It went round in circles, waited for ever or took all memory.
    Stopped,
    /// Every test passed that reaches it.
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

/// A mutant that is built into the programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accused<'m> {
    pub(crate) mutant: &'m Mutant,
    pub(crate) number: u32,
    /// Its switch; where it has none, every test is asked.
    pub(crate) switch: Option<u32>,
}

/// The tests of a package, and what was learned of them.
#[derive(Debug)]
pub(crate) struct Court {
    /// The quickest first.
    tests: Vec<Arc<Test>>,
    /// By file: which tests failed last.
    witnesses: Mutex<HashMap<String, VecDeque<Arc<Test>>>>,
}

impl Court {
    pub(crate) fn new(mut tests: Vec<Arc<Test>>) -> Self {
        tests.sort_by_key(|test| test.takes);
        Self {
            tests,
            witnesses: Mutex::default(),
        }
    }

    /// Runs tests over a mutant until one fails; says by which.
    ///
    /// # Errors
    /// When a program does not start.
    pub(crate) fn hear(&self, accused: Accused<'_>) -> anyhow::Result<(Verdict, Option<String>)> {
        let mut asked = self.reaching(accused.switch);
        for witness in self.witnesses_of(&accused.mutant.file) {
            let Some(place) = asked.iter().position(|test| Arc::ptr_eq(test, &witness)) else {
                continue;
            };
            asked.remove(place);
            if let Some(verdict) = self.ask(&[witness], accused)? {
                return Ok(verdict);
            }
        }
        for together in together(asked) {
            if let Some(verdict) = self.ask(&together, accused)? {
                return Ok(verdict);
            }
        }
        Ok((Verdict::Missed, None))
    }

    fn reaching(&self, switch: Option<u32>) -> Vec<Arc<Test>> {
        self.tests
            .iter()
            .filter(|test| switch.is_none_or(|switch| test.reached.contains(&switch)))
            .cloned()
            .collect()
    }

    /// What `tests` say, all of which are of one program.
    fn ask(
        &self,
        tests: &[Arc<Test>],
        accused: Accused<'_>,
    ) -> anyhow::Result<Option<(Verdict, Option<String>)>> {
        let Some(first) = tests.first() else {
            return Ok(None);
        };
        Ok(match first.program.run(tests, accused.number)? {
            Outcome::Passed => None,
            Outcome::Stopped => Some((Verdict::Stopped, None)),
            Outcome::Failed(None) => Some((Verdict::Caught, None)),
            Outcome::Failed(Some(name)) => {
                if let Some(test) = tests.iter().find(|test| test.name == name) {
                    self.remember(&accused.mutant.file, test);
                }
                Some((Verdict::Caught, Some(name)))
            }
        })
    }

    fn witnesses_of(&self, file: &str) -> VecDeque<Arc<Test>> {
        let witnesses = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        witnesses.get(file).cloned().unwrap_or_default()
    }

    fn remember(&self, file: &str, test: &Arc<Test>) {
        let mut witnesses = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        let known = witnesses.entry(file.to_owned()).or_default();
        known.retain(|other| !Arc::ptr_eq(other, test));
        known.push_front(Arc::clone(test));
        known.truncate(REMEMBERED);
    }
}

/// Which of `tests` are run together: quick ones of one program first, then each of the others.
fn together(tests: Vec<Arc<Test>>) -> Vec<Vec<Arc<Test>>> {
    let (quick, slow): (Vec<_>, Vec<_>) = tests.into_iter().partition(|test| test.takes <= QUICK);
    let mut groups: Vec<Vec<Arc<Test>>> = Vec::new();
    for test in quick {
        let same = |group: &&mut Vec<Arc<Test>>| group.iter().any(|other| other.program == test.program);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(test),
            None => groups.push(vec![test]),
        }
    }
    groups.extend(slow.into_iter().map(|test| vec![test]));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Program;

    fn court() -> Court {
        let test = |program: &str, name: &str, milliseconds, reached: &[u32]| {
            Arc::new(Test {
                program: Arc::new(Program::new(program.into(), "/".into())),
                name: name.to_owned(),
                takes: Duration::from_millis(milliseconds),
                reached: reached.iter().copied().collect(),
            })
        };
        Court::new(vec![
            test("a", "slow", 900, &[1, 2]),
            test("b", "quick", 20, &[1]),
            test("a", "first", 10, &[1, 3]),
            test("a", "second", 30, &[1]),
        ])
    }

    #[test]
    fn quick_tests_of_a_program_are_asked_together_and_slow_ones_last() {
        let groups = together(court().reaching(None));
        let named: Vec<Vec<&str>> = groups
            .iter()
            .map(|group| group.iter().map(|test| test.name.as_str()).collect())
            .collect();
        assert_eq!(named, [vec!["first", "second"], vec!["quick"], vec!["slow"]]);
    }

    #[test]
    fn a_mutant_without_a_switch_is_put_to_every_test_and_others_to_those_that_reach_it() {
        let court = court();
        let asked = |switch| court.reaching(switch).len();
        assert_eq!(
            [asked(Some(1)), asked(Some(2)), asked(Some(4)), asked(None)],
            [4, 1, 0, 4]
        );
    }
}
