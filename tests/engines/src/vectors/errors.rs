//! Errors in the words of the vectors.

use keyhaven_core::archive::{ArchivePathError, ReadArchiveError, WriteArchiveError};
use keyhaven_core::former_keys::OpenFormerKeysError;
use keyhaven_core::inventory::{EntryError, InventoryError, OpenInventoryError};
use keyhaven_core::object::file::FileError;
use keyhaven_core::object::{HeaderError, OpenError};
use keyhaven_core::recovery_code::{RecoveryCodeError, SuggestedGroup, SuggestedWord};
use keyhaven_core::wrap::OpenWrapError;
use keyhaven_protocol::address::AddressError;
use keyhaven_protocol::parts::PartsError;
use serde_json::{Value, json};

/// An error that has nothing to say but its name.
pub(super) fn named(name: &str) -> Value {
    json!({ "name": name })
}

/// An error that no vector names: whoever adds a variant adds its name here.
fn unnamed() -> Value {
    named("unnamed")
}

pub(super) fn address(error: AddressError) -> Value {
    match error {
        AddressError::Empty => named("empty"),
        AddressError::NoAt => named("no_at"),
        AddressError::ManyAt => named("many_at"),
        AddressError::NoLocal => named("no_local"),
        AddressError::Domain => named("domain"),
        AddressError::Invisible => named("invisible"),
        AddressError::Meaningless => named("meaningless"),
        AddressError::TooLong => named("too_long"),
        _ => unnamed(),
    }
}

pub(super) fn parts(error: PartsError) -> Value {
    match error {
        PartsError::Truncated { index } => json!({ "name": "truncated", "part": index }),
        PartsError::Trailing { extra } => json!({ "name": "trailing", "extra": extra }),
        _ => unnamed(),
    }
}

pub(super) fn write_archive(error: WriteArchiveError) -> Value {
    match error {
        WriteArchiveError::DuplicatePath => named("duplicate"),
        WriteArchiveError::Collision => named("collision"),
        _ => unnamed(),
    }
}

pub(super) fn read_archive(error: &ReadArchiveError) -> Value {
    match error {
        ReadArchiveError::Zip(_) => named("zip"),
        ReadArchiveError::Duplicate => named("duplicate"),
        ReadArchiveError::Collision => named("collision"),
        ReadArchiveError::Link { index } => json!({ "name": "link", "entry": index }),
        ReadArchiveError::Damaged { index } => json!({ "name": "damaged", "entry": index }),
        ReadArchiveError::Path { index, source } => {
            json!({ "name": "path", "entry": index, "path": archive_path(*source) })
        }
        _ => unnamed(),
    }
}

/// The word for a refused path; nothing for one that no vector names.
pub(super) const fn archive_path(error: ArchivePathError) -> Option<&'static str> {
    match error {
        ArchivePathError::Empty => Some("empty"),
        ArchivePathError::TooLong => Some("too_long"),
        ArchivePathError::Escapes => Some("escapes"),
        ArchivePathError::Character => Some("character"),
        ArchivePathError::Reserved => Some("reserved"),
        _ => None,
    }
}

pub(super) fn open_wrap(error: OpenWrapError) -> Value {
    match error {
        OpenWrapError::OtherSecret => named("other_secret"),
        OpenWrapError::Damaged => named("damaged"),
        OpenWrapError::OtherContext => named("other_context"),
        _ => unnamed(),
    }
}

pub(super) fn recovery_code(error: &RecoveryCodeError) -> Value {
    match error {
        RecoveryCodeError::Empty => named("empty"),
        RecoveryCodeError::TooLong => named("too_long"),
        RecoveryCodeError::NotFound => named("not_found"),
        RecoveryCodeError::TooFewCharacters { missing, group } => {
            json!({ "name": "too_few_characters", "missing": missing, "group": group })
        }
        RecoveryCodeError::TooManyCharacters { extra, group } => {
            json!({ "name": "too_many_characters", "extra": extra, "group": group })
        }
        RecoveryCodeError::BadCharacter {
            group,
            character,
            suggestion,
        } => json!({
            "name": "bad_character", "group": group, "character": character,
            "suggestion": suggestion.as_ref().map(suggested_group),
        }),
        RecoveryCodeError::Typo { suggestion } => {
            json!({ "name": "typo", "suggestion": suggestion.as_ref().map(suggested_group) })
        }
        RecoveryCodeError::Version { version } => json!({ "name": "version", "version": version }),
        RecoveryCodeError::NotCanonical => named("not_canonical"),
        RecoveryCodeError::UnknownWord { position, suggestion } => json!({
            "name": "unknown_word", "position": position,
            "suggestion": suggestion.as_ref().map(SuggestedWord::expose_secret),
        }),
        RecoveryCodeError::WordCount { found } => json!({ "name": "word_count", "found": found }),
        RecoveryCodeError::WordsDoNotFit => named("words_do_not_fit"),
        _ => unnamed(),
    }
}

