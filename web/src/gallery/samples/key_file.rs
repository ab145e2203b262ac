use keyhaven_client::key_file::messages::{
    Fault, Found, Opened, Other, Progress as Heard, Room, SkipReason, Skipped, Work,
};
use leptos::prelude::*;

use crate::components::Progress;
use crate::messages::{Problem, key_file as text};
use crate::pages::key_file::{
    Choose, Contents, FileFacts, Holds, OpenedScreen, PassphraseScreen, PlainScreen, Refusal, SaveScreen,
    SaveWhat, SavedScreen, SkippedKey, Written, WrittenFile, Zip,
};
use crate::route::{Base, Route};

fn choosing(base: &Base, holds: Holds, refusal: Option<Refusal>) -> AnyView {
    let (personas, nothing) = (base.href(Route::Persona), Callback::new(drop));
    let refusal = Signal::stored(refusal);
    view! { <Choose holds=holds refusal=refusal personas=personas on_input=nothing /> }.into_any()
}

pub(super) fn choose(base: Base) -> AnyView {
    choosing(&base, Holds::Nothing, None)
}

pub(super) fn another(base: Base) -> AnyView {
    choosing(&base, Holds::Keys, None)
}

pub(super) fn recovery_key(base: Base) -> AnyView {
    refused(&base, text::other(Other::RecoveryKey), None)
}

pub(super) fn incomplete(base: Base) -> AnyView {
    refused(&base, text::fault(Fault::Incomplete), None)
}

pub(super) fn zip(base: Base) -> AnyView {
    refused(&base, text::other(Other::Zip), Some(text::TO_PERSONAS))
}

fn refused(base: &Base, problem: Problem, to_personas: Option<&'static str>) -> AnyView {
    let refusal = Refusal { problem, to_personas };
    choosing(base, Holds::Nothing, Some(refusal))
}

fn asking(rounds: u32, derivation_ms: u32, problem: Option<Problem>) -> AnyView {
    let file = FileFacts {
        name: "element-keys.txt".to_owned(),
        bytes: 75_497_472,
        date: Some("21 Nov 2026".to_owned()),
        rounds,
        derivation_ms,
    };
    let (busy, problem, nothing) = (
        Signal::stored(false),
        Signal::stored(problem),
        Callback::new(drop),
    );
    view! { <PassphraseScreen file=file busy=busy problem=problem on_input=nothing /> }.into_any()
}

pub(super) fn plain(_: Base) -> AnyView {
    let file = FileFacts {
        name: "room-keys.json".to_owned(),
        bytes: 649_216,
        date: Some("21 Nov 2026".to_owned()),
        rounds: 0,
        derivation_ms: 0,
    };
    let (busy, problem) = (Signal::stored(false), Signal::stored(None::<Problem>));
    view! { <PlainScreen file=file busy=busy problem=problem on_input=Callback::new(drop) /> }.into_any()
}

pub(super) fn plain_opened(_: Base) -> AnyView {
    showing(Contents {
        rooms: rooms(),
        files: 1,
        plain: 1,
        last: brought(1_204),
        ..Contents::default()
    })
}

pub(super) fn passphrase(_: Base) -> AnyView {
    asking(500_000, 700, None)
}

pub(super) fn passphrase_wrong(_: Base) -> AnyView {
    asking(500_000, 700, Some(text::fault(Fault::WrongPassphrase)))
}

pub(super) fn expensive(_: Base) -> AnyView {
    asking(u32::MAX, 1_620_000, None)
}

pub(super) fn working(_: Base) -> AnyView {
    let heard = Heard {
        work: Work::Reading,
        done: 31_457_280,
        total: 75_497_472,
    };
    let mut view = text::work(heard);
    view.share = Some((heard.done, heard.total));
    view.left = Some(text::left(4));
    view! { <Progress view=Signal::stored(view) on_cancel=Callback::new(|()| ()) /> }.into_any()
}

fn room(number: u32, id: &str, sessions: u64, highest: u32) -> Room {
    Room {
        number,
        id: id.to_owned(),
        sessions,
        lowest: 0,
        highest,
    }
}

