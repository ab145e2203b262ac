//! Zips from anywhere.

use keyhaven_core::archive::{self, ArchivePath, FILES_MAX, PATH_MAX_BYTES};

/// Larger inputs only slow a fuzzer down: what is wrong with an archive shows in a small one.
const INPUT_MAX_BYTES: usize = 256 * 1024;

/// Every path that passes stays below its folder.
pub(crate) fn archive_path(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let Ok(path) = ArchivePath::parse(text) else {
        return;
    };
    stays_below(&path);
    assert_eq!(ArchivePath::parse(path.as_str()), Ok(path), "stable");
}

fn stays_below(path: &ArchivePath) {
    let text = path.as_str();
    assert!(
        text.len() <= PATH_MAX_BYTES && !text.starts_with('/'),
        "bounded and relative"
    );
    assert!(!text.contains(['\\', ':', '\0']), "without a second separator");
    assert!(
        text.split('/').all(|part| !matches!(part, "" | "." | "..")),
        "without a way up"
    );
    assert!(
        text.split('/').all(|part| !part.ends_with(['.', ' '])),
        "without what Windows takes away"
    );
}

/// What reads can be written, and what was written reads as the same files.
pub(crate) fn archive(input: &[u8]) {
    if input.len() > INPUT_MAX_BYTES {
        return;
    }
    let Ok(entries) = archive::read(input) else { return };
    assert!(entries.len() <= FILES_MAX, "bounded");
    let mut files = Vec::new();
    for entry in &entries {
        stays_below(&entry.path);
        files.push((entry.path.clone(), entry.content.as_slice()));
    }
    let written = archive::write(&files);
    assert!(written.is_ok(), "what reads can be written");
    let again = written
        .ok()
        .and_then(|written| archive::read(&written).ok())
        .unwrap_or_default();
    let same = again.iter().map(|entry| (&entry.path, &entry.content));
    assert!(
        same.eq(entries.iter().map(|entry| (&entry.path, &entry.content))),
        "and reads as the same files"
    );
}
