//! What is open: how many keys, room by room, and what could not be read.

use std::sync::Arc;

use keyhaven_client::key_file::messages::{Found, FoundSession, Opened, Room, Skipped, WANTED_MIN};
use leptos::html;
use leptos::prelude::*;

use super::KeyFileInput;
use crate::browser::files;
use crate::components::{Callout, FieldKind, FileCard, FileKind, Icon, PageHead, Picture, TextField, Tone};
use crate::messages::{key_file as text, results};

/// Everything that is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// Every room.
    pub rooms: Vec<Room>,
    /// What was left out of all files, as far as it is named.
    pub skipped: Vec<SkippedKey>,
    /// How many were left out.
    pub skipped_count: u64,
    /// How many files.
    pub files: u32,
    /// How many of them have no lock.
    pub plain: u32,
    /// What the last of them brought.
    pub last: Opened,
}

/// A key that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// The name of its file.
    pub file: Arc<str>,
    /// Which it is, and why.
    pub key: Skipped,
}

impl Contents {
    /// What was left out, with the name of its file if there are several.
    fn skipped(&self) -> impl Iterator<Item = (&Skipped, Option<&str>)> {
        let are_several = self.files > 1;
        self.skipped
            .iter()
            .map(move |skipped| (&skipped.key, are_several.then_some(&*skipped.file)))
    }
}

/// What a person wants of what is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenedInput {
    /// Write all of it anew.
    SaveAll,
    /// Write the room with this number anew.
    SaveRoom(u32),
    /// Search keys for this.
    Search(String),
    /// Add a file.
    Add,
    /// Forget everything.
    Close,
}

/// Rooms that are shown at first, and with each further click: a browser takes long to lay out thousands.
const SHOWN_AT_ONCE: usize = 50;

/// Shows what is open.
#[component]
pub fn OpenedScreen(
    contents: StoredValue<Contents>,
    #[prop(into)] found: Signal<Found>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let (total, room_count, files, plain, last, left_out) = contents.with_value(|contents| {
        let Contents {
            rooms,
            skipped_count,
            files,
            plain,
            last,
            ..
        } = contents;
        (
            last.total,
            rooms.len() as u64,
            *files,
            *plain,
            *last,
            *skipped_count,
        )
    });
    let act = move |input: OpenedInput| move |_| on_input.run(KeyFileInput::Opened(input.clone()));
    view! {
        <div class="stack">
            <PageHead title=text::opened_title(total, room_count) />
            {(files > 1).then(|| view! { <Callout tone=Tone::Ok title=text::ADDED><p>{text::added(last)}</p></Callout> })}
            {(plain > 0)
                .then(|| {
                    view! {
                        <Callout tone=Tone::Warning title=text::PLAIN_OPENED><p>{text::PLAIN_OPENED_NEXT}</p></Callout>
                    }
                })}
            {(left_out > 0).then(|| view! { <LeftOut contents=contents /> })}
            {(total > 0)
                .then(|| {
                    view! {
                        <div class="actions">
                            <button type="button" class="button button-primary" on:click=act(OpenedInput::SaveAll)>
                                {text::SAVE}
                            </button>
                        </div>
                        <Rooms contents=contents found=found on_input=on_input />
                    }
                })}
            {(total == 0).then(|| view! { <p>{text::NO_ROOMS}</p> })}
            <div class="actions">
                <button type="button" class="button" on:click=act(OpenedInput::Add)>{text::ADD}</button>
                <button type="button" class="button button-quiet" on:click=act(OpenedInput::Close)>{text::CLOSE}</button>
            </div>
        </div>
    }
}

