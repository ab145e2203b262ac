//! Letters to a mail server (RFC 5321).

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};

use super::{Delivery, DeliveryError, Letter, patience::Fault};
use crate::config::Secret;

const TIMEOUT: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// Not at all: loopback only.
    None,
    /// Begins in clear and must change to TLS.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// Which server.
#[derive(Debug)]
pub struct SmtpOptions {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// See [`SmtpSecurity`].
    pub security: SmtpSecurity,
    /// User and password, where the server wants them.
    pub login: Option<(String, Secret)>,
    /// PEM file of the certificate authorities that may vouch for the server, in place of the public ones.
    pub ca_file: Option<PathBuf>,
}

/// Why there is no client of a mail server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpSetupError {
    /// The file with certificate authorities could not be read.
    #[error("cannot read {path}")]
    CaFile {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificate, or one that does not parse.
    #[error("{path} holds no certificates in PEM form")]
    CaCertificates {
        /// Which one.
        path: PathBuf,
    },
    /// TLS could not be set up, or the name of the server is none that TLS could check.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[source] SmtpFailure),
}

/// What a mail server did instead of taking a letter. Its own words are left out, because they are logged and repeat
/// addresses, and links that reject mail often carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpFailure {
    /// An answer other than yes, with the reply code of RFC 5321, 4.2.
    #[error("reply code {0}")]
    Refused(u16),
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// TLS was not established.
    #[error("no TLS")]
    Tls,
    /// An answer that is no SMTP.
    #[error("an answer that is no SMTP")]
    Response,
    /// The letter or the configuration asks for what this client or the server cannot do.
    #[error("the client cannot do it with this server")]
    Client,
    /// Anything else on the way there.
    #[error("no connection")]
    Connection,
}

impl SmtpFailure {
    /// What the codes say (RFC 5321, 4.2.1): 5yz asks not to repeat a letter as it stands. Refused logins (RFC 4954, 6)
    /// are about the operator's password, which is mended while letters wait.
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::Refused(530 | 534 | 535 | 538) => Fault::Passing,
            Self::Refused(500..=599) => Fault::Lasting,
            _ => Fault::Passing,
        }
    }
}

impl From<lettre::transport::smtp::Error> for SmtpFailure {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        if let Some(code) = error.status() {
            Self::Refused(code.into())
        } else if error.is_timeout() {
            Self::TimedOut
        } else if error.is_tls() {
            Self::Tls
        } else if error.is_response() {
            Self::Response
        } else if error.is_client() {
            Self::Client
        } else {
            Self::Connection
        }
    }
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp")
    }
}

impl Smtp {
    /// A client of this server; it connects when there is something to send.
    ///
    /// # Errors
    /// [`SmtpSetupError`]
    pub fn new(options: SmtpOptions) -> Result<Self, SmtpSetupError> {
        let SmtpOptions {
            host,
            port,
            security,
            login,
            ca_file,
        } = options;
        let parameters = || tls_parameters(&host, ca_file.as_deref());
        let tls = match security {
            SmtpSecurity::None => Tls::None,
            SmtpSecurity::Starttls => Tls::Required(parameters()?),
            SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.clone())
            .port(port)
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let Some((user, password)) = login {
            // EXPOSE: goes to the mail server that the operator configured.
            builder = builder.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        Ok(Self(builder.build()))
    }
}

fn tls_parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, SmtpSetupError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(authorities(path)?);
    }
    builder.build().map_err(|error| SmtpSetupError::Tls(error.into()))
}

fn authorities(path: &Path) -> Result<Certificate, SmtpSetupError> {
    let pem = std::fs::read(path).map_err(|source| SmtpSetupError::CaFile {
        path: path.to_owned(),
        source,
    })?;
    // A file without any would parse too, and then no server could ever be trusted.
    let label = b"-----BEGIN CERTIFICATE-----";
    let certificate = pem
        .windows(label.len())
        .any(|window| window == label)
        .then(|| Certificate::from_pem(&pem).ok());
    certificate
        .flatten()
        .ok_or_else(|| SmtpSetupError::CaCertificates {
            path: path.to_owned(),
        })
}

#[async_trait::async_trait]
impl Delivery for Smtp {
    async fn deliver(&self, letter: Letter) -> Result<(), DeliveryError> {
        self.0
            .send(letter.into_message()?)
            .await
            .map(|_| ())
            .map_err(|error| DeliveryError::Smtp(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_letter_is_refused_for_good() {
        for code in [500, 550, 552, 554, 599] {
            assert_eq!(SmtpFailure::Refused(code).fault(), Fault::Lasting, "{code}");
        }
        for code in [421, 450, 451, 499, 530, 534, 535, 538, 600] {
            assert_eq!(SmtpFailure::Refused(code).fault(), Fault::Passing, "{code}");
        }
        for failure in [SmtpFailure::TimedOut, SmtpFailure::Tls, SmtpFailure::Connection] {
            assert_eq!(failure.fault(), Fault::Passing, "{failure}");
        }
    }
}
