//! Sealed objects: whatever is done to the bytes, either the content comes back whole or nothing does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use std::{
    collections::VecDeque,
    io::{Cursor, Read as _},
};

use aead_stream::{DecryptorBE32, EncryptorBE32, aead::KeyInit as _};
use aes_gcm::Aes256Gcm;
use counting_rng::CountingRng;
use hkdf::Hkdf;
use keyhaven_core::{
    job::{Job, run_in_software, software},
    keys::BackupKey,
    object::{
        CONTENT_MAX_BYTES, CounterExpectation, Header, HeaderError, ObjectContext, ObjectExpectation,
        OpenError, Opener, SealError, Sealer, Taken,
        file::{self, FILE_OVERHEAD_MAX_BYTES, FileError, FileWriter},
        open_file, open_object, seal_file, seal_object, sealed_len,
    },
};
use keyhaven_protocol::{
    parts::parts,
    persona::{AccountId, ObjectId},
};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const CONTEXT: ObjectContext = ObjectContext {
    account_id: AccountId::from_bytes([1; 16]),
    object_id: ObjectId::from_bytes([2; 16]),
    counter: 7,
};

fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut [9; 32])
}

fn content(len: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new((0..len).map(|at| (at ^ (at >> 8)) as u8).collect())
}

fn sealed_object(len: usize) -> Vec<u8> {
    run_in_software(seal_object(
        &backup_key(),
        CONTEXT,
        content(len),
        &mut CountingRng::default(),
    ))
    .unwrap()
}

fn sealed_file(len: usize) -> Vec<u8> {
    run_in_software(seal_file(
        &backup_key(),
        CONTEXT,
        content(len),
        &mut CountingRng::default(),
    ))
    .unwrap()
}

fn opened(sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    run_in_software(open_object(&backup_key(), &CONTEXT.expectation(), sealed))
        .map(|(content, _)| content.to_vec())
}

/// The key of a version, by its formula.
fn chunk_key(header: &[u8]) -> [u8; 32] {
    let info = parts(&[
        b"keyhaven/object/1",
        CONTEXT.account_id.as_bytes(),
        CONTEXT.object_id.as_bytes(),
        &CONTEXT.counter.to_be_bytes(),
        &Sha256::digest(header),
    ]);
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(header.get(52..), backup_key().expose_secret())
        .expand(&info, &mut key)
        .unwrap();
    key
}

#[test]
fn another_implementation_of_stream_opens_the_chunks() {
    let sealed = sealed_object(150_000);
    let (header, chunks) = sealed.split_at(Header::LEN);
    let key = chunk_key(header);
    let mut decryptor = DecryptorBE32::from_aead(Aes256Gcm::new(&key.into()), &[0; 7].into());
    let mut plaintext = Vec::new();
    let mut chunks = chunks.chunks(65_536 + 16).peekable();
    while let Some(chunk) = chunks.next() {
        if chunks.peek().is_some() {
            plaintext.extend(decryptor.decrypt_next(chunk).unwrap());
        } else {
            plaintext.extend(decryptor.decrypt_last(chunk).unwrap());
            break;
        }
    }
    assert_eq!(plaintext[..8], 150_000u64.to_be_bytes());
    assert_eq!(plaintext[8..150_008], content(150_000)[..]);
}

#[test]
fn a_length_beyond_the_bound_is_refused_although_its_tag_is_good() {
    let sealed = sealed_object(0);
    let header = &sealed[..Header::LEN];
    let announcing = |len: u64| {
        let mut text = vec![0; 4096];
        text[..8].copy_from_slice(&len.to_be_bytes());
        let encryptor = EncryptorBE32::from_aead(Aes256Gcm::new(&chunk_key(header).into()), &[0; 7].into());
        let chunk = encryptor.encrypt_last(text.as_slice()).unwrap();
        opened(&[header, &chunk].concat()).unwrap_err()
    };
    let len = CONTENT_MAX_BYTES + 1;
    assert_eq!(announcing(len), OpenError::TooLong { len });
    assert_eq!(announcing(u64::MAX), OpenError::TooLong { len: u64::MAX });
    // So much is within the bound, and needs more than one chunk.
    assert_eq!(announcing(CONTENT_MAX_BYTES), OpenError::Padding);
}

