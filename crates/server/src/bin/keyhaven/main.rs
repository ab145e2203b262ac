//! The `keyhaven` command.

mod account;
mod command_line;
mod copies;
mod counted;
mod data_folder;
mod duties;
mod import;
mod listeners;
mod once;
mod reload;
mod run;
mod secrets;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::{Command, CommandLine};

fn main() -> ExitCode {
    let done = match CommandLine::parse().command {
        Command::Serve(words) => run::serve(&words),
        Command::Config(words) => words.load().and_then(|loaded| run::print_config(&loaded)),
        Command::Backup(words) => copies::backup(words),
        Command::Restore(words) => copies::restore(words),
        Command::Import(words) => import::import(&words),
        Command::Account(words) => account::account(&words),
        Command::Secrets(words) => secrets::secrets(&words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            run::complain(&error);
            ExitCode::FAILURE
        }
    }
}
