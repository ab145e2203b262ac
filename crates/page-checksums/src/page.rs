//! ```text
//! checksum = CRC-64/XZ(offset of the page in the file, u64 LE ‖ page without its last 8 bytes), u64 LE
//! ```
//!
//! The offset is in it so that a page in another page's place does not pass. A CRC finds every flipped byte and every
//! burst of up to 64 bits; it is no protection from somebody who writes to the file, and nothing here is.

use std::io::{self, Read};

use crc::{CRC_64_XZ, Crc, Table};

/// Length of a page of a new store.
pub const PAGE_BYTES: usize = 4096;
/// Bytes at the end of each page that SQLite leaves alone, for the checksum.
const RESERVED: usize = 8;
/// Where the file's header says how many bytes are reserved (<https://www.sqlite.org/fileformat2.html>, 1.3.4).
const RESERVED_AT: usize = 20;
/// Where the header says how long a page is, and how many there are.
const PAGE_LENGTH_AT: usize = 16;
const PAGES_AT: usize = 28;
/// SQLite's bounds of a page's length.
const PAGE_MIN_BYTES: usize = 512;
const PAGE_MAX_BYTES: usize = 65_536;

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_XZ);

/// Whether a read or write of this length at this offset is of a whole page; everything else that SQLite reads from the
/// file is a part of the header, which it reads again as a page before it relies on it.
pub(crate) fn is_page(len: usize, offset: u64) -> bool {
    let len_wide = u64::try_from(len).unwrap_or(u64::MAX);
    (PAGE_MIN_BYTES..=PAGE_MAX_BYTES).contains(&len)
        && len.is_power_of_two()
        && offset.is_multiple_of(len_wide)
}

/// Whether the page carries the checksum of its content and place.
pub(crate) fn matches(page: &[u8], offset: u64) -> bool {
    page.split_last_chunk::<RESERVED>()
        .is_some_and(|(content, stored)| *stored == checksum(content, offset))
}

/// Puts the checksum at the end of a page.
pub(crate) fn stamp(page: &mut [u8], offset: u64) {
    if let Some((content, stored)) = page.split_last_chunk_mut::<RESERVED>() {
        *stored = checksum(content, offset);
    }
}

fn checksum(content: &[u8], offset: u64) -> [u8; RESERVED] {
    let mut digest = CRC.digest();
    digest.update(&offset.to_le_bytes());
    digest.update(content);
    digest.finalize().to_le_bytes()
}

/// Whether the file that begins so was made with room for checksums.
#[must_use]
pub fn reserves_checksums(first_bytes: &[u8]) -> bool {
    first_bytes.get(RESERVED_AT).copied() == u8::try_from(RESERVED).ok()
}

/// A database of one empty page with room for checksums: what a new store begins as, because room can only be reserved
/// before anything is in the file. The fields are those of <https://www.sqlite.org/fileformat2.html>, 1.3 and 1.6.
#[must_use]
pub fn empty_database() -> Vec<u8> {
    // A leaf of the table b-tree without cells, whose content would begin where the checksum does.
    const EMPTY_LEAF: [u8; 8] = [0x0d, 0, 0, 0, 0, 0x0f, 0xf8, 0];
    let mut page = Vec::with_capacity(PAGE_BYTES);
    page.extend_from_slice(b"SQLite format 3\0");
    // Length of a page, 4,096; both versions of the rollback journal, until WAL is asked for; what is reserved; three
    // fixed numbers.
    page.extend_from_slice(&[0x10, 0x00, 1, 1, 8, 64, 32, 32]);
    let change_counter = 1_u32;
    let pages = 1_u32;
    let (schema_format, utf8) = (4_u32, 1_u32);
    let numbers = [
        change_counter,
        pages,
        0,
        0,
        0,
        schema_format,
        0,
        0,
        utf8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        change_counter,
        // The version of SQLite that valid-for belongs to.
        3_045_000,
    ];
    page.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    page.extend_from_slice(&EMPTY_LEAF);
    page.resize(PAGE_BYTES, 0);
    stamp(&mut page, 0);
    page
}

