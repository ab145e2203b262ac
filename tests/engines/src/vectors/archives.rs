//! Archives of folders.

use keyhaven_core::archive::{self, ArchivePath};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, Outcome, errors, hex, hex::Hex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    files: Vec<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    content: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Archive {
    archive: Hex,
}

pub(super) fn write(Files { files }: &Files) -> Done {
    let mut named = Vec::new();
    for File { path, content } in files {
        match ArchivePath::parse(path) {
            Ok(path) => named.push((path, content.0.as_slice())),
            Err(error) => return Ok(Outcome::Error(json!({ "path": errors::archive_path(error) }))),
        }
    }
    Ok(match archive::write(&named) {
        Ok(archive) => Outcome::Output(json!({ "archive": hex::encode(&archive) })),
        Err(error) => Outcome::Error(errors::write_archive(error)),
    })
}

pub(super) fn read(Archive { archive }: &Archive) -> Done {
    Ok(match archive::read(&archive.0) {
        Ok(entries) => {
            let files: Vec<Value> = entries
                .iter()
                .map(|entry| json!({ "path": entry.path.as_str(), "content": hex::encode(&entry.content) }))
                .collect();
            Outcome::Output(json!({ "files": files }))
        }
        Err(error) => Outcome::Error(errors::read_archive(&error)),
    })
}
