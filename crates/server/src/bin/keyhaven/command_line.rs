//! The words of the command.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, Parser, Subcommand};
use keyhaven_protocol::{
    address::{Address, AddressError},
    persona::AccountId,
};
use keyhaven_server::config::{self, Config, Loaded};

/// Stores sealed backups that it can never read.
#[derive(Debug, Parser)]
#[command(name = "keyhaven", version)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server.
    Serve(Settings),
    /// Prints the effective configuration, secrets redacted.
    Config(Settings),
    /// Copies the store and the server's secrets into one file, also while the server runs.
    Backup(Backup),
    /// Makes the data folder of a copy; the folder must be empty.
    Restore(Restore),
    /// Takes over accounts and personas from a folder of the original service, or a bucket that was copied into one.
    Import(Import),
    /// Looks at accounts, and helps where an owner cannot; also while the server runs.
    Account(Account),
    /// Replaces secrets of the server while people use it.
    Secrets(Secrets),
}

#[derive(Debug, Args)]
pub(crate) struct Secrets {
    #[command(subcommand)]
    pub(crate) action: SecretsAction,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum SecretsAction {
    /// Adds a salt key, offered from tomorrow on; the present ones go on working. A running server takes it over when
    /// it gets SIGHUP.
    RotateSaltKey {
        /// Adds it though the one before has not reached every address yet. There is room for four.
        #[arg(long)]
        again: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Account {
    #[command(subcommand)]
    pub(crate) action: AccountAction,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountAction {
    /// Lists all accounts in order of their address.
    List,
    /// Shows one account with its sessions and objects.
    Show {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
    },
    /// Lists what is kept of an account beside what shows: earlier versions, and what was deleted.
    Kept {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
    },
    /// Brings back what was deleted, or an earlier version, as a new write. For accounts of the original wire: with our
    /// client its owner does it in the app.
    BringBack {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
        /// The persona's id.
        #[arg(allow_hyphen_values = true)]
        persona: String,
        /// Which version; without it what was deleted comes back as it was.
        #[arg(long, value_name = "NUMBER")]
        version: Option<u64>,
    },
    /// Stops changes and resets until a proof, or the operator, lifts it. Its owner is told.
    Freeze {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
    },
    /// Lifts a freeze without a proof: be sure who asks. Its owner is told.
    Lift {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
    },
    /// Deletes an account; its owner is told. It can be taken back for 30 days: by its owner in the app, or by `undelete`.
    Delete {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
        /// Removes everything at once, for good. Asks for the address once more.
        #[arg(long)]
        now: bool,
        /// Does not ask.
        #[arg(long, requires = "now")]
        yes: bool,
    },
    /// Takes a deletion back within its 30 days: be sure who asks. Its owner is told.
    Undelete {
        /// The account's address or id.
        #[arg(allow_hyphen_values = true)] // As an id may begin.
        account: AccountName,
    },
}

/// How an operator names an account.
#[derive(Debug, Clone)]
pub(crate) enum AccountName {
    Address(Address),
    Id(AccountId),
}

impl FromStr for AccountName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => Address::parse(text).map(Self::Address),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The folder with the accounts.
    pub(crate) folder: PathBuf,
    /// Write nothing; say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what was done and what was left out, as JSON, to this file. It names addresses.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The copy to make; it must not be there.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The copy to use.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Where the store is, for commands that serve nothing.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder for database, secrets and outgoing mail.
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Configuration file.
    #[arg(long, value_name = "FILE", env = "KEYHAVEN_CONFIG", global = true)]
    config: Option<PathBuf>,
}

impl Place {
    /// The configuration that these words, the environment and the file make together.
    pub(crate) fn load(&self) -> anyhow::Result<Config> {
        let words = Settings {
            listen: None,
            metrics: None,
            data: self.data.clone(),
            config: self.config.clone(),
            app: None,
        };
        Ok(words.load()?.config)
    }
}

/// Every other setting stands in the file, or in the environment as `KEYHAVEN_…`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Settings {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Address and port to serve Prometheus metrics on.
    #[arg(long, value_name = "ADDR")]
    metrics: Option<String>,
    /// Folder for database, secrets and outgoing mail.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration file.
    #[arg(long, value_name = "FILE", env = "KEYHAVEN_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of a built recovery app, in place of the one inside this program.
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
}

impl Settings {
    /// The configuration that these words, the environment and the file make together.
    pub(crate) fn load(&self) -> anyhow::Result<Loaded> {
        let mut words = Vec::new();
        let folder = |path: &Path| {
            path.to_str()
                .map(str::to_owned)
                .ok_or_else(|| anyhow::anyhow!("a folder's name is not UTF-8"))
        };
        if let Some(listen) = &self.listen {
            words.push((["listen"].as_slice(), listen.clone()));
        }
        if let Some(metrics) = &self.metrics {
            words.push((["metrics"].as_slice(), metrics.clone()));
        }
        if let Some(data) = &self.data {
            words.push((["data"].as_slice(), folder(data)?));
        }
        if let Some(app) = &self.app {
            words.push((["app"].as_slice(), folder(app)?));
        }
        // Others' variables may hold anything; ours are text.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(config::load(self.config.as_deref(), variables, &words)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_back_has_any_id_and_perhaps_a_number() {
        let words = [
            "keyhaven",
            "account",
            "bring-back",
            "a@example.org",
            "-x",
            "--version",
            "3",
        ];
        let Command::Account(parsed) = CommandLine::try_parse_from(words).unwrap().command else {
            panic!("another command");
        };
        assert!(
            matches!(&parsed.action, AccountAction::BringBack { persona, version: Some(3), .. } if persona == "-x"),
            "{parsed:?}"
        );
    }

    #[test]
    fn an_id_may_begin_as_an_option_does() {
        let id = "-AAAAAAAAAAAAAAAAAAAAA";
        for words in [
            ["keyhaven", "account", "delete", id, "--now"],
            ["keyhaven", "account", "delete", "--now", id],
        ] {
            let Command::Account(parsed) = CommandLine::try_parse_from(words).unwrap().command else {
                panic!("another command");
            };
            assert!(
                matches!(parsed.action, AccountAction::Delete { account: AccountName::Id(found), now: true, yes: false } if found.to_string() == id)
            );
        }
        let no_need = ["keyhaven", "account", "delete", id, "--yes"];
        assert!(
            CommandLine::try_parse_from(no_need).is_err(),
            "only where it would ask"
        );
        let shown = CommandLine::try_parse_from(["keyhaven", "account", "show", id, "--data", "x"]);
        assert!(shown.is_ok(), "{shown:?}");
        assert!(CommandLine::try_parse_from(["keyhaven", "account", "show", "nobody"]).is_err());
    }
}
