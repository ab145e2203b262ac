//! The library knows the store by its traits and has typed errors; only the binary, which shares its manifest, names a
//! backend or `anyhow`.

use std::path::{Path, PathBuf};

/// Every source below the folder, but those of binaries.
fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "bin") {
                found.extend(sources(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

#[test]
fn the_library_names_no_backend_and_no_anyhow() {
    let found = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    assert!(found.len() > 50, "the search finds the sources");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in ["keyhaven_storage_sql", "anyhow::", "use anyhow"] {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
}