#[test]
fn another_reader_of_zips_reads_the_file() {
    let mut zip = zip::ZipArchive::new(Cursor::new(sealed_file(1_000))).unwrap();
    assert_eq!(zip.len(), 2);
    let mut manifest = String::new();
    zip.by_index(0).unwrap().read_to_string(&mut manifest).unwrap();
    assert_eq!(
        manifest,
        r#"{"format":"keyhaven/sealed","version":1,"length":4196}"#
    );
    let mut sealed = Vec::new();
    zip.by_name("persona.enc")
        .unwrap()
        .read_to_end(&mut sealed)
        .unwrap();
    assert_eq!(opened(&sealed).unwrap(), content(1_000)[..]);
}

#[test]
fn an_object_opens_only_as_the_one_that_was_expected() {
    let sealed = sealed_object(10);
    let refused = |expected: ObjectExpectation| {
        let opened = run_in_software(open_object(&backup_key(), &expected, &sealed));
        let in_pieces = Opener::new(&backup_key(), &expected, &sealed[..Header::LEN]);
        assert_eq!(opened.is_ok(), in_pieces.is_ok());
        opened.map(|(content, _)| content.len())
    };
    let expected = CONTEXT.expectation();
    assert_eq!(refused(expected), Ok(10));
    let other_account = ObjectExpectation {
        account_id: AccountId::from_bytes([3; 16]),
        ..expected
    };
    assert_eq!(
        refused(other_account),
        Err(OpenError::Header(HeaderError::OtherAccount))
    );
    let other_object = ObjectExpectation {
        object_id: ObjectId::from_bytes([3; 16]),
        ..expected
    };
    assert_eq!(
        refused(other_object),
        Err(OpenError::Header(HeaderError::OtherObject))
    );
    let counted = |counter| refused(ObjectExpectation { counter, ..expected });
    let (stale, newer) = (
        HeaderError::Stale {
            found: 7,
            expected: 8,
        },
        HeaderError::Newer {
            found: 7,
            expected: 6,
        },
    );
    assert_eq!(counted(CounterExpectation::Exactly(8)), Err(stale.into()));
    assert_eq!(counted(CounterExpectation::Exactly(6)), Err(newer.into()));
    assert_eq!(counted(CounterExpectation::AtLeast(8)), Err(stale.into()));
    assert_eq!(counted(CounterExpectation::AtLeast(7)), Ok(10));
    assert_eq!(counted(CounterExpectation::AtLeast(6)), Ok(10));
}

#[test]
fn a_file_that_is_whole_and_altered_is_damaged_and_not_cut_off() {
    let mut file = sealed_file(10);
    *file.last_mut().unwrap() ^= 1;
    assert_eq!(file::parse(&file), Err(FileError::Damaged));
    file.push(0);
    assert_eq!(file::parse(&file), Err(FileError::Damaged));
    let mut file = sealed_file(10);
    file.push(0);
    assert_eq!(file::parse(&file), Err(FileError::Trailing));
}

#[test]
fn a_zip_that_does_not_begin_with_our_manifest_as_it_is_stored_is_another_one() {
    // The method of compression, the length of the name, the extra field, the name, the length, the text.
    for at in [8, 26, 28, 30, 21, 44] {
        let mut file = sealed_file(10);
        file[at] ^= 1;
        assert_eq!(file::parse(&file), Err(FileError::OtherZip), "byte {at}");
    }
}

#[test]
fn a_file_that_announces_more_than_an_object_has_is_refused_at_once() {
    let announcing = |len| {
        let mut start = Vec::new();
        drop(FileWriter::new(len, &mut start));
        file::parse(&start).map(<[u8]>::len)
    };
    let most = 2 * 1024 * 1024 * 1024;
    assert_eq!(announcing(most), Err(FileError::Truncated));
    assert_eq!(announcing(most + 1), Err(FileError::TooLong { len: most + 1 }));
}

