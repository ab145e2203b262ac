//! The bytes of a zip whose entries are stored, not compressed (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.9, 4.3.12,
//! 4.3.16). For files below 4 GiB and at most 65,535 entries: without the format's 64-bit extension.
//!
//! What is stored here gets sealed and padded, so that its length tells little; compressing first would cost the app
//! more bytes than it saves most people.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};

pub(crate) const LOCAL_SIGNATURE: &[u8] = b"PK\x03\x04";
const DESCRIPTOR_SIGNATURE: &[u8] = b"PK\x07\x08";
const CENTRAL_SIGNATURE: &[u8] = b"PK\x01\x02";
const END_SIGNATURE: &[u8] = b"PK\x05\x06";

/// Version 2.0 of the zip format is needed to read this.
const NEEDED: u8 = 20;
/// Size and check sum stand behind the data.
const HAS_DESCRIPTOR: u16 = 1 << 3;
/// The name is UTF-8.
const UTF8_NAME: u16 = 1 << 11;
/// 1980-01-01, the first day a zip can name: the file tells no date.
const DATE: u16 = 0x0021;
/// Bytes of a local header before the name.
pub(crate) const LOCAL_HEADER_LEN: usize = 30;

/// One table of 256 words: the faster ways need sixteen.
static CRC_32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// A check sum in the making.
#[derive(Clone)]
pub(crate) struct CheckSum(Digest<'static, u32, Table<1>>);

impl CheckSum {
    pub(crate) fn new() -> Self {
        Self(CRC_32.digest())
    }

    pub(crate) fn of(bytes: &[u8]) -> u32 {
        CRC_32.checksum(bytes)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> u32 {
        self.0.finalize()
    }
}

impl fmt::Debug for CheckSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckSum(..)")
    }
}

/// Where the length and the check sum of an entry stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sizes {
    /// In its header.
    InHeader,
    /// Behind its data, so that it can be written in one pass.
    InDescriptor,
}

/// What an unpacker is told about who may read an entry.
#[derive(Clone, Copy)]
pub(crate) enum Permissions {
    /// Nothing.
    Unsaid,
    /// A regular file that its owner alone may read and write.
    OwnerOnly,
}

impl Permissions {
    /// The system that gives the attributes their meaning, and the attributes.
    const fn fields(self) -> (u8, u32) {
        match self {
            Self::Unsaid => (0, 0),
            Self::OwnerOnly => (3, 0o100_600 << 16),
        }
    }
}

/// One entry.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) sizes: Sizes,
    pub(crate) permissions: Permissions,
    pub(crate) crc: u32,
    pub(crate) len: u64,
}

impl Entry<'_> {
    /// Appends what stands before the data.
    pub(crate) fn write_local_header(&self, out: &mut Vec<u8>) {
        let (crc, len) = match self.sizes {
            Sizes::InHeader => (self.crc, self.len),
            Sizes::InDescriptor => (0, 0),
        };
        out.extend_from_slice(LOCAL_SIGNATURE);
        self.write_shared_fields(crc, len, out);
        out.extend_from_slice(self.name.as_bytes());
    }

    /// Appends what stands behind the data of an entry with [`Sizes::InDescriptor`].
    pub(crate) fn write_descriptor(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(DESCRIPTOR_SIGNATURE);
        out.extend_from_slice(&self.crc.to_le_bytes());
        out.extend_from_slice(&len32(self.len));
        out.extend_from_slice(&len32(self.len));
    }

    /// Appends the entry of the directory. `offset` is where the local header begins.
    pub(crate) fn write_central_header(&self, offset: u64, out: &mut Vec<u8>) {
        let (made_by, attributes) = self.permissions.fields();
        out.extend_from_slice(CENTRAL_SIGNATURE);
        out.extend_from_slice(&[NEEDED, made_by]);
        self.write_shared_fields(self.crc, self.len, out);
        out.extend_from_slice(&[0; 6]); // no comment, first disk, no attributes within the format
        out.extend_from_slice(&attributes.to_le_bytes());
        out.extend_from_slice(&len32(offset));
        out.extend_from_slice(self.name.as_bytes());
    }

    /// The fields that local and central header share, from the version needed to the length of the extra field.
    fn write_shared_fields(&self, crc: u32, len: u64, out: &mut Vec<u8>) {
        let mut flags = 0;
        if self.sizes == Sizes::InDescriptor {
            flags |= HAS_DESCRIPTOR;
        }
        if !self.name.is_ascii() {
            flags |= UTF8_NAME;
        }
        out.extend_from_slice(&[NEEDED, 0]);
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&[0; 4]); // stored, midnight
        out.extend_from_slice(&DATE.to_le_bytes());
        out.extend_from_slice(&crc.to_le_bytes());
        out.extend_from_slice(&len32(len));
        out.extend_from_slice(&len32(len));
        out.extend_from_slice(&len16(self.name.len()));
        out.extend_from_slice(&[0; 2]); // no extra field
    }
}

