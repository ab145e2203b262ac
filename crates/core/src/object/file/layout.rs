//! The bytes of the zip (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.9, 4.3.12, 4.3.16).

use serde::Deserialize;

use super::FileError;

/// Version of the manifest.
pub(super) const VERSION: u32 = 1;
const FORMAT: &str = "keyhaven/sealed";
const MANIFEST_NAME: &[u8] = b"manifest.json";
const OBJECT_NAME: &[u8] = b"persona.enc";

const LOCAL_SIGNATURE: &[u8] = b"PK\x03\x04";
const DESCRIPTOR_SIGNATURE: &[u8] = b"PK\x07\x08";
const CENTRAL_SIGNATURE: &[u8] = b"PK\x01\x02";
const END_SIGNATURE: &[u8] = b"PK\x05\x06";

/// Version 2.0 of the zip format is needed to read this.
const NEEDED: u16 = 20;
/// Size and check sum stand behind the data.
const HAS_DESCRIPTOR: u16 = 1 << 3;
/// 1980-01-01, the first day a zip can name: the file tells no date.
const DATE: u16 = 0x0021;
/// Where the name stands in a local header.
const NAME_AT: usize = 30;
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

/// One entry of the zip.
struct Entry {
    name: &'static [u8],
    flags: u16,
    crc: u32,
    len: u64,
}

impl Entry {
    const fn manifest(crc: u32, len: u64) -> Self {
        Self {
            name: MANIFEST_NAME,
            flags: 0,
            crc,
            len,
        }
    }

    const fn object(crc: u32, len: u64) -> Self {
        Self {
            name: OBJECT_NAME,
            flags: HAS_DESCRIPTOR,
            crc,
            len,
        }
    }

    /// The fields that local and central header share, from the version needed to the length of the extra field.
    fn shared_fields(&self, crc: u32, len: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&NEEDED.to_le_bytes());
        bytes.extend_from_slice(&self.flags.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]); // stored, midnight
        bytes.extend_from_slice(&DATE.to_le_bytes());
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.extend_from_slice(&len32(len));
        bytes.extend_from_slice(&len32(len));
        bytes.extend_from_slice(&len16(self.name.len()));
        bytes.extend_from_slice(&[0; 2]); // no extra field
        bytes
    }

    fn local_header(&self) -> Vec<u8> {
        let (crc, len) = if self.flags == HAS_DESCRIPTOR {
            (0, 0)
        } else {
            (self.crc, self.len)
        };
        [LOCAL_SIGNATURE, &self.shared_fields(crc, len), self.name].concat()
    }

    fn central_header(&self, offset: u64) -> Vec<u8> {
        let mut bytes = [
            CENTRAL_SIGNATURE,
            &NEEDED.to_le_bytes(),
            &self.shared_fields(self.crc, self.len),
        ]
        .concat();
        bytes.extend_from_slice(&[0; 10]); // no comment, first disk, no attributes
        bytes.extend_from_slice(&len32(offset));
        bytes.extend_from_slice(self.name);
        bytes
    }
}

fn manifest_text(sealed_len: u64) -> String {
    format!(r#"{{"format":"{FORMAT}","version":{VERSION},"length":{sealed_len}}}"#)
}

/// Everything before the sealed object.
pub(super) fn prologue(sealed_len: u64) -> Vec<u8> {
    let text = manifest_text(sealed_len);
    let manifest = Entry::manifest(crc32fast::hash(text.as_bytes()), text.len() as u64);
    [
        &manifest.local_header(),
        text.as_bytes(),
        &Entry::object(0, 0).local_header(),
    ]
    .concat()
}

/// What stands directly behind the sealed object.
pub(super) fn data_descriptor(crc: u32, sealed_len: u64) -> Vec<u8> {
    [
        DESCRIPTOR_SIGNATURE,
        &crc.to_le_bytes(),
        &len32(sealed_len),
        &len32(sealed_len),
    ]
    .concat()
}

/// The end of the file.
pub(super) fn central_directory(crc: u32, sealed_len: u64) -> Vec<u8> {
    let text = manifest_text(sealed_len);
    let manifest = Entry::manifest(crc32fast::hash(text.as_bytes()), text.len() as u64);
    let object = Entry::object(crc, sealed_len);
    let object_at = (manifest.local_header().len() + text.len()) as u64;
    let directory_at =
        prologue(sealed_len).len() as u64 + sealed_len + data_descriptor(crc, sealed_len).len() as u64;
    let mut bytes = [manifest.central_header(0), object.central_header(object_at)].concat();
    let directory_len = bytes.len() as u64;
    bytes.extend_from_slice(END_SIGNATURE);
    bytes.extend_from_slice(&[0; 4]); // one disk
    bytes.extend_from_slice(&[2, 0, 2, 0]); // two entries
    bytes.extend_from_slice(&len32(directory_len));
    bytes.extend_from_slice(&len32(directory_at));
    bytes.extend_from_slice(&[0; 2]); // no comment
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
    let text_at = NAME_AT + MANIFEST_NAME.len();
    let header = file.get(..text_at).ok_or(FileError::Truncated)?;
    let is_stored_manifest = header.ends_with(MANIFEST_NAME)
        && header.get(26..NAME_AT) == Some(&[13, 0, 0, 0])
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

/// Lengths here are below 4 GiB: [`super::SEALED_MAX_BYTES`] and half a KiB.
fn len32(len: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = len.to_le_bytes();
    [a, b, c, d]
}

/// Names here have 13 bytes at most.
fn len16(len: usize) -> [u8; 2] {
    let [a, b, ..] = len.to_le_bytes();
    [a, b]
}
