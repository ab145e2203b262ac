//! What a running server reads again on SIGHUP: the salt keys, and how letters go out. So each secret that lies in a
//! file is replaced while people use it; everything else in the configuration waits for the next start.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use keyhaven_server::{credential::KdfPolicy, mail::ReplaceableDelivery, secrets::Secrets};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{command_line::Settings, run::delivery};

/// Heard from the call on, be it awaited later: until then a SIGHUP ends the process.
pub(crate) fn told_to_reload() -> anyhow::Result<Signal> {
    signal(SignalKind::hangup()).context("cannot hear signals")
}

/// Takes over what was written since.
#[derive(Debug)]
pub(crate) struct Reloader {
    /// As the server was started with.
    pub(crate) words: Settings,
    /// The folder with the secrets.
    pub(crate) data: PathBuf,
    /// Where letters go that go to no mail server.
    pub(crate) outbox: PathBuf,
    /// What derivations are offered.
    pub(crate) kdf: Arc<KdfPolicy>,
    /// How letters go out.
    pub(crate) letters: Arc<ReplaceableDelivery>,
}

impl Reloader {
    /// Reads again whenever it is told.
    pub(crate) async fn run(self, mut told: Signal) {
        while told.recv().await.is_some() {
            self.reload();
        }
    }

    /// Each for itself: what cannot be read, or is refused, stays as it is.
    fn reload(&self) {
        match self.take_over_salt_keys() {
            Ok(keys) => tracing::info!(keys, "salt keys were added"),
            Err(error) => tracing::error!(
                error = error.as_ref() as &dyn std::error::Error,
                "the salt keys stay as they are"
            ),
        }
        match self.take_over_mail() {
            Ok(()) => tracing::info!("the settings of the mail server were read again"),
            Err(error) => tracing::error!(
                error = error.as_ref() as &dyn std::error::Error,
                "the settings of the mail server stay as they are"
            ),
        }
    }

    fn take_over_salt_keys(&self) -> anyhow::Result<usize> {
        let secrets = Secrets::read(&self.data)?;
        Ok(self.kdf.take_over(secrets.salt_keys)?)
    }

    fn take_over_mail(&self) -> anyhow::Result<()> {
        let config = self.words.load()?.config;
        self.letters.replace(delivery(&config, self.outbox.clone())?);
        Ok(())
    }
}
