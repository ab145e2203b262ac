//! One fetched item: is it what was stored?

use keyhaven_core::{
    inventory::InventoryEntry,
    object::{
        CounterExpectation, HeaderError, ObjectContext, ObjectExpectation, OpenError, file::FileError,
        open_file,
    },
};
use keyhaven_protocol::persona::ObjectId;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{restore::unreadable, view::FileVersion};
use crate::{
    engine,
    host::Host,
    persona::{
        Unlocked,
        item::CountedAgainst,
        restore_report::{Damage, Finding},
    },
    problem::ProblemKind,
    progress::{Count, Doing, Progress, Report},
};

/// What came of an item, and the content where it may be handed out.
pub(super) struct Checked {
    pub(super) finding: Finding,
    pub(super) file: Option<(Zeroizing<Vec<u8>>, FileVersion)>,
}

impl Checked {
    pub(super) const fn without_file(finding: Finding) -> Self {
        Self { finding, file: None }
    }
}

/// Holds the bytes against the entry of the inventory: length, SHA-256, id, counter, and every chunk's tag.
pub(super) async fn check_named(
    unlocked: &Unlocked,
    entry: &InventoryEntry,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Checked {
    let expected = ObjectContext {
        account_id: unlocked.account_id(),
        object_id: entry.id(),
        counter: entry.counter(),
    };
    match open(unlocked, expected.expectation(), bytes, host, report).await {
        Ok((content, _)) => match compare_bytes(entry, bytes, &content) {
            None => Checked {
                finding: Finding::Restored {
                    content_bytes: content.len() as u64,
                },
                file: Some((content, FileVersion::Current)),
            },
            Some(damage) => Checked::without_file(Finding::Damaged(damage)),
        },
        Err(OpenError::Header(HeaderError::Stale { .. } | HeaderError::Newer { .. })) => {
            check_other_version(unlocked, entry, bytes, host, report).await
        }
        Err(error) => Checked::without_file(not_opened(error).unwrap_or_else(Finding::Damaged)),
    }
}

/// Without an entry, only the key speaks for the bytes.
pub(super) async fn check_unnamed(
    unlocked: &Unlocked,
    object_id: ObjectId,
    bytes: &[u8],
    counted_against: CountedAgainst,
    host: &impl Host,
    report: Report<'_>,
) -> Checked {
    match open(unlocked, any_version(unlocked, object_id), bytes, host, report).await {
        Ok((content, _)) => {
            let content_bytes = content.len() as u64;
            let finding = match counted_against {
                CountedAgainst::Inventory => Finding::Extra { content_bytes },
                CountedAgainst::ServerListOnly => Finding::Restored { content_bytes },
            };
            Checked {
                finding,
                file: Some((content, FileVersion::Unknown)),
            }
        }
        Err(error) => Checked::without_file(
            not_opened(error).unwrap_or_else(|damage| unreadable(counted_against, damage)),
        ),
    }
}

/// The header names another version: an authentic older or newer one, or a lie.
async fn check_other_version(
    unlocked: &Unlocked,
    entry: &InventoryEntry,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Checked {
    match open(unlocked, any_version(unlocked, entry.id()), bytes, host, report).await {
        Ok((content, found)) => {
            let expected = entry.counter();
            let (finding, version) = if found < expected {
                (Finding::Stale { found, expected }, FileVersion::Older)
            } else {
                (Finding::Newer { found, expected }, FileVersion::Newer)
            };
            Checked {
                finding,
                file: Some((content, version)),
            }
        }
        Err(error) => Checked::without_file(not_opened(error).unwrap_or_else(Finding::Damaged)),
    }
}

fn any_version(unlocked: &Unlocked, object_id: ObjectId) -> ObjectExpectation {
    ObjectExpectation {
        account_id: unlocked.account_id(),
        object_id,
        counter: CounterExpectation::AtLeast(1),
    }
}

/// Content and counter of a sealed file, every byte verified.
async fn open(
    unlocked: &Unlocked,
    expected: ObjectExpectation,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Result<(Zeroizing<Vec<u8>>, u64), OpenError> {
    let opening = open_file(&unlocked.backup_key, &expected, bytes);
    let on_progress = |progress: keyhaven_core::job::Progress| {
        let bytes = Count {
            done: progress.done_bytes,
            total: progress.total_bytes,
        };
        report(Progress::of(Doing::Opening).with_bytes(Some(bytes)));
    };
    let (content, verified) = engine::run(opening, host.engine(), &on_progress).await?;
    Ok((content, verified.context().counter))
}

/// The inventory's word against what came, after the bytes have opened.
fn compare_bytes(entry: &InventoryEntry, bytes: &[u8], content: &[u8]) -> Option<Damage> {
    let (found, expected) = (bytes.len() as u64, entry.sealed_len());
    if found != expected {
        return Some(Damage::Length { found, expected });
    }
    if Sha256::digest(bytes).as_slice() != entry.sealed_sha256() {
        return Some(Damage::Hash);
    }
    (content.len() as u64 != entry.content_len()).then_some(Damage::OtherContent)
}

/// `Err` is damage of the item, `Ok` a finding that says nothing about it.
fn not_opened(error: OpenError) -> Result<Finding, Damage> {
    match error {
        OpenError::Job(error) => Ok(Finding::NotFetched(ProblemKind::Device(error).into())),
        OpenError::Truncated | OpenError::Header(HeaderError::Truncated) => Err(Damage::Truncated),
        OpenError::Header(HeaderError::OtherAccount | HeaderError::OtherObject) => Err(Damage::OtherObject),
        OpenError::Header(HeaderError::Version { .. } | HeaderError::Suite { .. })
        | OpenError::File(FileError::Version { .. }) => Err(Damage::NewerFormat),
        OpenError::File(FileError::OtherZip | FileError::NotZip) | OpenError::Header(HeaderError::Magic) => {
            Err(Damage::NotSealed)
        }
        _ => Err(Damage::NotAuthentic),
    }
}
