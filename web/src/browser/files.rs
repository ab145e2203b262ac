//! Files that a person hands over, and files that the app hands back.

mod folder;
mod save;

use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use zeroize::Zeroizing;

pub(crate) use save::{blob_of, save, save_blob, save_together};

/// One file that was picked, with the path that it has inside its folder.
#[derive(Debug, Clone)]
pub struct PickedFile {
    /// Parts divided by `/`; a single name when no folder was picked.
    pub path: String,
    file: web_sys::File,
}

/// Most files of one pick. More are not a persona, and the browser would stand still.
const FILES_MAX: usize = 10_000;

/// Why picked files cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// One was moved, changed or locked.
    #[error("the browser could not read a file")]
    Unreadable,
    /// More than this app takes in one go.
    #[error("more than {FILES_MAX} files")]
    TooMany,
}

impl PickedFile {
    /// Bytes, as the browser says before reading.
    pub(crate) fn len(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole number"
        )]
        let len = self.file.size() as u64;
        len
    }

    /// When it was changed last: seconds since the epoch, as the browser says.
    pub(crate) fn changed(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
        let seconds = (self.file.last_modified() / 1_000.0) as i64;
        seconds
    }

    /// The file itself, for who reads it in pieces.
    pub(crate) fn blob(&self) -> web_sys::Blob {
        self.file.clone().into()
    }

    /// As the browser names it.
    pub(crate) fn media_type(&self) -> String {
        let named = self.file.type_();
        if named.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            named
        }
    }

    /// Reads the whole file. The caller has compared [`Self::len`] with what it is ready to hold.
    ///
    /// # Errors
    /// [`PickError::Unreadable`] if it was moved, changed or locked since it was picked.
    pub(crate) async fn read(&self) -> Result<Zeroizing<Vec<u8>>, PickError> {
        let buffer = JsFuture::from(self.file.array_buffer())
            .await
            .map_err(|_| PickError::Unreadable)?;
        Ok(Zeroizing::new(Uint8Array::new(&buffer).to_vec()))
    }
}

/// What was picked in one go: a single file, or a folder or several files that become one archive.
#[derive(Debug, Clone)]
pub enum PickedFiles {
    /// One file.
    One(PickedFile),
    /// A folder's files, or several files.
    Many {
        /// The folder's name; absent for several single files.
        name: Option<String>,
        /// In the order the browser lists them.
        files: Vec<PickedFile>,
    },
}

impl PickedFiles {
    fn new(mut files: Vec<PickedFile>) -> Self {
        let folder = files
            .first()
            .and_then(|file| file.path.split_once('/'))
            .map(|(folder, _)| folder.to_owned());
        match (&folder, files.len()) {
            (None, 1) => match files.pop() {
                Some(file) => Self::One(file),
                None => Self::Many { name: None, files },
            },
            _ => Self::Many { name: folder, files },
        }
    }

    /// How many files.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many { files, .. } => files.len(),
        }
    }

    /// Bytes of all files together.
    pub(crate) fn total_bytes(&self) -> u64 {
        match self {
            Self::One(file) => file.len(),
            Self::Many { files, .. } => files.iter().map(PickedFile::len).sum(),
        }
    }

    /// What the person may want to call it.
    pub(crate) fn suggested_name(&self) -> String {
        match self {
            Self::One(file) => file.path.clone(),
            Self::Many { name, .. } => name.clone().unwrap_or_default(),
        }
    }

    /// Nothing was picked.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Many { files, .. } if files.is_empty())
    }
}

/// What a file field holds.
pub(crate) fn picked(input: &web_sys::HtmlInputElement) -> PickedFiles {
    let list = input.files();
    let files = list.map(|list| {
        (0..list.length())
            .filter_map(|index| list.get(index))
            .map(from_field)
            .collect()
    });
    PickedFiles::new(files.unwrap_or_default())
}

fn from_field(file: web_sys::File) -> PickedFile {
    // Filled for files of a picked folder only, and empty otherwise.
    let relative = js_sys::Reflect::get(&file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string());
    let path = relative
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name());
    PickedFile { path, file }
}

/// What was dropped, folders with all their files. Folders are read piece by piece, so the answer comes later.
pub(crate) fn dropped(
    event: &web_sys::DragEvent,
    done: impl FnOnce(Result<PickedFiles, PickError>) + 'static,
) {
    let Some(transfer) = event.data_transfer() else {
        return;
    };
    // The list is empty after this event, so the entries are taken out now.
    let items = transfer.items();
    let entries: Vec<web_sys::FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect();
    spawn_local(async move {
        let mut files = Vec::new();
        for entry in entries {
            if let Err(error) = folder::collect(entry, &mut files).await {
                done(Err(error));
                return;
            }
        }
        let picked = PickedFiles::new(files);
        if !picked.is_empty() {
            done(Ok(picked));
        }
    });
}
