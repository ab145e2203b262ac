//! The two entries of the file, and the manifest.

use serde::Deserialize;

use super::FileError;
use crate::stored_zip::{CheckSum, Entry, LOCAL_HEADER_LEN, LOCAL_SIGNATURE, Permissions, Sizes, write_end};

/// Version of the manifest.
pub(super) const VERSION: u32 = 1;
const FORMAT: &str = "keyhaven/sealed";
const MANIFEST_NAME: &str = "manifest.json";
const OBJECT_NAME: &str = "persona.enc";

/// A manifest of ours is shorter.
const MANIFEST_MAX_BYTES: usize = 128;

/// More than everything in the file that is not the sealed object.
pub const FILE_OVERHEAD_MAX_BYTES: usize = 512;

/// The manifest as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    format: String,
    /// Of the format.
    pub(super) version: u32,
    /// Of the next entry, in bytes.
    pub(super) length: u64,
}

fn manifest_text(sealed_len: u64) -> String {
    format!(r#"{{"format":"{FORMAT}","version":{VERSION},"length":{sealed_len}}}"#)
}

fn manifest_entry(text: &str) -> Entry<'static> {
    Entry {
        name: MANIFEST_NAME,
        sizes: Sizes::InHeader,
        permissions: Permissions::Unsaid,
        crc: CheckSum::of(text.as_bytes()),
        len: text.len() as u64,
    }
}

const fn object_entry(crc: u32, sealed_len: u64) -> Entry<'static> {
    Entry {
        name: OBJECT_NAME,
        sizes: Sizes::InDescriptor,
        permissions: Permissions::Unsaid,
        crc,
        len: sealed_len,
    }
}

/// Everything before the sealed object.
pub(super) fn prologue(sealed_len: u64) -> Vec<u8> {
    let mut bytes = manifest(sealed_len);
    object_entry(0, sealed_len).write_local_header(&mut bytes);
    bytes
}

/// The first entry.
fn manifest(sealed_len: u64) -> Vec<u8> {
    let text = manifest_text(sealed_len);
    let mut bytes = Vec::new();
    manifest_entry(&text).write_local_header(&mut bytes);
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Everything behind the sealed object: its data descriptor and the directory.
pub(super) fn epilogue(crc: u32, sealed_len: u64) -> Vec<u8> {
    let object = object_entry(crc, sealed_len);
    let mut bytes = Vec::new();
    object.write_descriptor(&mut bytes);
    let directory_at = prologue(sealed_len).len() as u64 + sealed_len + bytes.len() as u64;
    let mut directory = Vec::new();
    manifest_entry(&manifest_text(sealed_len)).write_central_header(0, &mut directory);
    object.write_central_header(manifest(sealed_len).len() as u64, &mut directory);
    bytes.extend_from_slice(&directory);
    write_end(2, directory_at, directory.len() as u64, &mut bytes);
    bytes
}

/// The manifest at the start of `file`.
pub(super) fn read_manifest(file: &[u8]) -> Result<Manifest, FileError> {
    if !file.starts_with(LOCAL_SIGNATURE) {
        return Err(if LOCAL_SIGNATURE.starts_with(file) {
            FileError::Truncated
        } else {
            FileError::NotZip
        });
    }
    let text_at = LOCAL_HEADER_LEN + MANIFEST_NAME.len();
    let header = file.get(..text_at).ok_or(FileError::Truncated)?;
    let is_stored_manifest = header.ends_with(MANIFEST_NAME.as_bytes())
        && header.get(26..LOCAL_HEADER_LEN) == Some(&[13, 0, 0, 0])
        && header.get(8..10) == Some(&[0, 0]);
    if !is_stored_manifest {
        return Err(FileError::OtherZip);
    }
    let len = header
        .get(18..22)
        .and_then(|len| len.try_into().ok())
        .map(u32::from_le_bytes);
    let len = len
        .and_then(|len| usize::try_from(len).ok())
        .filter(|len| *len <= MANIFEST_MAX_BYTES);
    let len = len.ok_or(FileError::OtherZip)?;
    let text = file.get(text_at..text_at + len).ok_or(FileError::Truncated)?;
    let manifest: Manifest = serde_json::from_slice(text).map_err(|_| FileError::OtherZip)?;
    if manifest.format == FORMAT {
        Ok(manifest)
    } else {
        Err(FileError::OtherZip)
    }
}
