//! The formats of Matrix.

#[cfg(feature = "seal")]
mod auth_data;
mod backup;
mod batch;
#[cfg(feature = "seal")]
mod drawn;
mod failures;
mod key_file;
mod key_stream;
mod passphrase;
mod recovery_key;
mod secret_storage;
mod task;

#[cfg(feature = "seal")]
mod sealing;

#[cfg(feature = "seal")]
pub use auth_data::{public_key_of, public_key_signed_by};
pub use backup::{BackupReader, OpenedEntries};
pub use batch::SessionBatch;
pub use key_file::{KeyFile, OpenKeyFile};
pub use key_stream::{KeyFileSessionPass, KeyFileStart, KeyFileTagPass};
pub use recovery_key::{FoundRecoveryKey, RecoveryKey, repair_by_key_check, repair_by_public_key};
#[cfg(feature = "seal")]
pub use sealing::{BackupWriter, KeyFileSealing, ratchet_session};
#[cfg(feature = "seal")]
pub use secret_storage::describe_key;
pub use secret_storage::{SecretStorage, SecretStorageKey};
pub use task::{Task, Viewer};
