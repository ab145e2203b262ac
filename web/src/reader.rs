//! Reading what people typed, which asks a worker where it takes the tables of Unicode; and the other small thing that
//! a page leaves to one: QR codes.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use keyhaven_client::engine;
use keyhaven_core::archive::{ArchivePath, ArchivePathError};
use keyhaven_core::job::Step;
use keyhaven_core::normal_form::ReadError;
use keyhaven_core::password::Password;
use keyhaven_core::qr::QrMatrix;
use keyhaven_protocol::address::Address;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use crate::browser::{engine::WorkerEngine, slot::Slot};
use crate::components::Owner;
use crate::handover::Handover;
use crate::parse::{self, NewPasswordError};

type Field = NodeRef<html::Input>;
type Reading = Pin<Box<dyn Future<Output = ()>>>;

/// Reads fields. One for a page, in its context.
///
/// What is ASCII, and so nearly everything, is read at once. For the rest a worker is started that knows nothing else,
/// and ended with what it was told as soon as the form is read.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    engine: StoredValue<Rc<WorkerEngine>, LocalStorage>,
    /// How to stop the reading that waits for the worker, while there is one.
    waiting: RwSignal<Option<Slot<()>>, LocalStorage>,
}

impl Reader {
    /// Puts the reader of a page where its forms find it.
    pub(crate) fn provide(handover: &Handover) {
        let spawn = handover.spawn_worker.with_value(Clone::clone);
        provide_context(Self {
            engine: StoredValue::new_local(Rc::new(WorkerEngine::new(spawn))),
            waiting: RwSignal::new_local(None),
        });
    }

    /// Reads and goes on, all of it now if no worker is needed. Otherwise the page shows that something is done, and
    /// offers to stop it.
    pub(crate) fn run(self, reading: impl Future<Output = ()> + 'static) {
        let Some(rest) = begin(Box::pin(reading)) else {
            return;
        };
        let stop = Slot::new();
        self.waiting.set(Some(stop.clone()));
        spawn_local(async move {
            unless_stopped(rest, &stop).await;
            self.forget();
            self.waiting.set(None);
        });
    }

    /// As [`Self::run`], beside what the page shows.
    pub(crate) fn run_aside(self, reading: impl Future<Output = ()> + 'static) {
        if let Some(rest) = begin(Box::pin(reading)) {
            spawn_local(async move {
                rest.await;
                self.forget();
            });
        }
    }

    /// Whether the page waits for a reading.
    pub(crate) fn is_waiting(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Stops the reading that waits. Nothing comes of it.
    pub(crate) fn stop(self) {
        if let Some(stop) = self.waiting.get_untracked() {
            stop.fill(());
        }
    }

    /// An address.
    ///
    /// # Errors
    /// The sentence to show.
    pub(crate) async fn address(self, field: Field) -> Result<Address, &'static str> {
        self.ask(parse::address(&parse::text(field))).await
    }

    /// A password that exists already, taken as it is typed.
    ///
    /// # Errors
    /// The sentence to show.
    pub(crate) async fn password(self, field: Field) -> Result<Password, &'static str> {
        self.ask(parse::password(&parse::text(field))).await
    }

    /// A password that is being chosen, typed twice.
    ///
    /// # Errors
    /// The sentence to show, at the first or at the second field.
    pub(crate) async fn new_password(
        self,
        first: Field,
        second: Field,
        owner: Owner,
    ) -> Result<Password, NewPasswordError> {
        let read = parse::new_password(&parse::text(first), parse::text(second), &owner.address());
        self.ask(read).await
    }

    /// The paths that files of these names have in an archive.
    ///
    /// # Errors
    /// [`ReadError`], if one of them can have none.
    pub(crate) async fn paths(
        self,
        names: Vec<String>,
    ) -> Result<Vec<ArchivePath>, ReadError<ArchivePathError>> {
        self.ask(ArchivePath::read_all(names.iter().map(String::as_str)))
            .await
    }

    /// The modules of the QR code of a text; `None` where the worker makes none.
    pub(crate) async fn qr_code(self, text: Zeroizing<String>) -> Option<QrMatrix> {
        self.ask(QrMatrix::ask(&text)).await.ok()
    }

    async fn ask<T, E>(self, step: Step<T, E>) -> Result<T, E> {
        let engine = self.engine.with_value(Rc::clone);
        engine::run(step, &*engine, &|_| {}).await
    }

    /// Ends the worker: the only way to be sure that it keeps nothing of a password.
    fn forget(self) {
        self.engine.with_value(|engine| engine.stop());
    }
}

/// What is left of `reading` after what can be done now; `None` if that was all.
fn begin(mut reading: Reading) -> Option<Reading> {
    // Whoever goes on with the rest polls it once more, and is woken from then on.
    let mut context = Context::from_waker(Waker::noop());
    match reading.as_mut().poll(&mut context) {
        Poll::Ready(()) => None,
        Poll::Pending => Some(reading),
    }
}

/// Runs `reading` to its end, or drops it.
async fn unless_stopped(mut reading: Reading, stop: &Slot<()>) {
    let mut stopped = pin!(stop.filled());
    poll_fn(|context| match stopped.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => reading.as_mut().poll(context),
    })
    .await;
}
