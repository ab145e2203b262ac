//! Files and folders that nobody but their owner may read; files are whole on the disk before they get their name.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::Write as _,
    path::Path,
};

/// Writes a new file of mode 0600 and waits until it is on the disk.
///
/// # Errors
/// It is there already, or the file system failed.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder of mode 0700, and those it is in, unless there is one.
///
/// # Errors
/// The file system failed.
pub(crate) fn create_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Waits until the names in a folder are on the disk.
///
/// # Errors
/// The file system failed.
pub(crate) fn sync_names(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
