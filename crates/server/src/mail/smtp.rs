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
        let parameters = || TlsParameters::new(host.clone()).map_err(DeliveryError::Smtp);
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
            .map_err(DeliveryError::Smtp)
    }
}
