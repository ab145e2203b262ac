//! What is written is opened again before it is handed out.

use super::*;

/// What becomes of the files that are kept.
type Spoil = fn(&mut Vec<Vec<u8>>);

/// Keeps something else than it is given.
struct Careless {
    given: Written,
    spoil: Spoil,
}

impl Sink for Careless {
    type File = File;

    fn write(&mut self, file: usize, text: Vec<u8>) -> Result<(), Fault> {
        self.given.write(file, text)
    }

    fn into_files(mut self) -> Result<Vec<File>, Fault> {
        (self.spoil)(&mut self.given.0);
        self.given.into_files()
    }
}

fn workshop() -> Workshop<File> {
    let mut workshop = Workshop::default();
    let sessions = [
        session("!a:x", 1, 5),
        session("!b:x", 2, 5),
        session("!b:x", 3, 1),
    ];
    opened(&mut workshop, &key_file(&sessions));
    workshop
}

fn written_to(spoil: Spoil, extent: Extent) -> Result<usize, Fault> {
    let given = Written::default();
    write(Careless { given, spoil }, extent, &Counting::default())
}

fn write(sink: impl Sink, extent: Extent, engine: &impl Engine) -> Result<usize, Fault> {
    let plan = Plan::of(&workshop(), extent).unwrap();
    let told = block_on(plan.write("new passphrase", &mut Zeros, sink, engine, &|_| {}));
    told.map(|files| files.len())
}

#[test]
fn a_file_that_was_kept_otherwise_than_it_was_written_is_not_handed_out() {
    assert_eq!(written_to(|_| {}, Extent::EachRoom), Ok(2), "as it was written");
    let another_character = |files: &mut Vec<Vec<u8>>| {
        let byte = files[0].iter_mut().rev().nth(60).unwrap();
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    };
    let spoilt: [(&str, Spoil); 7] = [
        ("one other character", another_character),
        ("cut off", |files| {
            let half = files[1].len() / 2;
            files[1].truncate(half);
        }),
        ("empty", |files| files[1].clear()),
        ("nothing behind the header", |files| files[0].truncate(80)),
        ("another file of the same passphrase", |files| files.swap(0, 1)),
        ("twice the same", |files| files[1] = files[0].clone()),
        ("one too few", |files| drop(files.pop())),
    ];
    for (name, spoil) in spoilt {
        assert_eq!(
            written_to(spoil, Extent::EachRoom),
            Err(Fault::NotAsWritten),
            "{name}"
        );
    }
}

/// Seals something else than it is asked to, once: the key of a session, so that what it seals is a session too.
struct Miscounting {
    engine: Counting,
    /// Jobs of the cipher until then.
    before: Cell<usize>,
}

impl Engine for Miscounting {
    async fn answer(&self, mut job: Job) -> Answer {
        if let Job::AesCtr(job) = &mut job {
            let before = self.before.get();
            self.before.set(before.wrapping_sub(1));
            if before == 0 {
                let name = b"\"session_key\":\"";
                let at = job.text.windows(name.len()).position(|found| found == name);
                job.text[at.unwrap() + name.len() + 100] ^= 1;
            }
        }
        self.engine.answer(job).await
    }
}

#[test]
fn another_session_than_was_meant_is_not_handed_out_under_a_tag_that_is_right() {
    let engine = |before| Miscounting {
        engine: Counting::default(),
        before: Cell::new(before),
    };
    // First what was open is decrypted, then it is sealed, then it is read again.
    let sealed_wrongly = engine(1);
    let told = write(Written::default(), Extent::All, &sealed_wrongly);
    assert_eq!(told, Err(Fault::NotAsWritten));
    assert_eq!(write(Written::default(), Extent::All, &engine(9)), Ok(1));
}

#[test]
fn a_file_that_is_read_again_is_not_derived_again() {
    let engine = Counting::default();
    assert_eq!(write(Written::default(), Extent::EachRoom, &engine), Ok(2));
    assert_eq!(engine.derivations.get(), 2 * 500_000);
}

#[test]
fn how_far_the_second_look_is_is_told_to_its_end() {
    let plan = Plan::of(&workshop(), Extent::EachRoom).unwrap();
    let told = RefCell::new(Vec::new());
    let on_progress = |progress: Progress| {
        if progress.work == Work::Verifying {
            told.borrow_mut().push((progress.done, progress.total));
        }
    };
    let engine = Counting::default();
    let files = block_on(plan.write("new", &mut Zeros, Written::default(), &engine, &on_progress));
    let bytes: u64 = files.unwrap().iter().map(|(_, file)| 2 * file.len()).sum();
    let told = told.into_inner();
    assert!(
        told.is_sorted() && told.iter().all(|(_, total)| *total == bytes),
        "{told:?}"
    );
    assert_eq!(told.last(), Some(&(bytes, bytes)));
}
