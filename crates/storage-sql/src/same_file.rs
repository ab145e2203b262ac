//! Whether the name of the store still leads to the file that is open.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

/// A file, as it was found under its name.
#[derive(Debug)]
pub(crate) struct SameFile {
    path: PathBuf,
    id: (u64, u64),
}

impl SameFile {
    /// What is under the name now.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            id: id(path)?,
        })
    }

    /// Whether it is under that name still. A folder that cannot be asked for the moment is no answer.
    pub(crate) fn is_there(&self) -> bool {
        match id(&self.path) {
            Ok(found) => found == self.id,
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }
}

/// Device and inode.
fn id(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_removed_or_replaced_is_told_from_one_that_was_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        fs::write(&path, "one").unwrap();
        let file = SameFile::at(&path).unwrap();
        fs::write(&path, "more").unwrap();
        assert!(file.is_there());
        let aside = folder.path().join("aside");
        fs::rename(&path, &aside).unwrap();
        assert!(!file.is_there());
        fs::copy(&aside, &path).unwrap();
        assert!(!file.is_there(), "a copy is another file");
        fs::rename(&aside, &path).unwrap();
        assert!(file.is_there());
    }
}