#[component]
fn Rooms(
    contents: StoredValue<Contents>,
    found: Signal<Found>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let wanted = RwSignal::new(String::new());
    let shown = RwSignal::new(SHOWN_AT_ONCE);
    let search = move |_| {
        let typed = input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        let typed = typed.trim().to_ascii_lowercase();
        // The rooms are here, the keys with the worker.
        if typed.len() >= WANTED_MIN {
            on_input.run(KeyFileInput::Opened(OpenedInput::Search(typed.clone())));
        }
        wanted.set(typed);
        shown.set(SHOWN_AT_ONCE);
    };
    // What is found comes later, and what was searched for before is of no use then.
    let keys = Memo::new(move |_| {
        wanted.with(|wanted| {
            let is_asked = wanted.len() >= WANTED_MIN;
            found.with(|found| (is_asked && found.wanted == *wanted).then(|| found.clone()))
        })
    });
    // Their places in the list: the rooms themselves stay where they are.
    let matching = Memo::new(move |_| {
        wanted.with(|wanted| {
            contents.with_value(|contents| {
                let rooms = contents.rooms.iter().enumerate();
                let matching =
                    rooms.filter(|(_, room)| room.id.to_ascii_lowercase().contains(wanted.as_str()));
                matching.map(|(at, _)| at).collect::<Vec<_>>()
            })
        })
    });
    let rows = move || {
        let shown = shown.get();
        matching.with(|matching| {
            contents.with_value(|contents| {
                let rooms = matching
                    .iter()
                    .take(shown)
                    .filter_map(|at| contents.rooms.get(*at));
                rooms.map(|room| row(room, on_input)).collect::<Vec<_>>()
            })
        })
    };
    let how_many = move || {
        let all = contents.with_value(|contents| contents.rooms.len());
        let keys = keys.with(|keys| keys.as_ref().map(|found| found.sessions));
        text::found(matching.with(Vec::len), all, keys)
    };
    let several = contents.with_value(|contents| contents.last.total > 1);
    let nothing = move || {
        let words = keys.with(|keys| match keys {
            Some(found) if found.sessions > 0 => None,
            Some(_) => Some(text::NOTHING_FOUND),
            // Nothing is known of the keys, or nothing yet.
            None if wanted.with(|wanted| wanted.len() < WANTED_MIN) => Some(text::NO_ROOM_FOUND),
            None => None,
        });
        words
            .filter(|_| matching.with(Vec::is_empty))
            .map(|words| view! { <p>{words}</p> })
    };
    let found_keys = move || {
        let found = keys.get().filter(|found| found.sessions > 0);
        found.map(|found| view! { <Keys found=found /> })
    };
    let more = move || {
        matching.with(|matching| matching.len() > shown.get()).then(|| {
            let more = move |_| shown.update(|shown| *shown += SHOWN_AT_ONCE);
            view! { <div class="actions"><button type="button" class="button" on:click=more>{text::MORE}</button></div> }
        })
    };
    view! {
        <section class="stack-tight" aria-labelledby="rooms">
            <h2 id="rooms">{text::ROOMS}</h2>
            {several
                .then(|| {
                    view! {
                        <div on:input=search>
                            <TextField
                                id="search"
                                kind=FieldKind::Name
                                label=text::SEARCH
                                hint=text::SEARCH_HINT
                                error=Signal::stored(None::<String>)
                                input=input
                            />
                        </div>
                        <p class="muted small" role="status">{how_many}</p>
                    }
                })}
            {nothing}
            {found_keys}
            <ul class="file-list" hidden=move || matching.with(Vec::is_empty)>{rows}</ul>
            {more}
        </section>
    }
}

#[component]
fn Keys(found: Found) -> impl IntoView {
    let shown = found.first.len();
    let rest = (found.sessions > shown as u64)
        .then(|| view! { <p class="muted small">{text::keys_shown(shown, found.sessions)}</p> });
    let rows: Vec<_> = found.first.into_iter().map(key_row).collect();
    view! {
        <ul class="file-list" aria-label=text::FOUND_KEYS>{rows}</ul>
        {rest}
    }
}

fn key_row(key: FoundSession) -> impl IntoView {
    let facts = text::key_facts(&key);
    view! {
        <FileCard kind=FileKind::File name=key.session_id facts=facts>
            {None::<&str>}
        </FileCard>
    }
}

fn row(room: &Room, on_input: Callback<KeyFileInput>) -> impl IntoView + use<> {
    let number = room.number;
    let label = text::save_room(&room.id);
    view! {
        <FileCard kind=FileKind::File name=room.id.clone() facts=text::room_facts(room)>
            <button
                type="button"
                class="button button-quiet button-small"
                aria-label=label
                on:click=move |_| on_input.run(KeyFileInput::Opened(OpenedInput::SaveRoom(number)))
            >
                {text::SAVE_ROOM}
            </button>
        </FileCard>
    }
}

/// Of what was left out, so many are shown; the list that can be saved has more.
const LEFT_OUT_SHOWN: usize = 100;

#[component]
fn LeftOut(contents: StoredValue<Contents>) -> impl IntoView {
    let (count, rows) = contents.with_value(|contents| {
        let shown = contents.skipped().take(LEFT_OUT_SHOWN);
        let rows: Vec<_> = shown
            .map(|(skipped, file)| {
                view! {
                    <li class="result result-bad">
                        <Icon picture=Picture::Cross />
                        <div>
                            <p class="file-name">{text::skipped_name(skipped, file)}</p>
                            <p class="file-facts">{text::skip_reason(&skipped.reason)}</p>
                        </div>
                    </li>
                }
            })
            .collect();
        (contents.skipped_count, rows)
    });
    let rest = (count > LEFT_OUT_SHOWN as u64)
        .then(|| view! { <p class="muted small">{text::skipped_shown(LEFT_OUT_SHOWN, count)}</p> });
    let save = move |_| {
        let list = contents.with_value(|contents| text::list(contents.skipped()));
        // The browser says itself when a download fails.
        files::save(text::LIST_FILE_NAME, "text/plain;charset=utf-8", list.as_bytes());
    };
    view! {
        <Callout tone=Tone::Warning title=text::skipped_title(count)>
            <p>{text::SKIPPED_REST_OK}</p>
        </Callout>
        <details>
            <summary>{text::SKIPPED}</summary>
            <div class="details-body">
                <ul class="results">{rows}</ul>
                {rest}
                <div class="actions">
                    <button type="button" class="button button-quiet button-small" on:click=save>
                        <Icon picture=Picture::Download />
                        {results::SAVE_LIST}
                    </button>
                </div>
            </div>
        </details>
    }
}
