//! What is left in memory of content that was sealed, opened, packed and unpacked: nothing.
//!
//! The test looks: it reads its own memory as the system shows it, freed buffers included, and searches it for the
//! content. What a moved value leaves on the stack is not promised, and the stack of the test is left out. Content
//! stays below the size from which an allocator gives freed buffers back to the system at once.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use counting_rng::CountingRng;
use keyhaven_core::{
    archive::{self, ArchivePath},
    former_keys::BackupKeys,
    job::run_in_software,
    keys::BackupKey,
    object::{Header, ObjectContext, Opener, Sealer, open_file, seal_file},
    password::Password,
    recovery_code::{CodeLength, RecoveryCode},
};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use memchr::memmem::Finder;
use rand_core::Rng as _;
use zeroize::Zeroizing;

const CONTEXT: ObjectContext = ObjectContext {
    account_id: AccountId::from_bytes([1; 16]),
    object_id: ObjectId::from_bytes([2; 16]),
    counter: 1,
};
/// More than a chunk, so that buffers grow, and below glibc's threshold for buffers of their own.
const CONTENT_LEN: usize = 100_000;
/// Of a test's thread.
const STACK_LEN: u64 = 2 << 20;
/// Enough of a content to know it by.
const NEEDLE_LEN: usize = 16;

fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut [9; 32])
}

/// Draws what nobody else draws, by `seed`.
fn rng(seed: usize) -> CountingRng {
    let mut rng = CountingRng::default();
    for _ in 0..seed * 100_000 {
        rng.next_u64();
    }
    rng
}

/// Content that only this test has, by `seed`.
fn content(seed: usize) -> Zeroizing<Vec<u8>> {
    let mut content = Zeroizing::new(vec![0; CONTENT_LEN]);
    rng(seed).fill_bytes(&mut content);
    content
}

#[test]
fn a_buffer_that_was_not_wiped_is_found() {
    let content = content(1);
    let mut search = Search::of(&content);
    drop(content.to_vec());
    drop(content);
    assert!(search.found() > 0, "the search finds nothing at all");
}

#[test]
fn sealing_and_opening_leave_nothing() {
    let content = content(2);
    let mut search = Search::of(&content);
    let sealing = seal_file(
        &backup_key(),
        CONTEXT,
        content.clone(),
        &mut CountingRng::default(),
    );
    let file = run_in_software(sealing).unwrap();
    let opened = run_in_software(open_file(&backup_key(), &CONTEXT.expectation(), &file)).unwrap();
    assert_eq!(opened.0, content);
    drop((opened, content));
    assert_eq!(search.found(), 0);
}

#[test]
fn sealing_and_opening_in_pieces_leave_nothing() {
    let content = content(3);
    let mut search = Search::of(&content);
    let mut sealed = Vec::new();
    let mut rng = CountingRng::default();
    let len = CONTENT_LEN as u64;
    let mut sealer = Sealer::new(&backup_key(), CONTEXT, len, &mut rng, &mut sealed).unwrap();
    for piece in content.chunks(7_000) {
        sealer.push(piece, &mut sealed).unwrap();
    }
    sealer.finish(&mut sealed).unwrap();
    let (header, chunks) = sealed.split_at(Header::LEN);
    let mut opener = Opener::new(&backup_key(), &CONTEXT.expectation(), header).unwrap();
    for piece in chunks.chunks(7_000) {
        drop(opener.push(piece).unwrap());
    }
    drop(opener.finish().unwrap());
    drop(content);
    assert_eq!(search.found(), 0);
}

#[test]
fn packing_and_unpacking_a_folder_leave_nothing() {
    let content = content(4);
    let mut search = Search::of(&content);
    let path = ArchivePath::parse("keyring/secrets").unwrap();
    let packed = archive::write(&[(path, content.as_slice())]).unwrap();
    let entries = archive::read(&packed).unwrap();
    assert_eq!(entries[0].content, content);
    drop((packed, entries, content));
    assert_eq!(search.found(), 0);
}

