//! What is kept of an account beside what shows, and what comes of bringing it back.

use std::fmt::Write as _;

use anyhow::bail;
use keyhaven_protocol::persona::{AccountId, limits};
use keyhaven_storage::{BringBack, Kept, KeptDeletion, KeptObject, KeptVersion, Store};

use super::{counted, day, word};

/// Objects in one read.
const PAGE: u32 = 100;

pub(super) async fn list(store: &dyn Store, account: AccountId) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.kept_objects(account, after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(text);
        };
        after = Some(last.id.clone());
        for object in &page {
            for version in &object.versions {
                writeln!(text, "{}", line(object, version))?;
            }
        }
    }
}

/// One version in one line, fields apart by tabs. An id is a stranger's text: what could move a cursor is written out.
fn line(object: &KeptObject, version: &KeptVersion) -> String {
    format!(
        "{}\tversion {}\t{}\twritten {}\t{}",
        object.id.escape_debug(),
        version.version,
        counted(version.size, "byte"),
        day(version.written_at),
        fate(object.deleted, version.kept)
    )
}

fn fate(deleted: Option<KeptDeletion>, kept: Kept) -> String {
    match (deleted, kept) {
        (None, Kept::Newest) => "shows now".to_owned(),
        (None, Kept::AmongTheNewest) => format!("kept among the newest {}", limits::VERSIONS_NEWEST),
        (None, Kept::Until(until)) => format!("kept until {}", day(until)),
        (Some(deletion), Kept::Newest) => format!(
            "deleted {}, kept until {}",
            day(deletion.at),
            day(deletion.kept_until)
        ),
        // With the deletion everything goes.
        (Some(deletion), Kept::AmongTheNewest) => format!("kept until {}", day(deletion.kept_until)),
        (Some(deletion), Kept::Until(until)) => {
            format!("kept until {}", day(until.min(deletion.kept_until)))
        }
    }
}

pub(super) fn outcome(brought: BringBack) -> anyhow::Result<String> {
    match brought {
        BringBack::Done(version) => Ok(format!(
            "it shows again, as version {version}; what showed before is kept"
        )),
        BringBack::NoAccount => bail!("there is no such account any more"),
        BringBack::OwnersAlone => bail!(
            "the list of what this account has is sealed, and only its owner can write it: they bring things back in \
             the app, on the page of their personas"
        ),
        BringBack::NotAllowed(state) => {
            bail!(
                "nothing can be brought back to an account that is {}",
                word(state)
            )
        }
        BringBack::NotDeleted => {
            bail!("it is not deleted: name a version of it, `keyhaven account kept` lists them")
        }
        BringBack::NotKept => bail!("nothing of that name and number is kept"),
        BringBack::QuotaExceeded => {
            bail!("the account has no room for it: raise `accounts.quota_bytes`, and run it again")
        }
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_storage::Timestamp;

    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    #[test]
    fn nothing_is_said_to_be_kept_longer_than_its_deletion() {
        let deletion = Some(KeptDeletion {
            at: Timestamp(0),
            kept_until: Timestamp(30 * DAY),
        });
        let until = |days: i64| Kept::Until(Timestamp(days * DAY));
        assert_eq!(fate(deletion, until(40)), "kept until 1970-01-31T00:00:00Z");
        assert_eq!(fate(deletion, until(2)), "kept until 1970-01-03T00:00:00Z");
        assert_eq!(
            fate(deletion, Kept::AmongTheNewest),
            "kept until 1970-01-31T00:00:00Z"
        );
        assert_eq!(fate(None, until(40)), "kept until 1970-02-10T00:00:00Z");
    }

    #[test]
    fn an_id_moves_no_cursor() {
        let version = KeptVersion {
            version: 1,
            size: 5,
            written_at: Timestamp(0),
            kept: Kept::Newest,
        };
        let object = KeptObject {
            id: "a\u{1b}[2J\tb\n".to_owned(),
            deleted: None,
            versions: vec![version],
        };
        assert_eq!(
            line(&object, &version),
            "a\\u{1b}[2J\\tb\\n\tversion 1\t5 bytes\twritten 1970-01-01T00:00:00Z\tshows now"
        );
    }
}
