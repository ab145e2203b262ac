//! Reading a dropped folder, whose interface of 2011 answers by callback.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::{FILES_MAX, PickError, PickedFile};

/// Adds the file, or every file below the folder.
///
/// # Errors
/// [`PickError`] as soon as one cannot be read: a folder that is stored is stored whole.
pub(super) async fn collect(entry: FileSystemEntry, files: &mut Vec<PickedFile>) -> Result<(), PickError> {
    let mut waiting = vec![entry];
    while let Some(entry) = waiting.pop() {
        if files.len() >= FILES_MAX {
            return Err(PickError::TooMany);
        }
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            waiting.extend(children(entry.unchecked_ref()).await?);
        } else {
            files.push(PickedFile {
                path,
                file: file(entry.unchecked_ref()).await?,
            });
        }
    }
    Ok(())
}

async fn file(entry: &FileSystemFileEntry) -> Result<File, PickError> {
    let answer = Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    let file = JsFuture::from(answer).await.map_err(|_| PickError::Unreadable)?;
    file.dyn_into().map_err(|_| PickError::Unreadable)
}

/// A reader gives a hundred entries at a time, and an empty list at the end.
async fn children(folder: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, PickError> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let answer = Promise::new(&mut |resolve, reject| {
            // A refused call leaves the promise to the reject function.
            if let Err(error) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
                let _ = reject.call1(&JsValue::NULL, &error);
            }
        });
        let list = js_sys::Array::from(&JsFuture::from(answer).await.map_err(|_| PickError::Unreadable)?);
        if list.length() == 0 {
            return Ok(all);
        }
        if all.len() >= FILES_MAX {
            return Err(PickError::TooMany);
        }
        all.extend(list.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}