#[test]
fn a_file_that_is_written_in_pieces_is_the_one_that_is_written_at_once() {
    let (sealed, whole) = (sealed_object(100_000), sealed_file(100_000));
    let mut file = Vec::new();
    let mut writer = FileWriter::new(sealed.len() as u64, &mut file);
    for piece in sealed.chunks(7_000) {
        writer.note(piece);
        file.extend_from_slice(piece);
    }
    writer.finish(&mut file).unwrap();
    assert_eq!(file, whole);
    assert!(whole.len() - sealed.len() <= FILE_OVERHEAD_MAX_BYTES);
    let mut writer = FileWriter::new(sealed.len() as u64, &mut file);
    writer.note(&sealed[1..]);
    assert_eq!(writer.finish(&mut file), Err(FileError::Damaged));
}

#[test]
fn a_sealed_file_takes_little_more_memory_than_it_is_long() {
    let file = sealed_file(100_000);
    assert!(file.capacity() <= file.len() + 2 * FILE_OVERHEAD_MAX_BYTES);
}

#[test]
fn two_sealings_of_one_content_share_neither_salt_nor_ciphertext() {
    let mut rng = CountingRng::default();
    let one = run_in_software(seal_object(&backup_key(), CONTEXT, content(10), &mut rng)).unwrap();
    let other = run_in_software(seal_object(&backup_key(), CONTEXT, content(10), &mut rng)).unwrap();
    assert_eq!(one[..52], other[..52]);
    assert_ne!(one[52..84], other[52..84]);
    assert_ne!(one[84..], other[84..]);
}

#[test]
fn pieces_that_were_handed_out_are_confirmed_by_their_own_object_only() {
    let mut rng = CountingRng::default();
    let seal = |rng: &mut CountingRng| {
        run_in_software(seal_object(&backup_key(), CONTEXT, content(100_000), rng)).unwrap()
    };
    let (one, other) = (seal(&mut rng), seal(&mut rng));
    let start = |sealed: &[u8]| {
        let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), &sealed[..Header::LEN]).unwrap();
        let piece = opener.push(&sealed[Header::LEN..]).unwrap();
        (opener, piece)
    };
    let (opener, piece) = start(&one);
    let (last, verified) = opener.finish().unwrap();
    assert_eq!(piece.confirm(&verified).unwrap(), content(100_000));
    assert!(last.is_empty());
    let (_, piece_of_other) = start(&other);
    assert!(piece_of_other.confirm(&verified).is_none());
}

#[test]
fn bytes_after_the_end_are_refused_as_soon_as_they_come() {
    let sealed = sealed_object(100_000);
    let (header, chunks) = sealed.split_at(Header::LEN);
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), header).unwrap();
    drop(opener.push(chunks).unwrap());
    assert!(matches!(opener.push(b"x"), Err(OpenError::Trailing)));
}

#[test]
fn a_cut_off_stream_is_never_verified_although_its_pieces_were() {
    let sealed = sealed_object(200_000);
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), &sealed[..Header::LEN]).unwrap();
    let piece = opener
        .push(&sealed[Header::LEN..Header::LEN + 2 * (65_536 + 16)])
        .unwrap();
    assert_eq!(piece.dangerous_before_verified().len(), 2 * 65_536 - 8);
    assert_eq!(opener.finish().unwrap_err(), OpenError::Truncated);
}

#[test]
fn an_object_that_ends_in_or_after_its_first_chunk_is_told_from_one_that_is_altered() {
    let long = sealed_object(200_000);
    for len in 0..16 {
        let error = opened(&long[..Header::LEN + len]).unwrap_err();
        assert_eq!(error, OpenError::Truncated, "{len} bytes of a tag");
    }
    let first_chunk = Header::LEN + 65_536 + 16;
    for len in [first_chunk, first_chunk + 1, long.len() - 1] {
        let error = opened(&long[..len]).unwrap_err();
        assert_eq!(error, OpenError::Truncated, "{len} bytes");
    }
    let mut trailing = sealed_object(65_528);
    assert_eq!(trailing.len(), first_chunk, "one whole chunk");
    trailing.push(0);
    assert_eq!(opened(&trailing).unwrap_err(), OpenError::Trailing);
    let mut altered = long;
    altered[Header::LEN] ^= 1;
    assert_eq!(opened(&altered).unwrap_err(), OpenError::Damaged { chunk: 0 });
}

