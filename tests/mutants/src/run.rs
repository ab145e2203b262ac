//! One run over one package at one commit: which mutants share a build, which are built alone, and who tries them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};

use crate::compile::{Compiler, Refusal};
use crate::mutant::Mutant;
use crate::report::Report;
use crate::suite::Program;
use crate::switch::{self, Constness, Switched};
use crate::trial::{Accused, Court, Verdict};

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
        self.find_unviable(tree)?;
        self.try_switched(tree)?;
        self.try_alone()
    }

    /// Notes all that the compiler refuses of what can stand behind a switch.
    fn find_unviable(&self, tree: &Path) -> anyhow::Result<()> {
        loop {
            let switched = self.put_in(tree, Constness::Kept, switch::CONSTANT_ROOT)?;
            let refusals = self.compiler.check(tree)?;
            let refused: BTreeSet<u32> = refusals
                .iter()
                .flat_map(|refusal| &refusal.places)
                .filter_map(|place| switched.get(place.file.as_str())?.mutant_at(place.byte))
                .collect();
            if refused.is_empty() {
                return all_accepted(&refusals);
            }
            println!("the compiler refuses {}", refused.len());
            for number in refused {
                self.note(number, Verdict::Unviable, None)?;
            }
        }
    }

    /// Builds all that can stand behind a switch into `tree`, and tries each.
    fn try_switched(&self, tree: &Path) -> anyhow::Result<()> {
        let switches = self.put_in_to_run(tree)?;
        let mut numbers: Vec<u32> = switches.keys().copied().collect();
        numbers.retain(|&number| !self.is_known(number));
        numbers.sort_unstable();
        println!("{} are tried in one program", numbers.len());
        if numbers.is_empty() {
            return Ok(());
        }
        let court = self.court(tree)?;
        self.each(&numbers, |&number| {
            self.try_one(&court, number, switches.get(&number).copied())
        })
    }

    /// Puts into `tree` what can stand behind a switch, and says which mutant has which.
    ///
    /// A function that may be asked while compiling gets a switch if nothing asks it then.
    fn put_in_to_run(&self, tree: &Path) -> anyhow::Result<HashMap<u32, u32>> {
        let root = switch::running_root(self.mutants.len());
        let mut asked = BTreeSet::new();
        loop {
            let switched = self.put_in(tree, Constness::Dropped { but: &asked }, &root)?;
            let refusals = self.compiler.check(tree)?;
            let known = asked.len();
            asked.extend(
                refusals
                    .iter()
                    .filter_map(Refusal::not_constant)
                    .map(str::to_owned),
            );
            if asked.len() == known {
                all_accepted(&refusals)?;
                return Ok(switched.into_values().flat_map(|file| file.switches).collect());
            }
        }
    }

    /// Puts all mutants into `tree` that can stand behind a switch, but for those that are known to be refused, and `root` at
    /// the end of the root of the package.
    fn put_in(
        &self,
        tree: &Path,
        constness: Constness<'_>,
        root: &str,
    ) -> anyhow::Result<HashMap<String, Switched>> {
        let folder = self
            .mutants
            .first()
            .and_then(|mutant| mutant.file.split_once("/src/"));
        let root_file = format!("{}/src/lib.rs", folder.context("there are no mutants")?.0);
        let mut files = switch::by_file(&self.mutants);
        files.entry(&root_file).or_default();

        let mut switched = HashMap::new();
        for (file, mut mutants) in files {
            mutants.retain(|&(number, _)| !self.is_unviable(number));
            let mut source = fs::read_to_string(self.plain.join(file))?;
            if file == root_file {
                source += root;
            }
            let with_switches = switch::put_in(&source, &mutants, constness)?;
            write_if_changed(&tree.join(file), &with_switches.source)?;
            switched.insert(file.to_owned(), with_switches);
        }
        Ok(switched)
    }

    /// Builds and tries each mutant by itself that has no verdict yet.
    fn try_alone(&self) -> anyhow::Result<()> {
        let alone: Vec<u32> = (1..)
            .take(self.mutants.len())
            .filter(|&number| !self.is_known(number))
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
                self.try_one(&court, number, None)?;
            } else {
                self.note(number, Verdict::Unviable, None)?;
            }
            fs::write(&path, source)?;
        }
        Ok(())
    }

    /// Builds the tests in `tree`, and learns from each over the good code.
    fn court(&self, tree: &Path) -> anyhow::Result<Court> {
        let mut names = Vec::new();
        for (path, folder) in self.compiler.tests(tree)? {
            let program = Arc::new(Program::new(path, folder));
            names.extend(
                program
                    .list()?
                    .into_iter()
                    .map(|name| (Arc::clone(&program), name)),
            );
        }
        let noted = AtomicUsize::new(0);
        let learned = Mutex::new(Vec::new());
        self.each(&names, |(program, name)| {
            let notes = tree.with_extension(format!("{}.reached", noted.fetch_add(1, Ordering::Relaxed)));
            let test = Arc::new(program.learn(name, &notes)?);
            learned.lock().unwrap_or_else(PoisonError::into_inner).push(test);
            Ok(())
        })?;
        println!("by {} tests", names.len());
        Ok(Court::new(
            learned.into_inner().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    /// Does `job` for each of `items`, some at once, until one fails.
    fn each<T: Sync>(
        &self,
        items: &[T],
        job: impl Fn(&T) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(Ok(()));
        std::thread::scope(|scope| {
            for _ in 0..self.jobs {
                scope.spawn(|| {
                    while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(error) = job(item) {
                            next.store(items.len(), Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Err(error);
                        }
                    }
                });
            }
        });
        failed.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_one(&self, court: &Court, number: u32, switch: Option<u32>) -> anyhow::Result<()> {
        let (verdict, by) = court.hear(Accused {
            mutant: self.mutant(number)?,
            number,
            switch,
        })?;
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

/// # Errors
/// With the first of `refusals`, which no mutant explains.
fn all_accepted(refusals: &[Refusal]) -> anyhow::Result<()> {
    match refusals.first() {
        Some(refusal) => bail!("the compiler refuses what no mutant did: {}", refusal.text),
        None => Ok(()),
    }
}

/// What is as it was is not compiled again.
fn write_if_changed(path: &Path, source: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path)? != source {
        fs::write(path, source)?;
    }
    Ok(())
}
