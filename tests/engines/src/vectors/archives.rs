//! Archives of folders.

use keyhaven_core::archive::{self, ArchivePath};
use keyhaven_core::normal_form::ReadError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CaseError, Done, Outcome, errors, hex, hex::Hex};
use crate::engine::Running;

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

pub(super) async fn write(running: &Running, Files { files }: &Files) -> Done {
    let texts = || files.iter().map(|file| file.path.as_str());
    // Read here and by the engine: both must say the same.
    let here: Result<Vec<ArchivePath>, _> = texts().map(ArchivePath::parse).collect();
    let by_jobs = running.run(ArchivePath::read_all(texts())).await;
    if by_jobs != here.clone().map_err(ReadError::Refused) {
        return Err(CaseError::EnginesDiffer);
    }
    let paths = match here {
        Ok(paths) => paths,
        Err(error) => return Ok(Outcome::Error(json!({ "path": errors::archive_path(error) }))),
    };
    let contents = files.iter().map(|file| file.content.0.as_slice());
    let named: Vec<_> = paths.into_iter().zip(contents).collect();
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
