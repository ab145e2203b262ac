//! Configuration: one file, overlaid by the environment, overlaid by the command line; checked as a whole before
//! anything starts.

mod base_url;
mod load;
mod secret;
mod settings;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use keyhaven_protocol::{kdf::KdfError, persona::limits::QUOTA_BYTES};
use serde::{Deserialize, Serialize};

pub use base_url::{BaseUrl, BaseUrlError};
pub use load::{LoadError, Loaded, load};
pub use secret::Secret;

use crate::{credential::KdfGeneration, mail::SmtpSecurity, request_limits::Allowance};

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
    /// Switches for development and tests, refused unless `listen` is loopback.
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

/// Accounts and their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsConfig {
    /// See [`TakenAddressConfig`].
    pub taken_address: TakenAddressConfig,
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
    /// Derivation parameters for clients, oldest first. None: the protocol's default.
    pub kdf: Vec<KdfGeneration>,
}

/// What the machine takes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoadConfig {
    /// Open connections at once; more wait until one is closed.
    pub connections: u16,
}

/// Mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Whom letters are from.
    pub from: String,
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
            quota_bytes: QUOTA_BYTES,
            wrong_passwords: 10,
            wrong_password_seconds: 60,
            sign_ups: 60,
            sign_up_seconds: 30,
            reset_requests: 60,
            reset_request_seconds: 30,
            kdf: Vec::new(),
        }
    }
}

impl Default for LoadConfig {
    fn default() -> Self {
        Self { connections: 1024 }
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            from: "Keyhaven <keyhaven@localhost>".to_owned(),
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

/// Why a configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Links would point nowhere, or where a stranger says.
    #[error("base_url must be set unless listen is a loopback address: it is the base of every mailed link")]
    NoBaseUrl,
    /// Development switches weaken the server.
    #[error("the [development] settings are allowed only while listen is a loopback address")]
    DevelopmentInPublic,
    /// A password would cross a network in clear.
    #[error("mail.smtp.security = \"none\" is allowed only for a mail server on loopback")]
    MailInClear,
    /// A login would be sent in clear.
    #[error("mail.smtp.user and mail.smtp.password need mail.smtp.security = \"starttls\" or \"tls\"")]
    LoginInClear,
    /// Half a login.
    #[error("mail.smtp.user and mail.smtp.password belong together")]
    HalfLogin,
    /// Not an address.
    #[error("mail.from is not an address: write `Name <name@example.org>`")]
    From,
    /// Not an origin.
    #[error("allowed_origins must be origins such as https://app.example.org")]
    Origin,
    /// A limit of zero lets nobody in.
    #[error("accounts.wrong_passwords, sign_ups, reset_requests and their seconds must be at least 1")]
    NoAttempts,
    /// Nobody could connect.
    #[error("load.connections must be at least 1")]
    NoConnections,
    /// Out of bounds.
    #[error("accounts.kdf has parameters out of bounds")]
    Kdf(#[source] KdfError),
}

impl Config {
    /// Whether this is a configuration that may run.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        let loopback = self.listen.ip().to_canonical().is_loopback();
        if !loopback && self.base_url.is_none() {
            return Err(ConfigError::NoBaseUrl);
        }
        if !loopback && self.development != DevelopmentConfig::default() {
            return Err(ConfigError::DevelopmentInPublic);
        }
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(ConfigError::From);
        }
        if let Some(smtp) = &self.mail.smtp {
            if smtp.security == SmtpSecurity::None && !is_loopback_host(&smtp.host) {
                return Err(ConfigError::MailInClear);
            }
            if smtp.user.is_some() != smtp.password.is_some() {
                return Err(ConfigError::HalfLogin);
            }
            if smtp.security == SmtpSecurity::None && smtp.user.is_some() {
                return Err(ConfigError::LoginInClear);
            }
        }
        if self
            .allowed_origins
            .iter()
            .any(|origin| origin.parse::<BaseUrl>().is_err())
        {
            return Err(ConfigError::Origin);
        }
        let none = |allowance: Allowance| allowance.at_once == 0 || allowance.refill.is_zero();
        if none(self.wrong_passwords()) || none(self.sign_ups()) || none(self.reset_requests()) {
            return Err(ConfigError::NoAttempts);
        }
        if self.load.connections == 0 {
            return Err(ConfigError::NoConnections);
        }
        self.accounts
            .kdf
            .iter()
            .try_for_each(|kdf| kdf.params().check())
            .map_err(ConfigError::Kdf)
    }

    /// Wrong passwords for an address from one network.
    #[must_use]
    pub const fn wrong_passwords(&self) -> Allowance {
        let accounts = &self.accounts;
        allowance(accounts.wrong_passwords, accounts.wrong_password_seconds)
    }

    /// Sign-ups from one network.
    #[must_use]
    pub const fn sign_ups(&self) -> Allowance {
        allowance(self.accounts.sign_ups, self.accounts.sign_up_seconds)
    }

    /// Requests for a mailed reset from one network.
    #[must_use]
    pub const fn reset_requests(&self) -> Allowance {
        let accounts = &self.accounts;
        allowance(accounts.reset_requests, accounts.reset_request_seconds)
    }
}

const fn allowance(at_once: u32, seconds: u64) -> Allowance {
    Allowance {
        at_once,
        refill: Duration::from_secs(seconds),
    }
}

fn is_loopback_host(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