fn rooms() -> Vec<Room> {
    vec![
        room(0, "!kitchen:example.org", 814, 4_310),
        room(
            1,
            "!a-very-long-name-of-a-room-that-somebody-made:matrix.somewhere.example.org",
            389,
            97,
        ),
        room(2, "!work:example.org", 1, 0),
    ]
}

fn showing(contents: Contents) -> AnyView {
    let (contents, found) = (StoredValue::new(contents), Signal::stored(Found::default()));
    view! { <OpenedScreen contents=contents found=found on_input=Callback::new(drop) /> }.into_any()
}

fn brought(total: u64) -> Opened {
    Opened {
        new: total,
        total,
        ..Opened::default()
    }
}

pub(super) fn opened(_: Base) -> AnyView {
    showing(Contents {
        rooms: rooms(),
        files: 1,
        last: brought(1_204),
        ..Contents::default()
    })
}

pub(super) fn one_room(_: Base) -> AnyView {
    showing(Contents {
        rooms: vec![room(0, "!work:example.org", 1, 0)],
        files: 1,
        last: brought(1),
        ..Contents::default()
    })
}

pub(super) fn left_out(_: Base) -> AnyView {
    let skipped = |index, reason| SkippedKey {
        file: "element-keys.txt".into(),
        key: Skipped {
            index,
            room_id: Some("!kitchen:example.org".to_owned()),
            session_id: Some("8sdNGgmLft8osylLK9ij3IotBLyQQufe/KngiW4Dpq0".to_owned()),
            reason,
        },
    };
    let last = Opened {
        new: 40,
        better: 3,
        known: 771,
        skipped: 101,
        total: 1_204,
    };
    let mut all = vec![
        skipped(17, SkipReason::Missing("sender_key".to_owned())),
        skipped(18, SkipReason::SessionKey),
    ];
    all.extend((19..118).map(|index| skipped(index, SkipReason::OtherSessionId)));
    showing(Contents {
        rooms: rooms(),
        skipped: all,
        skipped_count: 101,
        files: 2,
        plain: 0,
        last,
    })
}

pub(super) fn nothing(_: Base) -> AnyView {
    showing(Contents {
        files: 1,
        ..Contents::default()
    })
}

fn saving(room: Option<(u32, String)>, rooms: usize, problem: Option<Problem>) -> AnyView {
    let what = SaveWhat {
        keys: 1_204,
        rooms,
        room,
    };
    let (busy, problem, nothing) = (
        Signal::stored(false),
        Signal::stored(problem),
        Callback::new(drop),
    );
    view! { <SaveScreen what=what busy=busy problem=problem on_input=nothing /> }.into_any()
}

pub(super) fn save(_: Base) -> AnyView {
    saving(None, 38, None)
}

pub(super) fn save_failed(_: Base) -> AnyView {
    saving(None, 38, Some(text::fault(Fault::NotAsWritten)))
}

pub(super) fn save_room(_: Base) -> AnyView {
    saving(Some((0, "!kitchen:example.org".to_owned())), 38, None)
}

fn written(name: &str, room: Option<&str>, keys: u64) -> WrittenFile {
    WrittenFile {
        name: name.to_owned(),
        room: room.map(str::to_owned),
        keys,
        content: None,
    }
}

pub(super) fn saved(_: Base) -> AnyView {
    let files = vec![written("message-keys.txt", None, 1_204)];
    let written = Written { files, zip: None };
    view! { <SavedScreen written=written on_input=Callback::new(drop) /> }.into_any()
}

pub(super) fn saved_rooms(_: Base) -> AnyView {
    let files = vec![
        written(
            "message-keys !kitchen_example.org.txt",
            Some("!kitchen:example.org"),
            814,
        ),
        written(
            "message-keys !work_example.org.txt",
            Some("!work:example.org"),
            390,
        ),
    ];
    let zip = Some(Zip(None));
    let written = Written { files, zip };
    view! { <SavedScreen written=written on_input=Callback::new(drop) /> }.into_any()
}
