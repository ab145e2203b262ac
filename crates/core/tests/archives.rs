//! Archives of folders: the same files give the same bytes, and no zip can hurt.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Cursor, Read as _, Write as _};

use keyhaven_core::archive::{
    ArchivePath, ArchivePathError, FILES_MAX, ReadArchiveError, WriteArchiveError, read, write,
};
use proptest::prelude::*;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

fn path(text: &str) -> ArchivePath {
    ArchivePath::parse(text).unwrap()
}

fn foreign(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(
            *name,
            SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Stored),
        )
        .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_come_back_in_order_of_their_paths() {
    let archive = write(&[(path("b/two"), b"2"), (path("a"), b""), (path("b/one"), b"1")]).unwrap();
    let entries = read(&archive).unwrap();
    let found: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.content.as_slice()))
        .collect();
    assert_eq!(found, [("a", &b""[..]), ("b/one", b"1"), ("b/two", b"2")]);
}

#[test]
fn the_order_of_the_files_does_not_change_the_bytes() {
    let one = write(&[(path("a"), b"1"), (path("b"), b"2")]).unwrap();
    let other = write(&[(path("b"), b"2"), (path("a"), b"1")]).unwrap();
    assert_eq!(one, other);
}

#[test]
fn another_reader_of_zips_reads_names_modes_and_contents() {
    let archive = write(&[(path("b\u{fc}cher/\u{4f8b}"), b"keys"), (path("a"), b"")]).unwrap();
    let mut zip = ZipArchive::new(Cursor::new(archive.as_slice())).unwrap();
    assert_eq!(zip.len(), 2);
    let mut file = zip.by_name("b\u{fc}cher/\u{4f8b}").unwrap();
    assert_eq!(file.compression(), CompressionMethod::Stored);
    assert_eq!(file.unix_mode(), Some(0o100_600));
    let mut content = Vec::new();
    file.read_to_end(&mut content).unwrap();
    assert_eq!(content, b"keys");
}

#[test]
fn the_archive_is_written_without_growing_its_buffer() {
    let archive = write(&[(path("a/b"), &[7; 1_000]), (path("c"), b"2")]).unwrap();
    assert_eq!(archive.capacity(), archive.len());
}

#[test]
fn two_files_of_one_path_are_refused() {
    let refused = write(&[(path("u\u{308}"), b"1"), (path("\u{fc}"), b"2")]);
    assert!(matches!(refused, Err(WriteArchiveError::DuplicatePath)));
}

#[test]
fn files_that_some_system_does_not_keep_apart_are_refused() {
    for names in [["key", "KEY"], ["keys", "Keys/1"], ["a\u{200d}b", "ab"]] {
        let refused = write(&names.map(|name| (path(name), &b""[..])));
        assert!(matches!(refused, Err(WriteArchiveError::Collision)), "{names:?}");
        let refused = read(&foreign(&names.map(|name| (name, &b""[..]))));
        assert!(matches!(refused, Err(ReadArchiveError::Collision)), "{names:?}");
    }
    let composed_twice = read(&foreign(&[("u\u{308}", b"1"), ("\u{fc}", b"2")]));
    assert!(matches!(composed_twice, Err(ReadArchiveError::Duplicate)));
}

