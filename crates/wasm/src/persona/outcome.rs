//! What flows show, as lists of names and values of which TypeScript makes objects.

use js_sys::Array;
use keyhaven_client::{
    persona::{
        Account, CountedAgainst, Damage, Finding, Item, ItemKind, Standing,
        flows::vault::{FileVersion, RestoredFile},
    },
    progress::Doing,
};
use keyhaven_protocol::persona::AccountState;
use wasm_bindgen::JsValue;

/// Names and values.
#[derive(Debug)]
pub(super) struct Record(Array);

impl Record {
    pub(super) fn new() -> Self {
        Self(Array::new())
    }

    pub(super) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        self.0.push(&name.into());
        self.0.push(&value.into());
        self
    }

    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.with(name, value)
    }

    #[expect(clippy::cast_precision_loss, reason = "nothing here has 2^53 bytes or items")]
    pub(super) fn number(self, name: &str, value: u64) -> Self {
        self.with(name, value as f64)
    }

    pub(super) fn into_list(self) -> Array {
        self.0
    }
}

pub(super) fn account_record(account: &Account) -> Record {
    let state = match account.state {
        AccountState::Unconfirmed => "unconfirmed",
        AccountState::Active => "active",
        AccountState::Unproven => "unproven",
        AccountState::Disputed => "disputed",
        AccountState::Frozen => "frozen",
        AccountState::Deleted => "deleted",
        _ => "other",
    };
    Record::new()
        .text("id", &account.id.to_string())
        .text("address", &account.address)
        .text("state", state)
        .number("usedBytes", account.used_bytes)
        .number("quotaBytes", account.quota_bytes)
}

pub(super) const fn counted_against_name(counted: CountedAgainst) -> &'static str {
    match counted {
        CountedAgainst::Inventory => "inventory",
        CountedAgainst::ServerListOnly => "server-list-only",
    }
}

#[expect(clippy::cast_precision_loss, reason = "no clock is there yet")]
pub(super) fn item_record(item: &Item) -> Array {
    let standing = match item.standing {
        Standing::Listed => "listed",
        Standing::Missing => "missing",
        Standing::Extra => "extra",
        Standing::Differs => "differs",
    };
    let record = Record::new()
        .text("id", item.id.as_str())
        .text("name", &item.name)
        .text("kind", kind_name(item.kind))
        .text("mediaType", &item.media_type)
        .number("sealedBytes", item.sealed_bytes)
        .with("modified", item.modified.0 as f64)
        .text("standing", standing);
    match item.content_bytes {
        Some(bytes) => record.number("bytes", bytes).into_list(),
        None => record.into_list(),
    }
}

pub(super) const fn kind_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::File => "file",
        ItemKind::Folder => "folder",
    }
}

/// A finding by its code, and how an item is damaged.
pub(super) const fn finding_names(finding: &Finding) -> (&'static str, Option<&'static str>) {
    match finding {
        Finding::Restored { .. } => ("restored", None),
        Finding::Missing => ("missing", None),
        Finding::Extra { .. } => ("extra", None),
        Finding::UnnamedUnreadable(damage) => ("extra-unreadable", Some(damage_name(*damage))),
        Finding::Stale { .. } => ("older", None),
        Finding::Newer { .. } => ("newer", None),
        Finding::Damaged(damage) => ("damaged", Some(damage_name(*damage))),
        Finding::NotFetched(_) => ("not-fetched", None),
    }
}

const fn damage_name(damage: Damage) -> &'static str {
    match damage {
        Damage::Length { .. } => "length",
        Damage::Hash => "hash",
        Damage::Truncated => "truncated",
        Damage::OtherObject => "other-object",
        Damage::OtherContent => "other-content",
        Damage::NewerFormat => "newer-format",
        Damage::NotSealed => "not-sealed",
        _ => "not-authentic",
    }
}

pub(super) fn file_record(file: &RestoredFile) -> Array {
    let version = match file.version {
        FileVersion::Current => "current",
        FileVersion::Older => "older",
        FileVersion::Newer => "newer",
        FileVersion::Unlisted => "unlisted",
        FileVersion::Unknown => "unknown",
    };
    let kept = file.content.get::<f64>().copied().unwrap_or(-1.0);
    Record::new()
        .text("id", file.id.as_str())
        .text("kind", kind_name(file.kind))
        .text("mediaType", &file.media_type)
        .text("version", version)
        .with("kept", kept)
        .into_list()
}

pub(super) const fn doing_name(doing: Doing) -> &'static str {
    match doing {
        Doing::DerivingKey => "deriving-key",
        Doing::Sealing | Doing::Packing => "sealing",
        Doing::Sending => "sending",
        Doing::Fetching => "fetching",
        Doing::Opening => "opening",
        Doing::WaitingForServer => "waiting",
        _ => "asking",
    }
}
