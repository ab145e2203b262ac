//! Whether the write-ahead log that a crash left is whole.
//!
//! Such a log counts up to the first frame that does not fit, and the rest is left out: right for a transaction that
//! was being written when the power went, wrong for one that was acknowledged and damaged later. The two can be told
//! apart, because every commit is synced before the next transaction writes a frame: where the transaction of a bad
//! frame has an end and frames of this log follow it, the bad frame was whole once. Only in the last transaction the
//! two look the same, and it is taken for unfinished, as after every crash.
//!
//! Format: <https://www.sqlite.org/fileformat2.html>, 4.1 to 4.3.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The last bit says in which byte order checksums are computed.
const MAGIC: u32 = 0x377f_0682;
const PAGE_MIN_BYTES: u32 = 512;
const PAGE_MAX_BYTES: u32 = 65_536;

/// What a log turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// There is none, or everything that was acknowledged stands in it.
    Whole,
    /// Something that was acknowledged is damaged.
    Damaged,
}

/// Reads the log beside a database that no process has open.
pub(crate) fn check(database: &Path) -> io::Result<Log> {
    match File::open(log_of(database)) {
        Ok(file) => read(BufReader::with_capacity(1 << 18, file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Log::Whole),
        Err(error) => Err(error),
    }
}

/// The name that SQLite gives to the log.
fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn read(mut log: impl Read) -> io::Result<Log> {
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut log, &mut header)? || header == [0; HEADER_BYTES] {
        // Its first write never reached the disk.
        return Ok(Log::Whole);
    }
    let Some(mut chain) = Chain::begin(&header) else {
        return Ok(Log::Damaged);
    };
    let mut frame = vec![0; chain.frame_bytes];
    while fill(&mut log, &mut frame)? {
        let link = chain.follow(&frame);
        if link == Link::Fits {
            continue;
        }
        return rest(&mut log, &chain, frame);
    }
    Ok(Log::Whole)
}

/// What follows a frame that does not fit: damage, if a transaction of this log was begun after that frame's ended.
fn rest(log: &mut impl Read, chain: &Chain, bad: Vec<u8>) -> io::Result<Log> {
    let mut frame = bad;
    let mut ended = FrameHeader::of(&frame).is_some_and(|header| header.commits);
    while fill(log, &mut frame)? {
        let Some(header) = FrameHeader::of(&frame).filter(|header| header.salts == chain.salts) else {
            // Left from an earlier use of the file.
            continue;
        };
        if ended {
            return Ok(Log::Damaged);
        }
        ended = header.commits;
    }
    Ok(Log::Whole)
}

/// Fills the buffer, or says that the file ended before it was full.
fn fill(log: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Fits,
    Breaks,
}

#[derive(Debug, Clone, Copy)]
enum ByteOrder {
    Little,
    Big,
}

/// The running checksum, which each frame continues.
struct Chain {
    order: ByteOrder,
    salts: [u8; 8],
    sum: [u32; 2],
    frame_bytes: usize,
}

impl Chain {
    /// `None` when the header does not carry its own checksum.
    fn begin(header: &[u8; HEADER_BYTES]) -> Option<Self> {
        let magic = number(header, 0)?;
        let order = match magic ^ MAGIC {
            0 => ByteOrder::Little,
            1 => ByteOrder::Big,
            _ => return None,
        };
        let page = number(header, 8)?;
        if !(PAGE_MIN_BYTES..=PAGE_MAX_BYTES).contains(&page) || !page.is_power_of_two() {
            return None;
        }
        let sum = add(order, [0, 0], header.get(..24)?);
        let matches = sum == [number(header, 24)?, number(header, 28)?];
        matches.then_some(Self {
            order,
            salts: *header.get(16..)?.first_chunk()?,
            sum,
            frame_bytes: FRAME_HEADER_BYTES.checked_add(usize::try_from(page).ok()?)?,
        })
    }

    fn follow(&mut self, frame: &[u8]) -> Link {
        let Some(header) = FrameHeader::of(frame) else {
            return Link::Breaks;
        };
        let covered = [frame.get(..8), frame.get(FRAME_HEADER_BYTES..)];
        let sum = covered
            .into_iter()
            .flatten()
            .fold(self.sum, |sum, bytes| add(self.order, sum, bytes));
        if header.salts != self.salts || header.sum != sum || !header.names_a_page {
            return Link::Breaks;
        }
        self.sum = sum;
        Link::Fits
    }
}

struct FrameHeader {
    names_a_page: bool,
    /// The last frame of a transaction says how long the database is after it.
    commits: bool,
    salts: [u8; 8],
    sum: [u32; 2],
}

impl FrameHeader {
    fn of(frame: &[u8]) -> Option<Self> {
        Some(Self {
            names_a_page: number(frame, 0)? != 0,
            commits: number(frame, 4)? != 0,
            salts: *frame.get(8..)?.first_chunk()?,
            sum: [number(frame, 16)?, number(frame, 20)?],
        })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Two sums over pairs of 32-bit words; what is summed is a multiple of eight bytes long.
fn add(order: ByteOrder, [mut first, mut second]: [u32; 2], bytes: &[u8]) -> [u32; 2] {
    let word = |bytes: &[u8; 4]| match order {
        ByteOrder::Little => u32::from_le_bytes(*bytes),
        ByteOrder::Big => u32::from_be_bytes(*bytes),
    };
    let (words, _) = bytes.as_chunks::<4>();
    let (pairs, _) = words.as_chunks::<2>();
    for [even, odd] in pairs {
        first = first.wrapping_add(word(even)).wrapping_add(second);
        second = second.wrapping_add(word(odd)).wrapping_add(first);
    }
    [first, second]
}