/// Appends the end record of a directory of `entries` entries.
pub(crate) fn write_end(entries: usize, directory_at: u64, directory_len: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(END_SIGNATURE);
    out.extend_from_slice(&[0; 4]); // one disk
    out.extend_from_slice(&len16(entries));
    out.extend_from_slice(&len16(entries));
    out.extend_from_slice(&len32(directory_len));
    out.extend_from_slice(&len32(directory_at));
    out.extend_from_slice(&[0; 2]); // no comment
}

/// The low bytes: callers stay below 4 GiB.
fn len32(len: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = len.to_le_bytes();
    [a, b, c, d]
}

/// The low bytes: callers stay below 64 Ki.
fn len16(len: usize) -> [u8; 2] {
    let [a, b, ..] = len.to_le_bytes();
    [a, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRC: [u8; 4] = [0xdd, 0xcc, 0xbb, 0xaa];
    const LEN: [u8; 4] = [3, 0, 0, 0];

    fn entry(name: &str, sizes: Sizes, permissions: Permissions) -> Entry<'_> {
        Entry {
            name,
            sizes,
            permissions,
            crc: u32::from_le_bytes(CRC),
            len: 3,
        }
    }

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn an_entry_with_its_sizes_in_its_header_has_them_there_and_in_the_directory() {
        let entry = entry("a", Sizes::InHeader, Permissions::OwnerOnly);
        let shared: Vec<u8> = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &CRC,
            &LEN,
            &LEN,
            &[1, 0, 0, 0],
        ]
        .concat();
        assert_eq!(
            written(|out| entry.write_local_header(out)),
            [b"PK\x03\x04", &shared[..], b"a"].concat()
        );
        assert_eq!(
            written(|out| entry.write_central_header(0x0403_0201, out)),
            [
                b"PK\x01\x02\x14\x03",
                &shared[..],
                &[0; 6],
                &[0, 0, 0x80, 0x81],
                &[1, 2, 3, 4],
                b"a"
            ]
            .concat()
        );
    }

    #[test]
    fn an_entry_with_its_sizes_behind_its_data_has_them_there_and_in_the_directory() {
        let entry = entry("\u{fc}", Sizes::InDescriptor, Permissions::Unsaid);
        let flags = [8, 8];
        assert_eq!(
            written(|out| entry.write_local_header(out)),
            [
                b"PK\x03\x04\x14\0",
                &flags[..],
                &[0, 0, 0, 0, 0x21, 0],
                &[0; 12],
                &[2, 0, 0, 0],
                "\u{fc}".as_bytes()
            ]
            .concat()
        );
        assert_eq!(
            written(|out| entry.write_descriptor(out)),
            [&b"PK\x07\x08"[..], &CRC, &LEN, &LEN].concat()
        );
        assert_eq!(
            written(|out| entry.write_central_header(0, out)),
            [
                b"PK\x01\x02\x14\0\x14\0",
                &flags[..],
                &[0, 0, 0, 0, 0x21, 0],
                &CRC,
                &LEN,
                &LEN,
                &[2, 0, 0, 0],
                &[0; 6],
                &[0; 8],
                "\u{fc}".as_bytes()
            ]
            .concat()
        );
    }

    #[test]
    fn the_end_says_how_many_entries_there_are_and_where() {
        assert_eq!(
            written(|out| write_end(0x0201, 0x0403_0201, 0x0807_0605, out)),
            [
                &b"PK\x05\x06\0\0\0\0"[..],
                &[1, 2, 1, 2],
                &[5, 6, 7, 8, 1, 2, 3, 4],
                &[0, 0]
            ]
            .concat()
        );
    }
}
