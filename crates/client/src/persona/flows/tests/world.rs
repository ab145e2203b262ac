//! A host for tests: the server in memory, the software engine, randomness from a seed, a clock that stands still.

use core::{
    cell::{Cell, RefCell},
    convert::Infallible,
    time::Duration,
};

use keyhaven_core::keys::ApiOrigin;
use keyhaven_protocol::persona::AccountId;
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};

use super::server::FakeServer;
use crate::{
    engine::Software,
    host::{Host, UnixSeconds},
    persona::Remembered,
};

pub(crate) struct World {
    pub(crate) server: FakeServer,
    /// How long it was waited, each time.
    pub(crate) paused: RefCell<Vec<Duration>>,
    pub(crate) remembered: Cell<Option<Remembered>>,
    rng: RefCell<SeededRng>,
    origin: ApiOrigin,
}

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
            rng: RefCell::new(SeededRng(seed)),
            origin: ApiOrigin::parse("https://keys.example").unwrap(),
        }
    }
}

impl Host for World {
    type Transport = FakeServer;
    type Engine = Software;
    type Rng = SeededRng;

    fn transport(&self) -> &FakeServer {
        &self.server
    }

    fn engine(&self) -> &Software {
        &Software
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

    fn api_origin(&self) -> &ApiOrigin {
        &self.origin
    }
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
