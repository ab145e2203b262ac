//! What a configuration must satisfy as a whole, and the limits it sets.

use std::{net::IpAddr, time::Duration};

use keyhaven_protocol::kdf::KdfError;
use lettre::message::Mailbox;

use super::{BaseUrl, Config, DevelopmentConfig, LoadConfig};
use crate::{mail::SmtpSecurity, request_limits::Allowance};

/// Longest name of a service, in characters: it stands in the subject of letters.
const NAME_MAX: usize = 64;
/// Longest pause between two sweeps: a day.
const SWEEP_MAX: u64 = 86_400;

/// Why a configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Links would point nowhere, or where a stranger says.
    #[error("base_url must be set unless listen is a loopback address: it is the base of every mailed link")]
    NoBaseUrl,
    /// Development switches weaken the server.
    #[error("the [development] settings are allowed only while listen and base_url are loopback addresses")]
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
    /// Nobody would get a letter, and accounts that nobody can confirm would be removed.
    #[error(
        "base_url is one that others reach, and no mail server is set: set mail.smtp.host, or mail.outbox = true to have letters written to files"
    )]
    NoMailServer,
    /// No mail server would take it on, and nobody could answer.
    #[error(
        "mail.from must be an address of your own where letters leave this machine, not one at localhost"
    )]
    FromNowhere,
    /// Not an address.
    #[error("mail.from is not an address: write `Name <name@example.org>`")]
    From,
    /// Not a name.
    #[error("mail.name must be 1 to 64 characters, none of them a control character")]
    Name,
    /// Nothing would be removed, or nothing else done.
    #[error("accounts.sweep_seconds must be between 1 and 86400")]
    Sweep,
    /// Not an origin.
    #[error("allowed_origins must be origins such as https://app.example.org")]
    Origin,
    /// A limit of zero lets nobody in.
    #[error(
        "accounts.wrong_passwords, sign_ups, reset_requests, guesses and their seconds must be at least 1"
    )]
    NoAttempts,
    /// Nobody could connect, or nothing would be served.
    #[error("load.connections, connections_per_network and requests must be at least 1")]
    NoConnections,
    /// Out of bounds.
    #[error("accounts.kdf has parameters out of bounds")]
    Kdf(#[source] KdfError),
    /// The later would never be given out.
    #[error("accounts.kdf is not in the order of offered_from")]
    KdfOrder,
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
        // Behind a proxy the server listens on loopback and is public all the same.
        if (!loopback || self.is_public()) && self.development != DevelopmentConfig::default() {
            return Err(ConfigError::DevelopmentInPublic);
        }
        self.check_letters()?;
        let name = &self.mail.name;
        if name.trim().is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(ConfigError::Name);
        }
        if !(1..=SWEEP_MAX).contains(&self.accounts.sweep_seconds) {
            return Err(ConfigError::Sweep);
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
        if !self.allowed_origins.iter().all(|origin| is_origin(origin)) {
            return Err(ConfigError::Origin);
        }
        let none = |allowance: Allowance| allowance.at_once == 0 || allowance.refill.is_zero();
        let allowances = [
            self.wrong_passwords(),
            self.sign_ups(),
            self.reset_requests(),
            self.guesses(),
        ];
        if allowances.into_iter().any(none) {
            return Err(ConfigError::NoAttempts);
        }
        let LoadConfig {
            connections,
            connections_per_network,
            requests,
        } = self.load;
        if [connections, connections_per_network, requests].contains(&0) {
            return Err(ConfigError::NoConnections);
        }
        let kdf = &self.accounts.kdf;
        kdf.iter()
            .try_for_each(|kdf| kdf.params().check())
            .map_err(ConfigError::Kdf)?;
        // The first has nothing before it, whatever its day.
        let raised = kdf.get(1..).unwrap_or_default();
        if !raised.is_sorted_by(|one, next| one.offered_from < next.offered_from) {
            return Err(ConfigError::KdfOrder);
        }
        Ok(())
    }

    /// Whether others than this machine are to reach it.
    fn is_public(&self) -> bool {
        let base = self.base_url.as_ref();
        base.is_some_and(|base| !is_loopback_host(base.host()))
    }

    /// Whether letters reach those whom the server reaches.
    fn check_letters(&self) -> Result<(), ConfigError> {
        let mail = &self.mail;
        let from: Mailbox = mail.from.parse().map_err(|_| ConfigError::From)?;
        let public = self.is_public();
        let Some(smtp) = &mail.smtp else {
            return if public && !mail.outbox {
                Err(ConfigError::NoMailServer)
            } else {
                Ok(())
            };
        };
        let leaves = public || !is_loopback_host(&smtp.host);
        if leaves && is_loopback_host(&from.email.domain().to_ascii_lowercase()) {
            return Err(ConfigError::FromNowhere);
        }
        Ok(())
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

    /// Wrong guesses from one network.
    #[must_use]
    pub const fn guesses(&self) -> Allowance {
        allowance(self.accounts.guesses, self.accounts.guess_seconds)
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

/// Whether browsers would send this text as an `Origin`: they compare it letter by letter.
fn is_origin(text: &str) -> bool {
    let host = text.split_once("://").map(|(_, host)| host);
    text.parse::<BaseUrl>().is_ok()
        && host.is_some_and(|host| !host.contains('/'))
        && text == text.to_lowercase()
}

/// With the brackets of a URL, or without.
fn is_loopback_host(host: &str) -> bool {
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