/// What reading a whole file showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileCheck {
    /// Every page matches, and there are as many as the first one says.
    Whole,
    /// There are fewer, or the last one is not all there.
    Cut,
    /// A page does not match.
    Mismatch,
}

/// Reads a file page by page, without SQLite. It must be closed: what stands in a log is not looked at.
///
/// # Errors
/// The file cannot be read.
pub fn check_file(mut file: impl Read) -> io::Result<FileCheck> {
    let mut first = vec![0; PAGE_MIN_BYTES];
    if fill(&mut file, &mut first)? < first.len() {
        return Ok(FileCheck::Cut);
    }
    let (Some(page_bytes), Some(pages)) = (page_length(&first), number_of_pages(&first)) else {
        return Ok(FileCheck::Mismatch);
    };
    let mut page = first;
    page.resize(page_bytes, 0);
    let rest = page.get_mut(PAGE_MIN_BYTES..).unwrap_or_default();
    if fill(&mut file, rest)? < rest.len() {
        return Ok(FileCheck::Cut);
    }
    let mut offset = 0_u64;
    for number in 1..=pages {
        if number > 1 && fill(&mut file, &mut page)? < page_bytes {
            return Ok(FileCheck::Cut);
        }
        if !matches(&page, offset) {
            return Ok(FileCheck::Mismatch);
        }
        offset = offset.saturating_add(u64::try_from(page_bytes).unwrap_or(u64::MAX));
    }
    Ok(FileCheck::Whole)
}

fn page_length(first: &[u8]) -> Option<usize> {
    let stored = u16::from_be_bytes(*first.get(PAGE_LENGTH_AT..)?.first_chunk()?);
    // The largest length does not fit into its field.
    let length = if stored == 1 {
        PAGE_MAX_BYTES
    } else {
        usize::from(stored)
    };
    is_page(length, 0).then_some(length)
}

fn number_of_pages(first: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*first.get(PAGES_AT..)?.first_chunk()?))
}

/// Reads until the buffer is full or the file ends; how much was read.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_page_and_every_other_place_is_found() {
        let page = empty_database();
        assert!(matches(&page, 0));
        assert!(!matches(&page, 4096), "in another page's place");
        for bit in 0..page.len() * 8 {
            let mut flipped = page.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches(&flipped, 0), "bit {bit}");
        }
    }

    #[test]
    fn a_file_that_is_cut_and_one_with_a_flipped_bit_are_told_apart() {
        let whole = empty_database();
        assert_eq!(check_file(whole.as_slice()).unwrap(), FileCheck::Whole);
        for len in [0, 1, 511, 512, 4095] {
            assert_eq!(check_file(&whole[..len]).unwrap(), FileCheck::Cut, "{len}");
        }
        for position in [0, 20, 100, 4000, 4095] {
            let mut flipped = whole.clone();
            flipped[position] ^= 1;
            assert_eq!(
                check_file(flipped.as_slice()).unwrap(),
                FileCheck::Mismatch,
                "{position}"
            );
        }
    }

    #[test]
    fn a_page_of_zeros_does_not_pass() {
        assert!(!matches(&[0; PAGE_BYTES], 0));
        assert!(!matches(&[0; PAGE_BYTES], 8192));
    }

    #[test]
    fn only_whole_pages_in_their_places_are_pages() {
        assert!(is_page(4096, 0) && is_page(512, 1024) && is_page(65_536, 131_072));
        for (len, offset) in [
            (100, 0),
            (16, 24),
            (4096, 24),
            (256, 0),
            (131_072, 0),
            (4095, 0),
            (0, 0),
        ] {
            assert!(!is_page(len, offset), "{len} at {offset}");
        }
    }

    #[test]
    fn the_first_bytes_tell_whether_there_is_room() {
        assert!(reserves_checksums(&empty_database()));
        assert!(!reserves_checksums(&[0; 100]));
        assert!(!reserves_checksums(b"SQLite"));
    }
}