fn suggested_group(suggestion: &SuggestedGroup) -> Value {
    json!({ "group": suggestion.group(), "replacement": suggestion.expose_secret() })
}

pub(super) fn open_former_keys(error: OpenFormerKeysError) -> Value {
    match error {
        OpenFormerKeysError::NotAuthentic => named("not_authentic"),
        OpenFormerKeysError::Version { found } => json!({ "name": "version", "found": found }),
        OpenFormerKeysError::Malformed => named("malformed"),
        _ => unnamed(),
    }
}

pub(super) fn open(error: OpenError) -> Value {
    match error {
        OpenError::Header(error) => json!({ "name": "header", "header": header(error) }),
        OpenError::Truncated => named("truncated"),
        OpenError::Trailing => named("trailing"),
        OpenError::Damaged { chunk } => json!({ "name": "damaged", "chunk": chunk }),
        OpenError::TooLong { len } => json!({ "name": "too_long", "len": len }),
        OpenError::Padding => named("padding"),
        OpenError::File(error) => json!({ "name": "file", "file": file(error) }),
        _ => unnamed(),
    }
}

fn header(error: HeaderError) -> Value {
    match error {
        HeaderError::Truncated => named("truncated"),
        HeaderError::Magic => named("magic"),
        HeaderError::Version { found } => json!({ "name": "version", "found": found }),
        HeaderError::Suite { found } => json!({ "name": "suite", "found": found }),
        HeaderError::Parameters => named("parameters"),
        HeaderError::OtherAccount => named("other_account"),
        HeaderError::OtherObject => named("other_object"),
        HeaderError::Stale { found, expected } => {
            json!({ "name": "stale", "found": found, "expected": expected })
        }
        HeaderError::Newer { found, expected } => {
            json!({ "name": "newer", "found": found, "expected": expected })
        }
        _ => unnamed(),
    }
}

fn file(error: FileError) -> Value {
    match error {
        FileError::OtherZip => named("other_zip"),
        FileError::NotZip => named("not_zip"),
        FileError::Version { found } => json!({ "name": "version", "found": found }),
        FileError::TooLong { len } => json!({ "name": "too_long", "len": len }),
        FileError::Truncated => named("truncated"),
        FileError::Trailing => named("trailing"),
        FileError::Damaged => named("damaged"),
        _ => unnamed(),
    }
}

pub(super) fn inventory(error: InventoryError) -> Value {
    match error {
        InventoryError::Version { found } => json!({ "name": "version", "found": found }),
        InventoryError::Malformed => named("malformed"),
        InventoryError::Entry { index, source } => {
            json!({ "name": "entry", "index": index, "entry": entry(source) })
        }
        InventoryError::TooLarge => named("too_large"),
        _ => unnamed(),
    }
}

const fn entry(error: EntryError) -> &'static str {
    match error {
        EntryError::ReservedId => "reserved_id",
        EntryError::Name => "name",
        EntryError::MediaType => "media_type",
        EntryError::Number => "number",
        _ => "unnamed",
    }
}

pub(super) fn open_inventory(error: OpenInventoryError) -> Value {
    match error {
        OpenInventoryError::Open(error) => json!({ "name": "open", "open": open(error) }),
        OpenInventoryError::Inventory(error) => json!({ "name": "inventory", "inventory": inventory(error) }),
        OpenInventoryError::OtherCounter => named("other_counter"),
        _ => unnamed(),
    }
}
