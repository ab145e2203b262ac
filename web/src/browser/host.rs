//! Everything of the browser that a flow needs, in one value.

use std::{cell::RefCell, time::Duration};

use getrandom::SysRng;
use keyhaven_client::host::{Host, UnixSeconds};
use keyhaven_client::kept::Kept;
use keyhaven_client::persona::Remembered;
use keyhaven_core::keys::ApiOrigin;
use keyhaven_protocol::persona::AccountId;
use rand_core::UnwrapErr;
use zeroize::Zeroizing;

use super::{
    clock,
    config::{self, ConfigError},
    engine::WorkerEngine,
    files, remembered,
    slot::Slot,
    timer::Timer,
    transport::FetchTransport,
};
use crate::handover::Handover;

/// The browser's randomness. It cannot fail in a browser that runs this app: `crypto.getRandomValues` is older than
/// WebAssembly.
pub(crate) type BrowserRng = UnwrapErr<SysRng>;

/// Everything of the browser that a flow needs.
pub(crate) struct BrowserHost {
    transport: FetchTransport,
    engine: WorkerEngine,
    rng: RefCell<BrowserRng>,
    origin: ApiOrigin,
}

impl BrowserHost {
    /// For the server that `config.json` names.
    ///
    /// # Errors
    /// [`ConfigError`] if it names none.
    pub(crate) async fn connect(handover: &Handover) -> Result<Self, ConfigError> {
        let base = config::api_base(&handover.base).await?;
        let url = web_sys::Url::new(&base).map_err(|_| ConfigError::Malformed)?;
        let origin = ApiOrigin::parse(&url.origin()).map_err(|_| ConfigError::Malformed)?;
        Ok(Self {
            transport: FetchTransport::new(base),
            engine: WorkerEngine::new(leptos::prelude::WithValue::with_value(
                &handover.spawn_worker,
                Clone::clone,
            )),
            rng: RefCell::new(UnwrapErr(SysRng)),
            origin,
        })
    }
}

impl Host for BrowserHost {
    type Transport = FetchTransport;
    type Engine = WorkerEngine;
    type Rng = BrowserRng;

    fn transport(&self) -> &FetchTransport {
        &self.transport
    }

    fn engine(&self) -> &WorkerEngine {
        &self.engine
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut BrowserRng) -> T) -> T {
        draw(&mut self.rng.borrow_mut())
    }

    fn now(&self) -> UnixSeconds {
        UnixSeconds(clock::now_seconds())
    }

    async fn pause(&self, duration: Duration) {
        let over = Slot::new();
        let fill = over.clone();
        let milliseconds = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
        let _timer = Timer::start(milliseconds, move || fill.fill(()));
        over.filled().await;
    }

    fn remembered(&self, account: AccountId) -> Option<Remembered> {
        remembered::load(account)
    }

    fn keep(&self, content: Zeroizing<Vec<u8>>) -> Option<Kept> {
        files::blob_of(&content).map(Kept::new)
    }

    fn api_origin(&self) -> &ApiOrigin {
        &self.origin
    }
}