#[test]
fn a_password_leaves_nothing() {
    let printable = content(5)
        .iter()
        .take(1_000)
        .map(|byte| b'!' + byte % 90)
        .collect();
    let typed = Zeroizing::new(String::from_utf8(printable).unwrap());
    let mut search = Search::of(typed.as_bytes());
    let password = Password::parse(&typed).unwrap();
    assert_eq!(password.expose_secret(), typed.as_bytes());
    drop((password, typed));
    assert_eq!(search.found(), 0);
}

#[test]
fn a_password_that_an_engine_normalised_leaves_nothing() {
    let letters = content(6)
        .iter()
        .take(500)
        .map(|byte| char::from(0xe0 + byte % 31))
        .collect();
    let typed = Zeroizing::new(letters);
    let mut search = Search::of(String::as_bytes(&typed));
    let password = run_in_software(Password::read(&typed)).unwrap();
    assert_eq!(password.expose_secret(), typed.as_bytes());
    drop((password, typed));
    assert_eq!(search.found(), 0);
}

#[test]
fn a_recovery_code_leaves_neither_bytes_nor_text() {
    let code = RecoveryCode::generate(CodeLength::Bits256, &mut CountingRng::default());
    let text = code.to_text();
    let of_both = [code.expose_secret(), text.as_bytes()].map(windows).concat();
    let mut search = Search::of_windows(of_both);
    let words = Zeroizing::new(code.to_words().join(" "));
    assert_eq!(RecoveryCode::parse(&text).unwrap().code, code);
    assert_eq!(RecoveryCode::parse(&words).unwrap().code, code);
    drop((code, text, words));
    assert_eq!(search.found(), 0);
}

#[test]
fn sealing_and_opening_former_keys_leave_nothing() {
    let secret = content(6);
    let mut search = Search::of(&secret[..32 * 32]);
    let key = |at: usize| BackupKey::take_bytes(&mut secret[at * 32..][..32].try_into().unwrap());
    let account = CONTEXT.account_id;
    let mut keys = BackupKeys::first(key(0));
    for at in 1..32 {
        keys = keys.followed_by(key(at));
    }
    keys = keys.followed_by(backup_key());
    let sealed = keys.seal_former(account, &mut CountingRng::default());
    let sealed = run_in_software(sealed).unwrap().unwrap();
    let opened = run_in_software(BackupKeys::open(backup_key(), account, &sealed)).unwrap();
    assert_eq!(opened.newest_first().count(), 33);
    drop((keys, opened, secret));
    assert_eq!(search.found(), 0);
}

/// The export of a session and the session; of the export, the bytes before its public key are secret.
#[cfg(feature = "matrix")]
#[expect(clippy::indexing_slicing, reason = "the content of a test is longer")]
fn session_of(
    content: &[u8],
) -> (
    Zeroizing<Vec<u8>>,
    keyhaven_core::matrix::exported_session::ExportedSession,
) {
    use keyhaven_core::matrix::exported_session::{ExportedSession, SessionExport};

    let mut export = Zeroizing::new(content[1_000..1_165].to_vec());
    export[0] = 1;
    let mut point = [0x66; 32];
    point[0] = 0x58;
    export[133..].copy_from_slice(&point);
    let exported = SessionExport::take_bytes(&mut export.as_slice().try_into().unwrap()).unwrap();
    let session = ExportedSession::new("!room:example.org", [3; 32], exported).unwrap();
    (export, session)
}

