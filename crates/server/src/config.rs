//! Configuration: one file, overlaid by the environment, overlaid by the command line; checked as a whole before
//! anything starts.

mod base_url;
mod check;
mod load;
mod load_error;
mod secret;
mod settings;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use keyhaven_protocol::persona::limits::QUOTA_BYTES;
use serde::{Deserialize, Serialize};

pub use base_url::{BaseUrl, BaseUrlError};
pub use check::ConfigError;
pub use load::{Loaded, load};
pub use load_error::{LoadError, Origin};
pub use secret::Secret;

use crate::{
    credential::KdfGeneration,
    mail::{Language, SmtpSecurity},
};

/// The effective configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder with the database, `secrets.toml` and `outbox/`.
    pub data: PathBuf,
    /// The folder of a built recovery app, in place of the one in the binary.
    pub app: Option<PathBuf>,
    /// Address and port of a second listener that serves `/metrics` and nothing else. None: there are no metrics.
    pub metrics: Option<SocketAddr>,
    /// Where people reach this server: the base of mailed links. Required unless `listen` is loopback.
    pub base_url: Option<BaseUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Origins whose pages may use the API, beside our own.
    pub allowed_origins: Vec<String>,
    /// Accounts and their limits.
    pub accounts: AccountsConfig,
    /// What the machine takes on.
    pub load: LoadConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Logs.
    pub log: LogConfig,
    /// Switches for development and tests, refused unless `listen` and `base_url` are loopback.
    pub development: DevelopmentConfig,
}

/// What sign-up says about an address that has an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenAddressConfig {
    /// 409, as the original wire does.
    #[default]
    Reveal,
    /// The same answer as for a new address, and a mail to the owner.
    Private,
}

/// Whether somebody must confirm by mail that the address of a sign-up is theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationConfig {
    /// Within seven days; until then the account holds 1 MiB, and then it is removed.
    #[default]
    Required,
    /// Accounts are confirmed from the start: for closed groups, where nobody signs up with somebody else's address.
    Off,
}

/// Accounts and their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsConfig {
    /// See [`TakenAddressConfig`].
    pub taken_address: TakenAddressConfig,
    /// See [`ConfirmationConfig`].
    pub confirmation: ConfirmationConfig,
    /// Seconds between two sweeps of what is over.
    pub sweep_seconds: u64,
    /// Bytes that all versions of all objects of an account may take.
    pub quota_bytes: u64,
    /// Wrong passwords at once, for an address from one network; also for the proofs of one account.
    pub wrong_passwords: u32,
    /// Seconds until one more is allowed.
    pub wrong_password_seconds: u64,
    /// Sign-ups at once from one network (an IPv4 /24 or an IPv6 /48), whatever came of them.
    pub sign_ups: u32,
    /// Seconds until one more is allowed.
    pub sign_up_seconds: u64,
    /// Requests at once for a mailed reset from one network; more are answered alike and mail nothing.
    pub reset_requests: u32,
    /// Seconds until one more is allowed.
    pub reset_request_seconds: u64,
    /// Wrong guesses at once from one network, whatever addresses it names; each costs a slow hash.
    pub guesses: u32,
    /// Seconds until one more is allowed.
    pub guess_seconds: u64,
    /// Derivation parameters for clients, oldest first. None: the protocol's default.
    pub kdf: Vec<KdfGeneration>,
}

/// What the machine takes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoadConfig {
    /// Open connections at once; more wait until one is closed.
    pub connections: u32,
    /// Open connections of one network at once; more are turned away.
    pub connections_per_network: u32,
    /// Requests that are worked on at once; more are answered 503.
    pub requests: u32,
}

/// Mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Whom letters are from.
    pub from: String,
    /// What the service is called in its letters.
    pub name: String,
    /// The language of letters: `en` or `de`.
    pub language: Language,
    /// A PNG or JPEG file of at most 64 KiB, shown above the words of HTML letters.
    pub logo: Option<PathBuf>,
    /// Whether letters may stay in `outbox/` although others reach this server. Of no effect where there is a mail server.
    pub outbox: bool,
    /// The mail server. None: letters are written to `outbox/` in the data folder.
    pub smtp: Option<SmtpConfig>,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// TCP port.
    #[serde(default = "submission_port")]
    pub port: u16,
    /// `starttls`, `tls`, or `none` for a server on loopback.
    #[serde(default = "starttls")]
    pub security: SmtpSecurity,
    /// Where the server wants a login.
    #[serde(default)]
    pub user: Option<String>,
    /// Its password.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A PEM file with the certificate authorities that may vouch for the server, in place of the public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines, one object a line.
    Json,
}

/// The least important line that is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Faults.
    Error,
    /// And what may become one.
    Warn,
    /// And one line a request.
    #[default]
    Info,
    /// And more.
    Debug,
}

/// Logs, on the standard error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// See [`LogFormat`].
    pub format: LogFormat,
    /// See [`LogLevel`].
    pub level: LogLevel,
}

/// Switches for development and tests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DevelopmentConfig {
    /// `GET /password/reset/{email}` mails, as the original wire does.
    pub mail_on_get: bool,
    /// A file with seconds that are added to the clock, read each time.
    pub clock_offset_file: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            metrics: None,
            data: PathBuf::from("keyhaven-data"),
            app: None,
            base_url: None,
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            accounts: AccountsConfig::default(),
            load: LoadConfig::default(),
            mail: MailConfig::default(),
            log: LogConfig::default(),
            development: DevelopmentConfig::default(),
        }
    }
}

impl Default for AccountsConfig {
    fn default() -> Self {
        Self {
            taken_address: TakenAddressConfig::default(),
            confirmation: ConfirmationConfig::default(),
            sweep_seconds: 300,
            quota_bytes: QUOTA_BYTES,
            wrong_passwords: 10,
            wrong_password_seconds: 60,
            sign_ups: 60,
            sign_up_seconds: 30,
            reset_requests: 60,
            reset_request_seconds: 30,
            guesses: 300,
            guess_seconds: 1,
            kdf: Vec::new(),
        }
    }
}

impl Default for LoadConfig {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_per_network: 512,
            requests: 256,
        }
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            from: "Keyhaven <keyhaven@localhost>".to_owned(),
            name: "Keyhaven".to_owned(),
            language: Language::default(),
            logo: None,
            outbox: false,
            smtp: None,
        }
    }
}

const fn submission_port() -> u16 {
    587
}

const fn starttls() -> SmtpSecurity {
    SmtpSecurity::Starttls
}

#[cfg(test)]
mod tests;
