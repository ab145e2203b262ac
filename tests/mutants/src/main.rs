//! Tries every mutant of a package: builds all that can share a build at once, each behind a switch, and runs the tests for each.
//!
//! The list is that of cargo-mutants, which builds each mutant by itself; for two thousand of them that takes days. Here each is put to
//! the tests that reach it, and that takes an hour.
//! What it found is written in `docs/mutation.md`.

#![expect(
    clippy::print_stdout,
    reason = "a program that tells what it does, on its standard output"
)]

mod compile;
mod functions;
mod mutant;
mod report;
mod run;
mod suite;
mod switch;
mod tree;
mod trial;
mod watch;

use clap::Parser;

use crate::compile::Compiler;
use crate::report::Report;
use crate::run::Run;

/// Tries every mutant of a package of this workspace over its tests.
#[derive(Debug, Parser)]
struct Arguments {
    /// The package whose code is changed.
    package: String,
    /// Another package whose tests are asked too.
    #[arg(long, value_name = "PACKAGE")]
    also: Vec<String>,
    /// How many mutants are tried at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let checkout = std::env::current_dir()?;
    let commit = tree::commit(&checkout)?;
    let folder = checkout
        .join("target/mutants")
        .join(&arguments.package)
        .join(&commit);
    let plain = tree::copy(&checkout, &commit, &folder.join("plain"))?;
    let report = Report::open(&folder.join("verdicts.jsonl"))?;
    let run = Run {
        compiler: Compiler {
            asked: std::iter::once(&arguments.package)
                .chain(&arguments.also)
                .cloned()
                .collect(),
            package: arguments.package.clone(),
            target: checkout.join("target/mutants/target"),
        },
        mutants: mutant::list(&plain, &arguments.package)?,
        plain,
        report,
        jobs: arguments.jobs,
    };
    println!(
        "{} mutants of {} at {commit}",
        run.mutants.len(),
        run.compiler.package
    );
    run.try_all(&tree::copy(&checkout, &commit, &folder.join("switched"))?)?;
    run.report.print();
    Ok(())
}