#[cfg(feature = "matrix")]
#[test]
fn a_key_file_leaves_neither_passphrase_nor_keys_nor_sessions() {
    use keyhaven_core::job::{Job, Pbkdf2Job, software};
    use keyhaven_core::matrix::key_file::{
        Authentication, Header, HeaderReader, Keys, Limits, Rounds, SealedKeyFile, SessionList, seal,
    };
    use keyhaven_core::matrix::passphrase::Passphrase;

    let content = content(7);
    let printable = content.iter().take(200).map(|byte| b'!' + byte % 90).collect();
    let typed = Zeroizing::new(String::from_utf8(printable).unwrap());
    let (export, session) = session_of(&content);
    let mut salt = [0; 16];
    CountingRng::default().fill_bytes(&mut salt);
    let derived = software::answer(Job::Pbkdf2(Pbkdf2Job {
        passphrase: Zeroizing::new(typed.as_bytes().to_vec()),
        salt: salt.to_vec(),
        rounds: Rounds::FLOOR.try_into().unwrap(),
        len: 64,
    }));
    let derived = derived.unwrap();
    let text = session.export().to_text();
    let of_all = [
        typed.as_bytes(),
        &derived,
        &export[..133],
        &text.as_bytes()[..170],
    ]
    .map(windows);
    let mut search = Search::of_windows(of_all.concat());

    let passphrase = Passphrase::parse(&typed).unwrap();
    let mut list = SessionList::new();
    list.push(&session);
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    let file = run_in_software(seal(list, &passphrase, rounds, &mut CountingRng::default())).unwrap();
    let limits = Limits::default();
    let opening = SealedKeyFile::parse(&file).unwrap().open(&passphrase, &limits);
    let mut opened = run_in_software(opening).unwrap();
    let batch = opened.next_batch(10).unwrap().unwrap().check_points();
    assert!(batch.sessions().eq([session]));
    let header: Header = HeaderReader::default().push(&file).unwrap().unwrap();
    let keys = run_in_software(Keys::derive(header, &passphrase, &limits)).unwrap();
    let mut authentication = Authentication::new(keys);
    authentication.push(&file).unwrap();
    let mut pass = authentication.finish().unwrap().read();
    pass.push(&file).unwrap();
    pass.end().unwrap();
    assert_eq!(pass.next_batch(10).unwrap().unwrap().check_points().len(), 1);
    drop((
        passphrase, opened, batch, pass, derived, text, export, typed, content,
    ));
    assert_eq!(search.found(), 0);
}

#[cfg(feature = "matrix")]
#[test]
fn backup_entries_and_secrets_leave_nothing() {
    use keyhaven_core::matrix::backup_entry::{BackupOpener, BackupSealer, Origin, Place};
    use keyhaven_core::matrix::recovery_key::RecoveryKey;
    use keyhaven_core::matrix::secret_storage::SecretStorage;

    let content = content(8);
    let (export, session) = session_of(&content);
    let private_key = RecoveryKey::take_bytes(&mut content[2_000..2_032].try_into().unwrap());
    let text = session.export().to_text();
    let key_text = private_key.to_text();
    let key_bytes = [private_key.expose_secret().as_slice(); 2].concat();
    let mut ephemerals = Zeroizing::new([0; 8 * 32]);
    rng(9).fill_bytes(ephemerals.as_mut_slice());
    let secrets = [
        &export[..133],
        &text.as_bytes()[..170],
        key_text.as_bytes(),
        &key_bytes,
        ephemerals.as_slice(),
    ]
    .map(windows);
    let mut search = Search::of_windows(secrets.concat());
    drop((Zeroizing::new(key_bytes), ephemerals));

    let sealer = BackupSealer::with_private_key(&private_key);
    let entry = sealer
        .seal(&session, Origin::Received, &mut CountingRng::default())
        .unwrap();
    let many: Vec<_> = (0..8).map(|_| session_of(&content).1).collect();
    let entries = sealer.seal_all(&many, Origin::Imported, &mut rng(9));
    assert_eq!(entries.unwrap().len(), 8);
    drop(many);
    let session_id = session.session_id();
    let place = Place {
        room_id: session.room_id(),
        session_id: &session_id,
    };
    let opener = BackupOpener::new(RecoveryKey::parse(&key_text).unwrap());
    let (opened, _) = opener.open(place, &entry.session_data).unwrap().into_session();
    assert_eq!(opened, session);
    let storage = SecretStorage::unconfirmed(private_key);
    let secret = storage
        .encrypt("name", text.as_bytes(), &mut CountingRng::default())
        .unwrap();
    assert_eq!(
        storage.decrypt("name", &secret).unwrap().as_slice(),
        text.as_bytes()
    );
    drop((opener, opened, storage, text, key_text, export, session, content));
    assert_eq!(search.found(), 0);
}

