//! What the worker tells, and what the screens show of it.

use std::sync::Arc;

use keyhaven_client::key_file::messages::{Fault, Looked, Opened, Reply, Saved, WRITTEN_ROUNDS};
use leptos::prelude::*;
use web_sys::Blob;

use super::super::KeyFileView;
use super::super::choose::Refusal;
use super::super::opened::SkippedKey;
use super::super::saved::{Written, WrittenFile, Zip};
use super::super::waiting::Waiting;
use super::Desk;
use crate::browser::{clock, timer::Timer};
use crate::messages::key_file as text;

/// How often the clock is looked at while nothing is heard.
const LOOK_EVERY_MS: i32 = 250;

impl Desk {
    /// What the worker tells.
    pub(super) fn hear(self, reply: Reply, files: Vec<Blob>) {
        match reply {
            Reply::Looked(looked) => self.looked(looked),
            Reply::Progress(progress) => {
                let takes_ms = self.derivation_ms();
                let now = clock::now_milliseconds();
                let view = self
                    .waiting
                    .try_update_value(|waiting| waiting.hear(progress, takes_ms, now));
                if let Some(view) = view {
                    self.stage.work_at(view);
                }
                self.look_later();
            }
            Reply::Rooms(rooms) => self.rooms.update_value(|heard| heard.extend(rooms)),
            Reply::Skipped(skipped) => self.skipped.update_value(|heard| heard.extend(skipped)),
            Reply::Found(found) => self.found.set(found),
            Reply::Opened(opened) => self.opened(opened),
            Reply::Saved(written) => self.saved(written, files),
            Reply::Failed(fault) => self.fail(fault),
            Reply::Stopped => self.rest(),
        }
    }

    /// What one derivation of what is being done takes.
    fn derivation_ms(self) -> u32 {
        if self.stage.peek(|view| matches!(view, KeyFileView::Save(_))) {
            return self.writing_ms.get_value();
        }
        self.file
            .with_value(|file| file.as_ref().map_or(0, |(_, facts)| facts.derivation_ms))
    }

    /// While nothing is heard of a derivation, the clock is looked at.
    fn look_later(self) {
        let look = move || {
            let now = clock::now_milliseconds();
            if let Some(view) = self.waiting.with_value(|waiting| waiting.look(now)) {
                self.stage.work_at(view);
                self.look_later();
            }
        };
        self.timer.set_value(Some(Timer::start(LOOK_EVERY_MS, look)));
    }

    /// The work is over, however it ended.
    pub(super) fn rest(self) {
        self.timer.set_value(None);
        self.waiting.set_value(Waiting::default());
        self.stage.rest();
    }

    fn looked(self, looked: Looked) {
        self.rest();
        match looked {
            Looked::KeyFile {
                rounds,
                derivation_ms,
            } => {
                let per_round = f64::from(derivation_ms) / f64::from(rounds.max(1));
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a guess, and not negative"
                )]
                self.writing_ms
                    .set_value((per_round * f64::from(WRITTEN_ROUNDS)) as u32);
                self.file.update_value(|file| {
                    if let Some((_, facts)) = file {
                        facts.rounds = rounds;
                        facts.derivation_ms = derivation_ms;
                    }
                });
                let facts = self
                    .file
                    .with_value(|file| file.as_ref().map(|(_, facts)| facts.clone()));
                if let Some(facts) = facts {
                    self.stage.show(KeyFileView::Passphrase(facts));
                }
            }
            Looked::Plain { derivation_ms } => {
                self.writing_ms.set_value(derivation_ms);
                let facts = self
                    .file
                    .with_value(|file| file.as_ref().map(|(_, facts)| facts.clone()));
                if let Some(facts) = facts {
                    self.stage.show(KeyFileView::Plain(facts));
                }
            }
            Looked::Refused(fault) => self.fail(fault),
            Looked::Other(other) => {
                let to_personas = text::belongs_to_personas(other).then_some(text::TO_PERSONAS);
                self.refusal.set(Some(Refusal {
                    problem: text::other(other),
                    to_personas,
                }));
            }
        }
    }

    fn opened(self, opened: Opened) {
        let rooms = self.rooms.try_update_value(core::mem::take).unwrap_or_default();
        let skipped = self.skipped.try_update_value(core::mem::take).unwrap_or_default();
        let is_plain = u32::from(self.stage.peek(|view| matches!(view, KeyFileView::Plain(_))));
        let name: Arc<str> = self
            .file
            .with_value(|file| file.as_ref().map_or("", |(_, facts)| &facts.name).into());
        let skipped = skipped.into_iter().map(|key| SkippedKey {
            file: Arc::clone(&name),
            key,
        });
        self.contents.update_value(|contents| {
            contents.rooms = rooms;
            contents.skipped.extend(skipped);
            contents.skipped_count += opened.skipped;
            contents.files += 1;
            contents.plain += is_plain;
            contents.last = opened;
        });
        self.file.set_value(None);
        self.rest();
        self.stage.show(KeyFileView::Opened);
    }

    fn saved(self, written: Vec<Saved>, contents: Vec<Blob>) {
        let several = written.len() > 1;
        let mut contents = contents.into_iter();
        let files = written
            .into_iter()
            .map(|saved| WrittenFile {
                name: saved.name,
                room: saved.room_id,
                keys: saved.sessions,
                content: contents.next(),
            })
            .collect();
        let zip = contents.next().map(|content| Zip(Some(content)));
        let zip = if several { zip } else { None };
        self.rest();
        self.stage.show(KeyFileView::Saved(Written { files, zip }));
    }

    pub(super) fn fail(self, fault: Fault) {
        self.rest();
        let problem = text::fault(fault);
        if self.stage.peek(|view| matches!(view, KeyFileView::Choose(_))) {
            self.refusal.set(Some(Refusal {
                problem,
                to_personas: None,
            }));
        } else {
            self.problem.set(Some(problem));
        }
    }
}
