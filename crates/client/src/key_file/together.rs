//! The files of several rooms as one zip, with a list of which is which.

use keyhaven_core::archive::{self, ArchivePath, ContentSum, GrowingSum, Layout, WriteArchiveError};

use super::messages::{Fault, Saved};
use super::reading::next_piece;
use super::source::Source;
use crate::engine::{self, Engine};

/// The list's name in the zip.
pub const LIST_NAME: &str = "rooms.csv";

/// A zip without the contents of its files.
#[derive(Debug)]
pub struct Together {
    /// What stands around the contents. The last of them is the list.
    pub layout: Layout,
    /// The list: comma-separated values
    /// ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)) of each file's name, its room, and its number of sessions.
    pub list: Vec<u8>,
}

/// One zip of files that were written; `None` if they are too many or too large for one.
///
/// # Errors
/// [`Fault::Unreadable`], or the engine's.
pub async fn zip<F: Source>(files: &[(Saved, F)], engine: &impl Engine) -> Result<Option<Together>, Fault> {
    let list = list(files.iter().map(|(saved, _)| saved));
    let names = files.iter().map(|(saved, _)| saved.name.as_str());
    let paths = ArchivePath::read_all(names.chain([LIST_NAME]));
    let paths = engine::run(paths, engine, &|_| {})
        .await
        .map_err(|_| Fault::Engine)?;
    let mut sums = Vec::with_capacity(paths.len());
    for (_, file) in files {
        sums.push(sum(file).await?);
    }
    sums.push(ContentSum::of(&list));
    let sums: Vec<_> = paths.into_iter().zip(sums).collect();
    match archive::layout(&sums) {
        Ok(layout) => Ok(Some(Together { layout, list })),
        Err(WriteArchiveError::TooManyFiles { .. } | WriteArchiveError::TooLarge) => Ok(None),
        // No two names are the same.
        Err(_) => Err(Fault::Engine),
    }
}

async fn sum(file: &impl Source) -> Result<ContentSum, Fault> {
    let (mut sum, mut at) = (GrowingSum::default(), 0);
    while at < file.len() {
        let piece = next_piece(file, at).await?;
        sum.push(&piece);
        at += piece.len() as u64;
    }
    Ok(sum.finish())
}

fn list<'saved>(files: impl Iterator<Item = &'saved Saved>) -> Vec<u8> {
    let mut list = "file,room_id,message_keys\r\n".to_owned();
    for Saved {
        name,
        room_id,
        sessions,
    } in files
    {
        let room_id = room_id.as_deref().unwrap_or_default();
        list.push_str(&format!("{},{},{sessions}\r\n", quoted(name), quoted(room_id)));
    }
    list.into_bytes()
}

/// In quotes, where anything may stand. An id begins with `!`, so no spreadsheet takes it for a formula.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
