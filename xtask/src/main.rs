//! Set-up, build, serve, test, CI: the commands of README.md.
//!
//! `command_line` says what can be asked for; each command is one module.
#![expect(
    clippy::print_stdout,
    reason = "a command-line tool answers on standard output"
)]

mod app;
mod bench;

mod ci;
mod command_line;
mod directions;
mod duration;
mod environment;
mod npm;
mod pins;
mod process;
mod release;
mod reproducible;
mod serve;
mod setup;
mod size;
mod sources;
mod test;
mod workspace;

use std::process::ExitCode;

use command_line::Command;
use workspace::Workspace;

fn main() -> ExitCode {
    let command = match command_line::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error}\n\n{}", command_line::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    match command {
        Command::Help => {
            println!("{}", command_line::USAGE);
            Ok(())
        }
        Command::Build => release::build(&workspace),
        Command::Npm => npm::build(&workspace).map(|package| println!("{}", package.display())),
        Command::Serve(options) => serve::serve(&workspace, &options),
        Command::Bench(name) => bench::bench(&workspace, name),
        Command::Test(selection) => test::test(&workspace, selection),
        Command::Ci(part) => ci::ci(&workspace, part),
    }
}
