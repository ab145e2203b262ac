//! Letters as files: what happens to mail until a mail server is configured.

use std::path::{Path, PathBuf};

use keyhaven_protocol::base64url;

use super::{Delivery, DeliveryError, Letter};
use crate::{private_file, random};

/// A folder of `.eml` files.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// An outbox in this folder, which is made for its owner alone if it is not there.
    ///
    /// # Errors
    /// The folder could not be made.
    pub fn open(folder: PathBuf) -> std::io::Result<Self> {
        private_file::create_folder(&folder)?;
        Ok(Self { folder })
    }
}

#[async_trait::async_trait]
impl Delivery for Outbox {
    async fn deliver(&self, letter: Letter) -> Result<(), DeliveryError> {
        let written = letter
            .written_at
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |age| age.as_secs());
        // By time first, so that a listing is in order.
        let name = format!("{written:012}-{}", base64url::encode(&random::generate::<9>()?));
        let bytes = letter.into_message()?.formatted();
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || write_durably(&folder, &name, &bytes))
            .await
            .map_err(|lost| DeliveryError::Outbox(std::io::Error::other(lost)))?
            .map_err(DeliveryError::Outbox)
    }
}

/// A reader sees the whole file or none: it gets its name when it is on the disk.
fn write_durably(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = folder.join(format!(".{name}.part"));
    private_file::create(&unfinished, bytes)?;
    std::fs::rename(&unfinished, folder.join(format!("{name}.eml")))?;
    private_file::sync_names(folder)
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[tokio::test]
    async fn a_letter_becomes_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(folder.path().join("outbox")).unwrap();
        let letter = Letter {
            from: "keyhaven@example.org".parse().unwrap(),
            to: "carol@example.org".parse().unwrap(),
            subject: "Hello".to_owned(),
            text: Zeroizing::new("Line one\n\nhttps://example.org/#code\n".to_owned()),
            html: Zeroizing::new("<p>Line one</p>\n".to_owned()),
            logo: None,
            written_at: std::time::UNIX_EPOCH,
            message_id: "1@example.org".to_owned(),
        };
        outbox.deliver(letter).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("outbox"))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].path().extension().unwrap(), "eml");
        let text = std::fs::read_to_string(files[0].path()).unwrap();
        for line in [
            "From: keyhaven@example.org\r\n",
            "To: carol@example.org\r\n",
            "Subject: Hello\r\n",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n",
            "Message-ID: <1@example.org>\r\n",
            "\r\n\r\nLine one\r\n\r\nhttps://example.org/#code\r\n",
            "\r\n\r\n<p>Line one</p>\r\n",
        ] {
            assert!(text.contains(line), "{line:?} in {text}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
            let outbox = folder.path().join("outbox");
            assert_eq!(outbox.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
