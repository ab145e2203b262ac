//! One run over one package at one commit: which mutants share a build, which are built alone, and who tries them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};

use crate::compile::Compiler;
use crate::mutant::Mutant;
use crate::report::Report;
use crate::suite::Program;
use crate::switch;
use crate::trial::{Court, Verdict};

/// One run over one package at one commit.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) compiler: Compiler,
    /// Numbered from 1.
    pub(crate) mutants: Vec<Mutant>,
    /// A copy of the commit.
    pub(crate) plain: PathBuf,
    pub(crate) report: Report,
    pub(crate) jobs: usize,
}

impl Run {
    /// Gives every mutant its verdict that has none; `tree` is another copy of the commit.
    ///
    /// # Errors
    /// When the tests do not build or do not pass without a mutant.
    pub(crate) fn try_all(&self, tree: &Path) -> anyhow::Result<()> {
        let switchable = self.switchable()?;
        self.try_switched(tree, switchable.clone())?;
        self.try_alone(&switchable)
    }

    /// The numbers of the mutants that can share a build.
    fn switchable(&self) -> anyhow::Result<BTreeSet<u32>> {
        let mut numbers = BTreeSet::new();
        for (file, mutants) in switch::by_file(&self.mutants) {
            let source = fs::read_to_string(self.plain.join(file))?;
            numbers.extend(switch::switchable(&source, &mutants)?);
        }
        Ok(numbers)
    }

    /// Builds all that compile of the mutants of these numbers into `tree`, and tries each.
    fn try_switched(&self, tree: &Path, mut numbers: BTreeSet<u32>) -> anyhow::Result<()> {
        numbers.retain(|&number| !self.is_unviable(number));
        loop {
            let refused = self.refused(tree, &numbers)?;
            if refused.is_empty() {
                break;
            }
            println!("the compiler refuses {}", refused.len());
            for number in refused {
                numbers.remove(&number);
                self.note(number, Verdict::Unviable, None)?;
            }
        }

        numbers.retain(|&number| !self.is_known(number));
        if numbers.is_empty() {
            return Ok(());
        }
        println!("{} of them are built into one program", numbers.len());
        let court = self.court(tree)?;
        self.try_each(&court, &numbers.into_iter().collect::<Vec<_>>())
    }

    /// Puts the mutants of `numbers` into `tree`, and says which of them the compiler refuses.
    fn refused(&self, tree: &Path, numbers: &BTreeSet<u32>) -> anyhow::Result<BTreeSet<u32>> {
        let mut switched = HashMap::new();
        for (file, mut mutants) in switch::by_file(&self.mutants) {
            mutants.retain(|(number, _)| numbers.contains(number));
            let source = fs::read_to_string(self.plain.join(file))?;
            let with_switches = switch::put_in(&source, &mutants)?;
            write_if_changed(&tree.join(file), &with_switches.source)?;
            switched.insert(file, with_switches);
        }
        self.add_root(tree)?;

        let refusals = self.compiler.check(tree)?;
        let refused: BTreeSet<u32> = refusals
            .iter()
            .flat_map(|refusal| &refusal.places)
            .filter_map(|place| switched.get(place.file.as_str())?.mutant_at(place.byte))
            .collect();
        if let (true, Some(refusal)) = (refused.is_empty(), refusals.first()) {
            bail!("the compiler refuses what no mutant did: {}", refusal.text);
        }
        Ok(refused)
    }

    /// Adds what says which mutant is on, to the root of the package in `tree`.
    fn add_root(&self, tree: &Path) -> anyhow::Result<()> {
        let folder = self
            .mutants
            .first()
            .and_then(|mutant| mutant.file.split_once("/src/"))
            .context("there are no mutants")?
            .0;
        let root = tree.join(folder).join("src/lib.rs");
        let source = fs::read_to_string(&root)?;
        if !source.contains(switch::ROOT) {
            fs::write(&root, source + switch::ROOT)?;
        }
        Ok(())
    }

    /// Builds and tries each mutant by itself whose number is not among the `switchable`.
    fn try_alone(&self, switchable: &BTreeSet<u32>) -> anyhow::Result<()> {
        let alone: Vec<u32> = (1..)
            .take(self.mutants.len())
            .filter(|number| !switchable.contains(number) && !self.is_known(*number))
            .collect();
        if alone.is_empty() {
            return Ok(());
        }
        println!("{} are built one by one", alone.len());
        let court = self.court(&self.plain)?;
        for number in alone {
            let mutant = self.mutant(number)?;
            let path = self.plain.join(&mutant.file);
            let source = fs::read_to_string(&path)?;
            let mutated =
                switch::alone(&source, mutant).with_context(|| format!("{} stands nowhere", mutant.name))?;
            fs::write(&path, mutated)?;
            if self.compiler.check(&self.plain)?.is_empty() {
                // Into the programs that the court knows: their names stay.
                self.compiler.tests(&self.plain)?;
                self.try_one(&court, number)?;
            } else {
                self.note(number, Verdict::Unviable, None)?;
            }
            fs::write(&path, source)?;
        }
        Ok(())
    }

    fn court(&self, tree: &Path) -> anyhow::Result<Court> {
        let programs = self
            .compiler
            .tests(tree)?
            .into_iter()
            .map(|(program, folder)| Program::new(program, folder))
            .collect::<anyhow::Result<_>>()?;
        Ok(Court::new(programs))
    }

    fn try_each(&self, court: &Court, numbers: &[u32]) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..self.jobs {
                scope.spawn(|| {
                    while let Some(&number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(error) = self.try_one(court, number) {
                            next.store(numbers.len(), Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                });
            }
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn try_one(&self, court: &Court, number: u32) -> anyhow::Result<()> {
        let (verdict, by) = court.try_mutant(self.mutant(number)?, number)?;
        self.note(number, verdict, by)
    }

    fn note(&self, number: u32, verdict: Verdict, by: Option<String>) -> anyhow::Result<()> {
        let mutant = self.mutant(number)?;
        if verdict == Verdict::Missed {
            println!("missed: {}", mutant.name);
        }
        self.report.add(&mutant.name, verdict, by)
    }

    fn mutant(&self, number: u32) -> anyhow::Result<&Mutant> {
        self.mutants
            .get(number as usize - 1)
            .context("no mutant has this number")
    }

    fn is_known(&self, number: u32) -> bool {
        self.mutant(number)
            .is_ok_and(|mutant| self.report.verdict(&mutant.name).is_some())
    }

    fn is_unviable(&self, number: u32) -> bool {
        self.mutant(number)
            .is_ok_and(|mutant| self.report.verdict(&mutant.name) == Some(Verdict::Unviable))
    }
}

/// What is as it was is not compiled again.
fn write_if_changed(path: &Path, source: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path)? != source {
        fs::write(path, source)?;
    }
    Ok(())
}