/// Up to sixteen pieces of a secret, inverted, so that they are not found themselves. Not its very start: an allocator
/// writes its own lists over the first bytes of what is freed.
fn windows(secret: &[u8]) -> Vec<Vec<u8>> {
    let step = (secret.len() / 16).max(8);
    secret
        .windows(NEEDLE_LEN)
        .skip(16)
        .step_by(step)
        .map(|window| window.iter().map(|byte| !byte).collect())
        .collect()
}

/// Looks into this process. Made before there is anything to find: its own buffers must not come to lie where something
/// was left.
struct Search {
    /// One at a time: two would meet what the other one reads.
    _alone: MutexGuard<'static, ()>,
    inverted: Vec<Vec<u8>>,
    memory: File,
    piece: Vec<u8>,
    maps: String,
}

impl Search {
    const STEP: usize = 1 << 16;

    fn of(secret: &[u8]) -> Self {
        Self::of_windows(windows(secret))
    }

    fn of_windows(inverted: Vec<Vec<u8>>) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self {
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
            inverted,
            memory: File::open("/proc/self/mem").unwrap(),
            piece: vec![0; Self::STEP + NEEDLE_LEN],
            maps: String::with_capacity(1 << 16),
        }
    }

    /// How many of the pieces are somewhere.
    fn found(&mut self) -> usize {
        let inverted = mem::take(&mut self.inverted);
        inverted.iter().filter(|needle| self.finds(needle)).count()
    }

    /// Reads memory a piece at a time, each a little longer than the step, and inverts it before it looks.
    fn finds(&mut self, inverted: &[u8]) -> bool {
        let needle = Finder::new(inverted);
        let mut found = false;
        for (from, to) in self.writable_regions() {
            for at in (from..to).step_by(Self::STEP) {
                let len = self.piece.len().min(usize::try_from(to - at).unwrap());
                let piece = self.piece.get_mut(..len).unwrap();
                self.memory.seek(SeekFrom::Start(at)).unwrap();
                // A region that went away meanwhile holds nothing.
                let Ok(()) = self.memory.read_exact(piece) else {
                    break;
                };
                piece.iter_mut().for_each(|byte| *byte = !*byte);
                found |= needle.find(piece).is_some();
                // What was read here must not be met again where this buffer lies.
                piece.fill(0);
            }
        }
        found
    }

    fn writable_regions(&mut self) -> Vec<(u64, u64)> {
        let here = 0_u8;
        let here = std::ptr::from_ref(&here).addr() as u64;
        let parse = |line: &str| {
            let mut words = line.split_ascii_whitespace();
            let (from, to) = words.next()?.split_once('-')?;
            let is_private_memory = words.next()? == "rw-p";
            let number = |text| u64::from_str_radix(text, 16).ok();
            is_private_memory.then_some((number(from)?, number(to)?))
        };
        let without_stack = |(from, to)| {
            if (from..to).contains(&here) {
                let deepest = here.saturating_sub(STACK_LEN / 2).max(from);
                [(from, deepest), (here.saturating_add(STACK_LEN / 2).min(to), to)]
            } else {
                [(from, to), (to, to)]
            }
        };
        self.maps.clear();
        let mut maps = File::open("/proc/self/maps").unwrap();
        maps.read_to_string(&mut self.maps).unwrap();
        self.maps
            .lines()
            .filter_map(parse)
            .flat_map(without_stack)
            .collect()
    }
}
