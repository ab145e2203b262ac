//! Opening what is stored: with the backup key that it is said to be sealed under, then with all others, newest first.
//!
//! Another key is told by the first chunk, whose tag it does not fit. Whatever a key says that fits the first chunk is
//! the answer; what fits none is damaged. Nothing is handed out before every chunk has verified.

use keyhaven_core::{
    former_keys::BackupKeys,
    inventory::{Inventory, OpenInventoryError, open_inventory},
    job::Step,
    keys::BackupKey,
    object::{CounterExpectation, ObjectExpectation, OpenError, open_file},
};
use zeroize::Zeroizing;

use super::unlocked::Unlocked;
use crate::{
    engine,
    host::Host,
    progress::{Count, Doing, Progress, Report},
};

/// A sealed file, every byte verified.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) content: Zeroizing<Vec<u8>>,
    pub(super) counter: u64,
    /// Of the key that opened it.
    pub(super) generation: u32,
}

/// Opens a sealed file that is said to be sealed under the key of this generation.
pub(super) async fn open_sealed_file(
    unlocked: &Unlocked,
    expected: ObjectExpectation,
    generation: u32,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Result<Opened, OpenError> {
    let on_progress = |progress: keyhaven_core::job::Progress| {
        let bytes = Count {
            done: progress.done_bytes,
            total: progress.total_bytes,
        };
        report(Progress::of(Doing::Opening).with_bytes(Some(bytes)));
    };
    let ((content, verified), generation) = open_with(
        &unlocked.backup_keys(),
        generation,
        |key| open_file(key, &expected, bytes),
        |error| *error == OpenError::Damaged { chunk: 0 },
        host,
        &on_progress,
    )
    .await?;
    Ok(Opened {
        content,
        counter: verified.context().counter,
        generation,
    })
}

/// Opens the inventory as it is stored, with the generation of the key that opened it.
pub(super) async fn open_stored_inventory(
    unlocked: &Unlocked,
    sealed: &[u8],
    host: &impl Host,
) -> Result<(Inventory, u32), OpenInventoryError> {
    let account_id = unlocked.account_id();
    let keys = unlocked.backup_keys();
    open_with(
        &keys,
        keys.generation(),
        |key| open_inventory(key, account_id, CounterExpectation::AtLeast(1), sealed),
        |error| matches!(error, OpenInventoryError::Open(OpenError::Damaged { chunk: 0 })),
        host,
        &|_| {},
    )
    .await
}

async fn open_with<T, E>(
    keys: &BackupKeys,
    generation: u32,
    open: impl Fn(&BackupKey) -> Step<T, E>,
    is_of_another_key: impl Fn(&E) -> bool,
    host: &impl Host,
    on_progress: &dyn Fn(keyhaven_core::job::Progress),
) -> Result<(T, u32), E> {
    let mut order = keys.beginning_with(generation);
    let mut tried = order.next().unwrap_or((keys.generation(), keys.present()));
    loop {
        let (generation, key) = tried;
        let answer = engine::run(open(key), host.engine(), on_progress).await;
        match order.next() {
            Some(next) if answer.as_ref().is_err_and(&is_of_another_key) => tried = next,
            _ => return answer.map(|opened| (opened, generation)),
        }
    }
}
