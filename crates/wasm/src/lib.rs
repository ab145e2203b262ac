//! The wasm of the npm package `keyhaven`: takes arguments apart, calls one function of `keyhaven-core`, and puts the
//! result together. What people call is TypeScript, in `npm/`; nothing here is their API.
//!
//! ```text
//! bytes in      copied into this memory by the glue, owned by the function, wiped if they may be secret
//! sessions out  one JSON text for a batch, made into objects by one call of `JSON.parse`
//! errors out    a list: the code, then names and values (failure)
//! handles       a class of the glue; `free` wipes what it holds
//! ```

/// Two-level segregated fit (Masmano et al. 2004): small, and constant time whatever a hostile file has allocated.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

mod backup;
mod batch;
mod code;
mod drawn;
mod failure;
mod key_file;
mod key_stream;
mod passphrase;
mod recovery_key;
mod secret_storage;
mod task;

#[cfg(feature = "seal")]
mod sealing;

pub use backup::{BackupReader, OpenedEntries};
pub use batch::SessionBatch;
pub use key_file::{KeyFile, OpenKeyFile};
pub use key_stream::{KeyFileSessionPass, KeyFileStart, KeyFileTagPass};
pub use recovery_key::{FoundRecoveryKey, RecoveryKey, repair_by_key_check, repair_by_public_key};
#[cfg(feature = "seal")]
pub use sealing::{BackupWriter, KeyFileWriter};
pub use secret_storage::{SecretStorage, SecretStorageKey};
pub use task::{Task, Viewer};
