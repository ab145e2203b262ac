//! Between the screens and the worker.

mod hearing;

use std::rc::Rc;

use keyhaven_client::key_file::messages::{Extent, Fault, Found, Request, Room, Skipped};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;
use zeroize::Zeroizing;

use super::choose::{Chosen, Holds, Refusal};
use super::opened::{Contents, OpenedInput};
use super::passphrase::FileFacts;
use super::save::SaveWhat;
use super::waiting::Waiting;
use super::{KeyFileInput, KeyFileView};
use crate::browser::{dates, files, key_worker::KeyWorker, timer::Timer};
use crate::components::ProgressView;
use crate::handover::Handover;
use crate::messages::{Problem, key_file as text};
use crate::pages::stage::Stage;

/// Everything that the page holds. The keys are with the worker.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stage: Stage<KeyFileView>,
    /// What went wrong with what was asked on the screen that is shown.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// What is wrong with what was chosen.
    pub(super) refusal: RwSignal<Option<Refusal>>,
    pub(super) contents: StoredValue<Contents>,
    /// What was searched for last, and found.
    pub(super) found: RwSignal<Found>,
    worker: StoredValue<Option<Rc<KeyWorker>>, LocalStorage>,
    /// The file at hand.
    file: StoredValue<Option<(Blob, FileFacts)>, LocalStorage>,
    /// What is told of the file that is being opened.
    rooms: StoredValue<Vec<Room>>,
    skipped: StoredValue<Vec<Skipped>>,
    waiting: StoredValue<Waiting>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
    /// What a derivation for a file that is written takes here.
    writing_ms: StoredValue<u32>,
}

impl Desk {
    pub(super) fn new(handover: &Handover) -> Self {
        let desk = Self {
            stage: Stage::new(KeyFileView::Choose(Holds::Nothing)),
            problem: RwSignal::new(None),
            refusal: RwSignal::new(None),
            contents: StoredValue::new(Contents::default()),
            found: RwSignal::new(Found::default()),
            worker: StoredValue::new_local(None),
            file: StoredValue::new_local(None),
            rooms: StoredValue::new(Vec::new()),
            skipped: StoredValue::new(Vec::new()),
            waiting: StoredValue::new(Waiting::default()),
            timer: StoredValue::new_local(None),
            writing_ms: StoredValue::new(0),
        };
        let spawn = handover.spawn_worker.with_value(Clone::clone);
        let worker = KeyWorker::new(spawn, move |reply, files| desk.hear(reply, files));
        desk.worker.set_value(Some(Rc::new(worker)));
        desk
    }

    /// What a person did.
    pub(super) fn take(self, input: KeyFileInput) {
        self.problem.set(None);
        self.refusal.set(None);
        match input {
            KeyFileInput::Chose(chosen) => self.look_at(chosen),
            KeyFileInput::Open(passphrase) => self.open(passphrase),
            KeyFileInput::OpenPlain => self.open_plain(),
            KeyFileInput::OtherFile | KeyFileInput::Opened(OpenedInput::Add) => self.choose(),
            KeyFileInput::Opened(OpenedInput::SaveAll) => self.ask_to_save(None),
            KeyFileInput::Opened(OpenedInput::SaveRoom(number)) => self.ask_to_save(Some(number)),
            KeyFileInput::Opened(OpenedInput::Search(wanted)) => {
                self.ask(Request::Search(wanted), None, Zeroizing::default());
            }
            KeyFileInput::Opened(OpenedInput::Close) => {
                self.end_worker();
                self.contents.set_value(Contents::default());
                self.choose();
            }
            KeyFileInput::Save(extent, passphrase) => self.save(extent, passphrase),
            KeyFileInput::Back => self.stage.show(KeyFileView::Opened),
        }
    }

    /// Stops what is being done. The screen from which it was asked is there again.
    pub(super) fn cancel(self) {
        if self.holds() == Holds::Nothing {
            // A worker that holds nothing is ended: that stops whatever it does.
            self.end_worker();
            self.rest();
        } else {
            self.ask(Request::Stop, None, Zeroizing::default());
        }
    }

    fn holds(self) -> Holds {
        match self.contents.with_value(|contents| contents.files) {
            0 => Holds::Nothing,
            _ => Holds::Keys,
        }
    }

    fn choose(self) {
        self.file.set_value(None);
        self.stage.show(KeyFileView::Choose(self.holds()));
    }

    fn look_at(self, chosen: Chosen) {
        let (blob, name, bytes, date) = match chosen {
            Chosen::File(file) => {
                let date = dates::day(file.changed());
                (Some(file.blob()), file.path.clone(), file.len(), Some(date))
            }
            Chosen::Text(pasted) => {
                let name = text::PASTED_NAME.to_owned();
                (files::blob_of(pasted.as_bytes()), name, pasted.len() as u64, None)
            }
        };
        let Some(blob) = blob else {
            self.fail(Fault::OutOfMemory);
            return;
        };
        let facts = FileFacts {
            name,
            bytes,
            date,
            rounds: 0,
            derivation_ms: 0,
        };
        self.file.set_value(Some((blob.clone(), facts)));
        self.stage.work_at(ProgressView::of(text::LOOKING));
        self.ask(Request::Look, Some(blob), Zeroizing::default());
    }

    fn open(self, passphrase: Zeroizing<String>) {
        let file = self.file.with_value(Clone::clone);
        let Some((blob, facts)) = file else { return };
        // Whoever gets here has agreed to what it costs.
        let max_rounds = facts.rounds;
        self.stage.work_at(ProgressView::of(text::LOOKING));
        self.ask(Request::Open { max_rounds }, Some(blob), passphrase);
    }

    fn open_plain(self) {
        let blob = self
            .file
            .with_value(|file| file.as_ref().map(|(blob, _)| blob.clone()));
        self.stage.work_at(ProgressView::of(text::LOOKING));
        self.ask(Request::OpenPlain, blob, Zeroizing::default());
    }

    fn ask_to_save(self, number: Option<u32>) {
        let what = self.contents.with_value(|contents| {
            let room = contents.rooms.iter().find(|room| Some(room.number) == number);
            SaveWhat {
                keys: room.map_or(contents.last.total, |room| room.sessions),
                rooms: contents.rooms.len(),
                room: room.map(|room| (room.number, room.id.clone())),
            }
        });
        self.stage.show(KeyFileView::Save(what));
    }

    fn save(self, extent: Extent, passphrase: Zeroizing<String>) {
        self.stage.work_at(ProgressView::of(text::LOOKING));
        self.ask(Request::Save(extent), None, passphrase);
    }

    fn ask(self, request: Request, file: Option<Blob>, passphrase: Zeroizing<String>) {
        self.rooms.set_value(Vec::new());
        self.skipped.set_value(Vec::new());
        let Some(worker) = self.worker.with_value(Clone::clone) else {
            return;
        };
        spawn_local(async move { worker.ask(request, file, &passphrase).await });
    }

    fn end_worker(self) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.end();
            }
        });
    }
}
