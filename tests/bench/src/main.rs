//! Figures of the server and of sealing outside a browser: a list on standard output, as JSON. `cargo xtask bench` runs
//! it and prints a table; what the numbers mean is in `docs/figures.md`.
//!
//! usage: `keyhaven-bench WHAT… [--rounds N] [--seconds N]`, where WHAT is `server` (its binary is in
//! `KEYHAVEN_BINARY`) or `sealing`

mod disk;
mod figure;
mod load;
mod memory;
mod null_server;
mod people;
mod process;
mod scripts;
mod sealing;
mod server;
mod wrk;

use std::{io::Write as _, time::Duration};

use anyhow::{Context as _, bail};

use crate::server::Plan;

fn main() -> anyhow::Result<()> {
    let (asked, plan) = parse(std::env::args().skip(1))?;
    let mut figures = Vec::new();
    for what in asked {
        figures.extend(match what {
            What::Server => server::figures(plan)?,
            What::Sealing => sealing::figures(plan.rounds)?,
        });
    }
    let json = serde_json::to_string_pretty(&figures)?;
    writeln!(std::io::stdout(), "{json}").context("cannot print")
}

/// A set of figures.
#[derive(Debug, Clone, Copy)]
enum What {
    Server,
    Sealing,
}

fn parse(words: impl Iterator<Item = String>) -> anyhow::Result<(Vec<What>, Plan)> {
    let mut asked = Vec::new();
    let mut plan = Plan {
        rounds: 3,
        duration: Duration::from_secs(5),
    };
    let mut words = words;
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|number| number.parse::<u32>().ok());
            let number = number.filter(|number| *number > 0);
            number.with_context(|| format!("`{word}` needs a number"))
        };
        match word.as_str() {
            "server" => asked.push(What::Server),
            "sealing" => asked.push(What::Sealing),
            "--rounds" => plan.rounds = usize::try_from(number()?)?,
            "--seconds" => plan.duration = Duration::from_secs(number()?.into()),
            _ => bail!("there is no `{word}`"),
        }
    }
    Ok((asked, plan))
}