#[test]
fn padding_that_is_longer_than_a_chunk_is_cut_into_chunks() {
    let len = (4 << 20) + 1;
    assert!(sealed_len(len as u64) > len as u64 + 65_536);
    let sealed = sealed_object(len);
    assert_eq!(sealed.len() as u64, sealed_len(len as u64));
    assert_eq!(opened(&sealed).unwrap(), content(len)[..]);
}

#[test]
fn another_length_than_announced_is_refused() {
    let start = |len, out: &mut Vec<u8>| {
        Sealer::new(&backup_key(), CONTEXT, len, &mut CountingRng::default(), out).unwrap()
    };
    let mut out = Vec::new();
    let mut sealer = start(100, &mut out);
    sealer.push(&[0; 99], &mut out).unwrap();
    assert_eq!(
        sealer.finish(&mut out),
        Err(SealError::OtherLength {
            expected: 100,
            found: 99
        })
    );
    let mut sealer = start(100, &mut out);
    assert_eq!(
        sealer.push(&[0; 101], &mut out),
        Err(SealError::OtherLength {
            expected: 100,
            found: 101
        })
    );
    let mut sealer = start(100_000, &mut out);
    assert!(sealer.push(&[0; 100_001], &mut out).is_err());
}

#[test]
fn more_than_the_bound_is_refused_before_it_costs() {
    let mut out = Vec::new();
    let len = CONTENT_MAX_BYTES + 1;
    let refused = Sealer::new(&backup_key(), CONTEXT, len, &mut CountingRng::default(), &mut out);
    assert_eq!(refused.map(|_| ()), Err(SealError::TooLong { len }));
    assert!(out.is_empty());
}

/// Opens with up to `at_once` chunks at an engine that answers them in their order.
fn open_several_at_once(sealed: &[u8], at_once: usize, piece_len: usize) -> Result<Vec<u8>, OpenError> {
    let (header, chunks) = sealed.split_at(sealed.len().min(Header::LEN));
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), header)?;
    let mut at_work = VecDeque::new();
    let mut pieces = Vec::new();
    let mut take = |opener: &mut Opener, job| {
        let mut answer = software::answer(Job::AesGcmOpen(job));
        loop {
            match opener.take_answer(answer)? {
                Taken::Content(content) => break pieces.push(content),
                Taken::LookAgain(job) => answer = software::answer(Job::AesGcmOpen(job)),
            }
        }
        Ok::<_, OpenError>(())
    };
    let ends = chunks.chunks(piece_len).map(|piece| (piece, false));
    for (piece, over) in ends.chain([(&[] as &[u8], true)]) {
        opener.feed(piece);
        loop {
            match opener.next_job(over)? {
                Some(job) if at_work.len() < at_once => at_work.push_back(job),
                Some(job) => {
                    take(&mut opener, at_work.pop_front().unwrap())?;
                    at_work.push_back(job);
                }
                None => match at_work.pop_front() {
                    Some(job) => take(&mut opener, job)?,
                    None => break,
                },
            }
        }
    }
    let verified = opener.verify()?;
    let confirmed = pieces.into_iter().map(|piece| piece.confirm(&verified).unwrap());
    Ok(confirmed.flat_map(|piece| piece.to_vec()).collect())
}

#[test]
fn there_is_no_second_job_before_the_first_chunk_has_said_how_long_the_object_is() {
    let sealed = sealed_object(300_000);
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), &sealed[..Header::LEN]).unwrap();
    opener.feed(&sealed[Header::LEN..]);
    let first = opener.next_job(true).unwrap().unwrap();
    assert!(opener.next_job(true).unwrap().is_none());
    let answer = software::answer(Job::AesGcmOpen(first));
    assert!(matches!(opener.take_answer(answer), Ok(Taken::Content(_))));
    let rest = std::iter::from_fn(|| opener.next_job(true).unwrap()).count();
    assert_eq!(rest, 4, "all the others can be at work at once");
    assert_eq!(opener.verify().unwrap_err(), OpenError::Truncated);
}

