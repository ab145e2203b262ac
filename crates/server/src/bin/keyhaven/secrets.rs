//! `keyhaven secrets …`.

use keyhaven_server::{
    clock::Day,
    secrets::{Again, Rotation, rotate_salt_key},
};

use crate::{
    command_line::{Secrets, SecretsAction},
    data_folder::DataFolder,
    once::say,
    run::clock,
};

/// Replaces a secret.
pub(crate) fn secrets(words: &Secrets) -> anyhow::Result<()> {
    match words.action {
        SecretsAction::RotateSaltKey { again } => {
            let again = if again { Again::Asked } else { Again::NotAsked };
            let config = words.place.load()?;
            let _folder = DataFolder::of_store(&config.data)?;
            let today = Day::of(clock(&config).now());
            let Rotation { offered_from, keys } =
                rotate_salt_key(&config.data, &config.accounts.kdf, today, again)?;
            say(&format!(
                "added salt key {keys}: every address gets to it on one of the 30 days from {offered_from} on\n\
                 what is derived under the keys before it goes on working\n\
                 now send SIGHUP to the server (systemctl reload keyhaven), then make a copy (keyhaven backup)"
            ))
        }
    }
}
