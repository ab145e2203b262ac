//! What can be asked of xtask, and the one-line hint for everything else.

use std::fmt;
use std::path::PathBuf;

use crate::bench::BenchName;
use crate::ci::CiPart;
use crate::test::{Campaign, TestPart, TestSelection};

/// The answer to `cargo xtask help`, and to anything that is not understood.
pub(crate) const USAGE: &str = "\
usage: cargo xtask COMMAND

  serve [--listen 127.0.0.1:8000] [--data DIR]
                          set up this machine, build app and server, run them
  build                   the same build without running: target/release/keyhaven and target/app/
  npm                     makes the npm package: target/npm/keyhaven-VERSION.tgz
  test [PART] [--long]    all tests, or one part: unit, server, engines, npm, interop, browser;
                          --long runs campaigns at their full numbers
  bench [NAME]            measures, each beside a peer: everything, or persona, of it sealing alone,
                          or matrix; a table and JSON under target/bench/
  ci [PART]               what CI runs, or one part: fmt, sources, directions, typos, generated, clippy,
                          docs, deny, size, reproducible, test
  help                    this text";

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Build,
    Npm,
    Serve(ServeOptions),
    Test(TestSelection),
    Bench(Option<BenchName>),
    Ci(Option<CiPart>),
}

/// Where to serve, and where the data lives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    /// An address with a port; port 0 takes a free one. The server parses it.
    pub(crate) listen: String,
    pub(crate) data: PathBuf,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8000".to_owned(),
            data: PathBuf::from("data"),
        }
    }
}

/// Why the words were not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    NoCommand,
    UnknownCommand {
        word: String,
    },
    UnknownWord {
        command: &'static str,
        word: String,
    },
    UnknownPart {
        command: &'static str,
        word: String,
        known: String,
    },
    MissingValue {
        option: &'static str,
    },
}

impl fmt::Display for UsageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(out, "say what to do"),
            Self::UnknownCommand { word } => write!(out, "there is no command `{word}`"),
            Self::UnknownWord { command, word } => write!(out, "`{command}` does not take `{word}`"),
            Self::UnknownPart { command, word, known } => {
                write!(out, "`{command}` has no part `{word}`; it has {known}")
            }
            Self::MissingValue { option } => write!(out, "`{option}` needs a value after it"),
        }
    }
}

impl std::error::Error for UsageError {}

/// Reads the words after `cargo xtask`.
///
/// # Errors
/// A [`UsageError`] that says which word was not understood.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Command, UsageError> {
    let mut words = words.into_iter();
    let command = words.next().ok_or(UsageError::NoCommand)?;
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "build" => no_more(words, "build").map(|()| Command::Build),
        "npm" => no_more(words, "npm").map(|()| Command::Npm),
        "serve" => parse_serve(words).map(Command::Serve),
        "test" => parse_test(words).map(Command::Test),
        "bench" => parse_bench(words).map(Command::Bench),
        "ci" => parse_ci(words).map(Command::Ci),
        _ => Err(UsageError::UnknownCommand { word: command }),
    }
}

fn parse_serve(mut words: impl Iterator<Item = String>) -> Result<ServeOptions, UsageError> {
    let mut options = ServeOptions::default();
    while let Some(word) = words.next() {
        let (name, inline) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut value = |option| {
            inline
                .clone()
                .or_else(|| words.next())
                .ok_or(UsageError::MissingValue { option })
        };
        match name {
            "--listen" => options.listen = value("--listen")?,
            "--data" => options.data = PathBuf::from(value("--data")?),
            _ => {
                return Err(UsageError::UnknownWord {
                    command: "serve",
                    word,
                });
            }
        }
    }
    Ok(options)
}

fn parse_test(words: impl Iterator<Item = String>) -> Result<TestSelection, UsageError> {
    let mut selection = TestSelection {
        part: None,
        campaign: Campaign::Tenth,
    };
    for word in words {
        match word.as_str() {
            "--long" => selection.campaign = Campaign::Full,
            option if option.starts_with('-') => {
                return Err(UsageError::UnknownWord {
                    command: "test",
                    word,
                });
            }
            _ if selection.part.is_some() => {
                return Err(UsageError::UnknownWord {
                    command: "test",
                    word,
                });
            }
            name => {
                let part = TestPart::ALL.into_iter().find(|part| part.name() == name);
                selection.part = Some(part.ok_or_else(|| UsageError::UnknownPart {
                    command: "test",
                    word: name.to_owned(),
                    known: TestPart::ALL.map(TestPart::name).join(", "),
                })?);
            }
        }
    }
    Ok(selection)
}