#[test]
fn too_many_files_are_refused() {
    let files: Vec<(ArchivePath, &[u8])> = (0..=FILES_MAX)
        .map(|at| (path(&format!("f{at}")), &b""[..]))
        .collect();
    assert!(
        matches!(write(&files), Err(WriteArchiveError::TooManyFiles { count }) if count == FILES_MAX + 1)
    );
    let names: Vec<String> = (0..=FILES_MAX).map(|at| format!("f{at}")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(
        matches!(read(&foreign(&entries)), Err(ReadArchiveError::TooManyFiles { count }) if count == FILES_MAX + 1)
    );
}

#[test]
fn so_many_files_as_are_allowed_come_back() {
    let files: Vec<(ArchivePath, &[u8])> = (0..FILES_MAX)
        .map(|at| (path(&format!("f{at}")), &b""[..]))
        .collect();
    assert_eq!(read(&write(&files).unwrap()).unwrap().len(), FILES_MAX);
}

#[test]
fn files_lie_in_the_archive_in_the_order_of_their_paths() {
    let archive = write(&[(path("b"), b"2"), (path("c"), b"3"), (path("a"), b"1")]).unwrap();
    let mut zip = ZipArchive::new(Cursor::new(archive.as_slice())).unwrap();
    let names: Vec<String> = (0..zip.len())
        .map(|index| zip.by_index(index).unwrap().name().unwrap().into_owned())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn too_much_is_refused_before_anything_is_packed() {
    let large = vec![0; 64 << 20];
    let files: Vec<(ArchivePath, &[u8])> = (0..16)
        .map(|at| (path(&format!("f{at}")), large.as_slice()))
        .chain([(path("one byte more"), &b"x"[..])])
        .collect();
    assert!(matches!(write(&files), Err(WriteArchiveError::TooLarge)));
}

#[test]
fn a_path_that_is_not_safe_everywhere_refuses_the_whole_archive() {
    for (name, error) in [
        ("../evil", ArchivePathError::Escapes),
        ("a/../../evil", ArchivePathError::Escapes),
        ("/etc/evil", ArchivePathError::Escapes),
        ("a\\..\\evil", ArchivePathError::Character),
        ("C:evil", ArchivePathError::Character),
        ("keys/nul.txt", ArchivePathError::Reserved),
        ("evil.", ArchivePathError::Reserved),
    ] {
        let archive = foreign(&[("good", b"1"), (name, b"2")]);
        let found = read(&archive).unwrap_err();
        assert!(
            matches!(found, ReadArchiveError::Path { index: 1, source } if source == error),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_link_refuses_the_whole_archive() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("link", "/etc/passwd", SimpleFileOptions::DEFAULT)
        .unwrap();
    let archive = zip.finish().unwrap().into_inner();
    assert!(matches!(read(&archive), Err(ReadArchiveError::Link { index: 0 })));
}

#[test]
fn folders_are_no_files() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_directory("keyring/", SimpleFileOptions::DEFAULT).unwrap();
    zip.start_file(
        "keyring/a",
        SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Stored),
    )
    .unwrap();
    let archive = zip.finish().unwrap().into_inner();
    assert_eq!(read(&archive).unwrap().len(), 1);
}

#[test]
fn an_altered_file_is_seen_by_its_check_sum() {
    let mut archive = foreign(&[("a", b"keys keys keys")]);
    let at = archive.windows(4).position(|window| window == b"keys").unwrap();
    archive[at] ^= 1;
    assert!(matches!(
        read(&archive),
        Err(ReadArchiveError::Damaged { index: 0 })
    ));
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    // Two entries of the same length, the second renamed to the first in both of its headers.
    let mut archive = foreign(&[("aa", b"1"), ("bb", b"2")]);
    while let Some(at) = archive.windows(2).position(|window| window == b"bb") {
        archive[at..at + 2].copy_from_slice(b"aa");
    }
    assert!(
        read(&archive)
            .is_err_and(|error| matches!(error, ReadArchiveError::Duplicate | ReadArchiveError::Zip(_)))
    );
}

#[test]
fn what_is_no_zip_is_refused() {
    for bytes in [
        &b""[..],
        b"PK",
        b"PK\x03\x04 and no more",
        b"-----BEGIN PGP PRIVATE KEY BLOCK-----",
    ] {
        assert!(matches!(read(bytes), Err(ReadArchiveError::Zip(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    #[test]
    fn every_folder_comes_back(
        files in prop::collection::btree_map(
            // No folder is called like a file, and neither like a device of Windows.
            "(d[a-z0-9 ._()-]{0,6}r/){0,2}f[A-Z0-9 ._()-]{0,12}e",
            prop::collection::vec(any::<u8>(), 0..300),
            0..12,
        ),
    ) {
        let files: Vec<(ArchivePath, Vec<u8>)> =
            files.into_iter().map(|(name, content)| (path(&name), content)).collect();
        let borrowed: Vec<(ArchivePath, &[u8])> =
            files.iter().map(|(path, content)| (path.clone(), content.as_slice())).collect();
        let entries = read(&write(&borrowed).unwrap()).unwrap();
        let found: Vec<(ArchivePath, Vec<u8>)> =
            entries.into_iter().map(|entry| (entry.path, entry.content.to_vec())).collect();
        prop_assert_eq!(found, files);
    }

    #[test]
    fn no_bytes_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut archive = write(&[(path("keyring/a"), &[7; 200]), (path("b"), b"2")]).unwrap();
        for (at, byte) in flips {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        let _ = read(&archive);
    }
}
