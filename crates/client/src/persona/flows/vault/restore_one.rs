//! One fetched item: is it what was stored?

use keyhaven_core::{
    inventory::InventoryEntry,
    object::{CounterExpectation, HeaderError, ObjectContext, ObjectExpectation, OpenError, file::FileError},
};
use keyhaven_protocol::persona::ObjectId;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{done::FileVersion, restore::unreadable};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        item::CountedAgainst,
        opening::{Opened, open_sealed_file},
        restore_report::{Damage, Finding},
    },
    problem::{Problem, ProblemKind},
    progress::Report,
};

/// What came of an item, and the content where it may be handed out.
pub(super) struct Checked {
    pub(super) finding: Finding,
    pub(super) file: Option<CheckedFile>,
}

/// Content that opened.
pub(super) struct CheckedFile {
    pub(super) content: Zeroizing<Vec<u8>>,
    pub(super) version: FileVersion,
}

impl Checked {
    pub(super) const fn without_file(finding: Finding) -> Self {
        Self { finding, file: None }
    }

    fn with_file(finding: Finding, opened: Opened, version: FileVersion) -> Self {
        let Opened { content, .. } = opened;
        Self {
            finding,
            file: Some(CheckedFile { content, version }),
        }
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
    let (expected, generation) = (expected.expectation(), entry.generation());
    match open_sealed_file(unlocked, expected, generation, bytes, host, report).await {
        Ok(opened) => match compare_bytes(entry, bytes, &opened.content) {
            None => {
                if opened.generation != generation {
                    unlocked.note_found_under(entry.id(), entry.counter(), opened.generation);
                }
                let content_bytes = opened.content.len() as u64;
                Checked::with_file(Finding::Restored { content_bytes }, opened, FileVersion::Current)
            }
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
    match open_any_version(unlocked, object_id, bytes, host, report).await {
        Ok(opened) => {
            let content_bytes = opened.content.len() as u64;
            let (finding, version) = match counted_against {
                CountedAgainst::Inventory => (Finding::Extra { content_bytes }, FileVersion::Unlisted),
                CountedAgainst::ServerListOnly => (Finding::Restored { content_bytes }, FileVersion::Unknown),
            };
            Checked::with_file(finding, opened, version)
        }
        Err(error) => Checked::without_file(
            not_opened(error).unwrap_or_else(|damage| unreadable(counted_against, damage)),
        ),
    }
}

/// An authentic version of this object, whichever it is.
pub(super) async fn open_unnamed(
    unlocked: &Unlocked,
    object_id: ObjectId,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Result<Result<Opened, Damage>, Problem> {
    match open_any_version(unlocked, object_id, bytes, host, report).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(error) => match not_opened(error) {
            Err(damage) => Ok(Err(damage)),
            Ok(Finding::NotFetched(problem)) => Err(problem),
            Ok(_) => Err(ProblemKind::Gone.into()),
        },
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
    match open_any_version(unlocked, entry.id(), bytes, host, report).await {
        Ok(opened) => {
            let (found, expected) = (opened.counter, entry.counter());
            let (finding, version) = if found < expected {
                (Finding::Stale { found, expected }, FileVersion::Older)
            } else {
                (Finding::Newer { found, expected }, FileVersion::Newer)
            };
            Checked::with_file(finding, opened, version)
        }
        Err(error) => Checked::without_file(not_opened(error).unwrap_or_else(Finding::Damaged)),
    }
}

async fn open_any_version(
    unlocked: &Unlocked,
    object_id: ObjectId,
    bytes: &[u8],
    host: &impl Host,
    report: Report<'_>,
) -> Result<Opened, OpenError> {
    let expected = ObjectExpectation {
        account_id: unlocked.account_id(),
        object_id,
        counter: CounterExpectation::AtLeast(1),
    };
    let generation = unlocked.backup_keys().generation();
    open_sealed_file(unlocked, expected, generation, bytes, host, report).await
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