#[test]
fn a_damaged_chunk_is_told_before_the_end_that_is_missing_behind_it() {
    const CHUNK_LEN: usize = 65_536 + 16;
    let mut sealed = sealed_object(300_000);
    sealed[Header::LEN + CHUNK_LEN + 1] ^= 1;
    sealed.truncate(Header::LEN + 2 * CHUNK_LEN + 100);
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), &sealed[..Header::LEN]).unwrap();
    opener.feed(&sealed[Header::LEN..]);
    let mut next = || opener.next_job(true).unwrap();
    let answer = software::answer(Job::AesGcmOpen(next().unwrap()));
    assert!(matches!(opener.take_answer(answer), Ok(Taken::Content(_))));
    let damaged = opener.next_job(true).unwrap().unwrap();
    assert!(opener.next_job(true).unwrap().is_none(), "its answer comes first");
    let told = opener.take_answer(software::answer(Job::AesGcmOpen(damaged)));
    assert_eq!(told.unwrap_err(), OpenError::Damaged { chunk: 1 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    #[test]
    fn several_chunks_at_once_say_what_one_after_the_other_say(
        len in 0usize..400_000, at_once in 1usize..6, piece_len in 1usize..200_000,
        cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), defects in 0u8..8,
    ) {
        let mut sealed = sealed_object(len);
        let mut len_left = sealed.len() - Header::LEN;
        if defects & 1 != 0 {
            len_left = 1 + cut.index(len_left - 1);
            sealed.truncate(Header::LEN + len_left);
        }
        if defects & 2 != 0 {
            sealed[Header::LEN + flip.index(len_left)] ^= 1;
        }
        if defects & 4 != 0 {
            sealed.push(0);
        }
        let one = run_in_software(open_object(&backup_key(), &CONTEXT.expectation(), &sealed));
        let one = one.map(|(content, _)| content.to_vec());
        prop_assert_eq!(open_several_at_once(&sealed, at_once, piece_len), one);
    }

    #[test]
    fn every_content_comes_back_in_any_pieces(len in 0usize..200_000, push in 1usize..100_000, pull in 1usize..100_000) {
        let content = content(len);
        let mut sealed = Vec::new();
        let mut sealer =
            Sealer::new(&backup_key(), CONTEXT, len as u64, &mut CountingRng::default(), &mut sealed).unwrap();
        for piece in content.chunks(push) {
            sealer.push(piece, &mut sealed).unwrap();
        }
        sealer.finish(&mut sealed).unwrap();
        prop_assert_eq!(sealed.len() as u64, sealed_len(len as u64));
        prop_assert_eq!(&sealed, &sealed_object(len));

        let (header, chunks) = sealed.split_at(Header::LEN);
        let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), header).unwrap();
        let mut pieces = Vec::new();
        for piece in chunks.chunks(pull) {
            pieces.push(opener.push(piece).unwrap());
        }
        let (last, verified) = opener.finish().unwrap();
        let mut back: Vec<u8> = Vec::new();
        for piece in pieces {
            back.extend_from_slice(&piece.confirm(&verified).unwrap());
        }
        back.extend_from_slice(&last);
        prop_assert_eq!(back.as_slice(), content.as_slice());
        prop_assert_eq!(verified.content_len(), len as u64);
    }

    #[test]
    fn no_flipped_bit_goes_unseen(len in 0usize..150_000, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut file = sealed_file(len);
        let at = at.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(run_in_software(open_file(&backup_key(), &CONTEXT.expectation(), &file)).is_err(), "byte {}", at);
        let mut sealed = sealed_object(len);
        let at = at % sealed.len();
        sealed[at] ^= 1 << bit;
        prop_assert!(opened(&sealed).is_err(), "byte {}", at);
    }

    #[test]
    fn a_file_that_ends_early_says_so(len in 0usize..150_000, cut in any::<prop::sample::Index>()) {
        let file = sealed_file(len);
        let cut = &file[..cut.index(file.len())];
        let error = run_in_software(open_file(&backup_key(), &CONTEXT.expectation(), cut)).unwrap_err();
        prop_assert_eq!(error, OpenError::Truncated);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(opened(&bytes).is_err());
        prop_assert!(run_in_software(open_file(&backup_key(), &CONTEXT.expectation(), &bytes)).is_err());
        let mut with_header = sealed_object(0)[..Header::LEN].to_vec();
        with_header.extend_from_slice(&bytes);
        prop_assert!(opened(&with_header).is_err());
    }
}
