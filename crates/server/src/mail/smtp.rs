//! Letters to a mail server (RFC 5321).

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{authentication::Credentials, client::Tls, client::TlsParameters},
};

use super::{Delivery, DeliveryError, Letter};
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
    /// The name is none that TLS could check.
    pub fn new(options: SmtpOptions) -> Result<Self, DeliveryError> {
        let SmtpOptions {
            host,
            port,
            security,
            login,
        } = options;
        let parameters =
            || TlsParameters::new(host.clone()).map_err(|error| DeliveryError::Smtp(error.into()));
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