fn parse_bench(mut words: impl Iterator<Item = String>) -> Result<Option<BenchName>, UsageError> {
    let Some(word) = words.next() else { return Ok(None) };
    let name = BenchName::ALL
        .into_iter()
        .find(|name| name.name() == word)
        .ok_or_else(|| UsageError::UnknownPart {
            command: "bench",
            word,
            known: BenchName::ALL.map(BenchName::name).join(", "),
        })?;
    no_more(words, "bench").map(|()| Some(name))
}

fn parse_ci(mut words: impl Iterator<Item = String>) -> Result<Option<CiPart>, UsageError> {
    let Some(word) = words.next() else { return Ok(None) };
    let part = CiPart::ALL
        .into_iter()
        .find(|part| part.name() == word)
        .ok_or_else(|| UsageError::UnknownPart {
            command: "ci",
            word,
            known: CiPart::ALL.map(CiPart::name).join(", "),
        })?;
    no_more(words, "ci").map(|()| Some(part))
}

fn no_more(mut words: impl Iterator<Item = String>, command: &'static str) -> Result<(), UsageError> {
    words
        .next()
        .map_or(Ok(()), |word| Err(UsageError::UnknownWord { command, word }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn parse_line(line: &str) -> Result<Command, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn serve_has_defaults_and_takes_both_spellings_of_an_option() {
        assert_eq!(parse_line("serve"), Ok(Command::Serve(ServeOptions::default())));
        let asked = ServeOptions {
            listen: "127.0.0.1:0".to_owned(),
            data: PathBuf::from("/srv/k"),
        };
        assert_eq!(
            parse_line("serve --listen 127.0.0.1:0 --data=/srv/k"),
            Ok(Command::Serve(asked))
        );
    }

    #[test]
    fn every_part_is_understood_and_named_in_the_usage() {
        for part in TestPart::ALL {
            let selection = TestSelection {
                part: Some(part),
                campaign: Campaign::Tenth,
            };
            assert_eq!(
                parse_line(&format!("test {}", part.name())),
                Ok(Command::Test(selection))
            );
            assert!(USAGE.contains(part.name()), "usage names {}", part.name());
        }
        for name in BenchName::ALL {
            assert_eq!(
                parse_line(&format!("bench {}", name.name())),
                Ok(Command::Bench(Some(name)))
            );
            assert!(USAGE.contains(name.name()), "usage names {}", name.name());
        }
        for part in CiPart::ALL {
            assert_eq!(
                parse_line(&format!("ci {}", part.name())),
                Ok(Command::Ci(Some(part)))
            );
            assert!(USAGE.contains(part.name()), "usage names {}", part.name());
        }
    }

    #[test]
    fn the_documents_name_the_commands_and_parts_that_there_are() {
        let read = |name: &str| std::fs::read_to_string(Workspace::locate().unwrap().path(name)).unwrap();
        let contributing = read("CONTRIBUTING.md");
        for name in TestPart::ALL
            .map(TestPart::name)
            .into_iter()
            .chain(CiPart::ALL.map(CiPart::name))
        {
            assert!(
                contributing.contains(&format!("`{name}`")),
                "CONTRIBUTING.md names {name}"
            );
        }
        let documents = contributing + &read("README.md");
        for words in documents.split("cargo xtask ").skip(1) {
            let command: String = words.chars().take_while(char::is_ascii_lowercase).collect();
            assert!(
                USAGE.contains(&format!("\n  {command} ")),
                "`cargo xtask {command}` is a command"
            );
        }
    }

    #[test]
    fn long_may_stand_before_or_after_the_part() {
        let expected = TestSelection {
            part: Some(TestPart::Server),
            campaign: Campaign::Full,
        };
        assert_eq!(parse_line("test --long server"), Ok(Command::Test(expected)));
        assert_eq!(parse_line("test server --long"), Ok(Command::Test(expected)));
    }

    #[test]
    fn anything_else_is_refused_with_the_word_that_was_wrong() {
        let refused = |line: &str| parse_line(line).expect_err("refused").to_string();
        assert_eq!(refused(""), "say what to do");
        assert_eq!(refused("bake"), "there is no command `bake`");
        assert_eq!(
            refused("bench all"),
            "`bench` has no part `all`; it has persona, sealing, matrix"
        );
        assert_eq!(refused("build now"), "`build` does not take `now`");
        assert_eq!(refused("serve --port 1"), "`serve` does not take `--port`");
        assert_eq!(refused("serve --data"), "`--data` needs a value after it");
        assert_eq!(refused("test --short"), "`test` does not take `--short`");
        assert_eq!(refused("test unit server"), "`test` does not take `server`");
        assert_eq!(refused("npm now"), "`npm` does not take `now`");
        assert!(refused("test wasm").starts_with("`test` has no part `wasm`; it has unit, "));
        assert!(refused("ci lint").starts_with("`ci` has no part `lint`; it has fmt, "));
        assert_eq!(refused("ci fmt docs"), "`ci` does not take `docs`");
    }
}
