//! A host for tests: the server in memory, the software engine with a hook that makes it fail, randomness from a seed, a
//! clock that stands still.

use core::{
    cell::{Cell, RefCell},
    convert::Infallible,
    time::Duration,
};
use std::sync::Mutex;

use keyhaven_core::{
    job::{Answer, Job, JobError},
    keys::ApiOrigin,
};
use keyhaven_protocol::{kdf::Argon2Params, persona::AccountId};
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::server::FakeServer;
use crate::{
    engine::{Engine, Software},
    host::{Host, UnixSeconds},
    kept::Kept,
    persona::{Remembered, flows::vault::RestoredFile},
};

pub(crate) struct World {
    pub(crate) server: FakeServer,
    /// How long it was waited, each time.
    pub(crate) paused: RefCell<Vec<Duration>>,
    pub(crate) remembered: Cell<Option<Remembered>>,
    /// Bytes that can still be kept.
    pub(crate) room: Cell<usize>,
    pub(crate) engine: TestEngine,
    rng: RefCell<SeededRng>,
    origin: ApiOrigin,
}

type JobHook = Box<dyn FnMut(&Job) -> bool>;

/// The software engine of a device that may have too little memory.
#[derive(Default)]
pub(crate) struct TestEngine(RefCell<Option<JobHook>>);

type Derivation = (Zeroizing<Vec<u8>>, [u8; 32], Argon2Params);

/// What was derived in any test: that is slow on purpose, and the same every time.
static DERIVED: Mutex<Vec<(Derivation, Zeroizing<Vec<u8>>)>> = Mutex::new(Vec::new());

/// SHA-256 of a seed and a counter: the same in every run.
pub(crate) struct SeededRng(u64);

impl World {
    pub(crate) fn new() -> Self {
        Self::new_seeded(0)
    }

    pub(crate) fn new_seeded(seed: u64) -> Self {
        Self {
            server: FakeServer::default(),
            paused: RefCell::default(),
            remembered: Cell::new(None),
            room: Cell::new(usize::MAX),
            engine: TestEngine::default(),
            rng: RefCell::new(SeededRng(seed)),
            origin: ApiOrigin::parse("https://keys.example").unwrap(),
        }
    }
}

impl TestEngine {
    /// Fails every job from now on that the hook says so of.
    pub(crate) fn fail(&self, hook: impl FnMut(&Job) -> bool + 'static) {
        self.0.replace(Some(Box::new(hook)));
    }
}

impl Engine for TestEngine {
    async fn answer(&self, job: Job) -> Answer {
        if self.0.borrow_mut().as_mut().is_some_and(|hook| hook(&job)) {
            return Err(JobError::OutOfMemory);
        }
        let Job::Argon2id(asked) = &job else {
            return Software.answer(job).await;
        };
        let asked = (asked.password.clone(), asked.salt, asked.params);
        let known = |derived: &[(Derivation, Zeroizing<Vec<u8>>)]| {
            let found = derived.iter().find(|(one, _)| *one == asked);
            found.map(|(_, root)| root.clone())
        };
        if let Some(root) = known(&DERIVED.lock().unwrap()) {
            return Ok(root);
        }
        let root = Software.answer(job).await?;
        DERIVED.lock().unwrap().push((asked, root.clone()));
        Ok(root)
    }
}

impl Host for World {
    type Transport = FakeServer;
    type Engine = TestEngine;
    type Rng = SeededRng;

    fn transport(&self) -> &FakeServer {
        &self.server
    }

    fn engine(&self) -> &TestEngine {
        &self.engine
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut SeededRng) -> T) -> T {
        draw(&mut self.rng.borrow_mut())
    }

    fn now(&self) -> UnixSeconds {
        UnixSeconds(1_795_262_400)
    }

    async fn pause(&self, duration: Duration) {
        self.paused.borrow_mut().push(duration);
    }

    fn remembered(&self, account: AccountId) -> Option<Remembered> {
        self.remembered.get().filter(|seen| seen.account_id == account)
    }

    fn keep(&self, content: Zeroizing<Vec<u8>>) -> Option<Kept> {
        let left = self.room.get().checked_sub(content.len())?;
        self.room.set(left);
        Some(Kept::new(content))
    }

    fn api_origin(&self) -> &ApiOrigin {
        &self.origin
    }
}

/// What came back.
pub(crate) fn content_of(file: &RestoredFile) -> &[u8] {
    file.content.get::<Zeroizing<Vec<u8>>>().unwrap()
}

impl TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)
            .map(|()| u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)
            .map(|()| u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            let block = Sha256::digest(self.0.to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for SeededRng {}
