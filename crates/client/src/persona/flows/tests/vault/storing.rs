//! Storing, replacing and deleting: bounds and names are said before, and what was stored comes back.

use keyhaven_protocol::{error::ErrorCode, persona::ObjectId};
use zeroize::Zeroizing;

use super::OBJECTS;
use crate::{
    persona::{
        ItemKind,
        flows::{
            tests::{
                page::{Reply, file, in_vault, in_vault_all, play, sign_in, sign_up, store},
                server::Fault,
                world::{World, content_of},
            },
            vault::{Activity, FileVersion, Folder, Selection, Vault, VaultDone, VaultInput},
        },
    },
    problem::{Effect, InputFault, Problem, ProblemKind, RetryReason},
    progress::{Count, Doing},
    transport::Method,
};

#[test]
fn what_was_stored_comes_back_byte_for_byte_on_another_device() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let long: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    store(&world, &unlocked, "Work", b"keys of work");
    store(&world, &unlocked, "Long", &long);
    store(&world, &unlocked, "Nothing in it", b"");
    let other = sign_in(&world, "correct horse").unlocked.unwrap();

    let view = in_vault(&world, &other, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (3, 3, true)
    );
    let found: Vec<(&str, &[u8])> = files
        .iter()
        .map(|file| (file.name.as_str(), content_of(file)))
        .collect();
    assert_eq!(
        found,
        [
            ("Long", &long[..]),
            ("Nothing in it", b""),
            ("Work", b"keys of work")
        ]
    );
    assert!(
        files
            .iter()
            .all(|file| file.version == FileVersion::Current && file.kind == ItemKind::File)
    );
}

#[test]
fn a_busy_server_is_not_taken_for_one_without_an_inventory() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.fail_once(
        Method::Get,
        "/persona/v1/inventory",
        Fault::Answer(ErrorCode::Busy),
    );
    let done = in_vault_all(&world, &unlocked, None, Vec::new()).remove(0).done;
    let busy = ProblemKind::Retry(RetryReason::Busy { after: None });
    assert!(
        matches!(&done, Some(VaultDone::Failed(problem)) if problem.kind == busy),
        "{done:?}"
    );
}

#[test]
fn personas_are_listed_in_order_of_their_names() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for name in ["Work", "Home", "Work again", "Bank"] {
        store(&world, &unlocked, name, b"keys");
    }
    let listing = in_vault(&world, &unlocked, VaultInput::Refresh).listing.unwrap();
    let names: Vec<&str> = listing.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Bank", "Home", "Work", "Work again"]);
}

#[test]
fn a_folder_comes_back_as_an_archive_of_the_same_files() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let files = vec![
        ("b/secret.json".to_owned(), Zeroizing::new(b"{}".to_vec())),
        ("a.txt".to_owned(), Zeroizing::new(b"text".to_vec())),
    ];
    let input = VaultInput::StoreFolder(Folder {
        name: "Keyring".to_owned(),
        files,
    });
    let views = in_vault_all(
        &world,
        &unlocked,
        None,
        vec![input, VaultInput::Restore(Selection::All)],
    );
    let Some(VaultDone::Restored { files, .. }) = &views.last().unwrap().done else {
        panic!("{views:?}")
    };
    assert_eq!(files[0].kind, ItemKind::Folder);
    let entries = keyhaven_core::archive::read(content_of(&files[0])).unwrap();
    let found: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.content.as_slice()))
        .collect();
    assert_eq!(found, [("a.txt", &b"text"[..]), ("b/secret.json", b"{}")]);
}

#[test]
fn the_names_in_a_folder_are_composed_and_kept_apart() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let folder = |names: &[&str]| {
        let files = names
            .iter()
            .map(|name| ((*name).to_owned(), Zeroizing::new(name.as_bytes().to_vec())));
        VaultInput::StoreFolder(Folder {
            name: "Keyring".to_owned(),
            files: files.collect(),
        })
    };
    let inputs = vec![
        folder(&["U\u{308}bung", "plain"]),
        VaultInput::Restore(Selection::All),
    ];
    let views = in_vault_all(&world, &unlocked, None, inputs);
    let Some(VaultDone::Restored { files, .. }) = &views.last().unwrap().done else {
        panic!("{views:?}")
    };
    let entries = keyhaven_core::archive::read(content_of(&files[0])).unwrap();
    let found: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.content.as_slice()))
        .collect();
    assert_eq!(
        found,
        [
            ("plain", &b"plain"[..]),
            ("\u{dc}bung", "U\u{308}bung".as_bytes())
        ]
    );

    let view = in_vault(&world, &unlocked, folder(&["U\u{308}bung", "\u{fc}bung"]));
    assert_eq!(
        view.done,
        Some(VaultDone::Failed(InputFault::FolderRefused.into()))
    );
}

#[test]
fn a_folder_that_leads_out_of_itself_is_refused() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for path in ["../x", "/x", ""] {
        let files = vec![(path.to_owned(), Zeroizing::new(Vec::new()))];
        let view = in_vault(
            &world,
            &unlocked,
            VaultInput::StoreFolder(Folder {
                name: "F".to_owned(),
                files,
            }),
        );
        assert_eq!(
            view.done,
            Some(VaultDone::Failed(InputFault::FolderRefused.into())),
            "{path:?}"
        );
    }
}

#[test]
fn what_has_left_is_told_while_a_persona_is_sent() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut input = Some(VaultInput::Store(file("Work", &[7; 10_000])));
    let (_, views) = play(Vault::new(unlocked, None), &world, |view| match view.activity {
        Activity::Idle => input.take().map_or(Reply::Leave, Reply::Send),
        Activity::Working { .. } => Reply::Wait,
    });
    let seen = world.server.seen.borrow();
    let is_put =
        |(method, path, _): &&(Method, String, Vec<u8>)| *method == Method::Put && path.starts_with(OBJECTS);
    let (_, _, body) = seen.iter().find(is_put).unwrap();
    let total = body.len() as u64;
    let sent: Vec<Count> = views
        .iter()
        .filter_map(|view| match view.activity {
            Activity::Working {
                progress: Some(progress),
            } if progress.doing == Doing::Sending => progress.bytes,
            _ => None,
        })
        .collect();
    let of_all = |done| Count { done, total };
    assert_eq!(
        sent,
        [of_all(total / 2), of_all(total)],
        "and nothing of the answer"
    );
}

#[test]
fn a_name_that_cannot_be_listed_is_refused() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for name in ["", "a\nb", &"x".repeat(256)] {
        let view = in_vault(&world, &unlocked, VaultInput::Store(file(name, b"1")));
        assert_eq!(
            view.done,
            Some(VaultDone::Failed(InputFault::NameRefused.into())),
            "{name:?}"
        );
    }
}

#[test]
fn a_replaced_persona_is_one_persona() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    let replace = VaultInput::Replace {
        id,
        file: file("Work", b"second"),
    };
    let views = in_vault_all(
        &world,
        &unlocked,
        None,
        vec![replace, VaultInput::Restore(Selection::All)],
    );
    let Some(VaultDone::Restored { report, files }) = &views[2].done else {
        panic!("{:?}", views[2].done)
    };
    assert_eq!((report.restored(), report.expected()), (1, 1));
    assert_eq!(content_of(&files[0]), b"second");
}

#[test]
fn a_persona_that_is_gone_is_not_replaced() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"first");
    let replace = VaultInput::Replace {
        id: ObjectId::from_bytes([9; 16]),
        file: file("Work", b"second"),
    };
    let view = in_vault(&world, &unlocked, replace);
    assert_eq!(view.done, Some(VaultDone::Failed(ProblemKind::Gone.into())));
    assert_eq!(
        world.server.requests(Method::Put, OBJECTS),
        1,
        "only the first was sent"
    );
}

#[test]
fn a_full_account_is_told_and_keeps_what_it_has() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    world
        .server
        .fail_once(Method::Put, OBJECTS, Fault::Answer(ErrorCode::QuotaExceeded));
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("More", b"keys")));
    let Some(VaultDone::Failed(Problem {
        kind: ProblemKind::QuotaExceeded,
        effect: Effect::None,
        request_id,
    })) = view.done
    else {
        panic!("{:?}", view.done)
    };
    assert_eq!(request_id.unwrap().as_str(), "req-1");
}

#[test]
fn a_deletion_is_undone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let inputs = vec![
        VaultInput::Delete(id),
        VaultInput::BringBack(Selection::One(id.into())),
        VaultInput::Restore(Selection::All),
        VaultInput::BringBack(Selection::One(id.into())),
    ];
    let views = in_vault_all(&world, &unlocked, None, inputs);
    assert_eq!(
        views[1].done,
        Some(VaultDone::Deleted {
            id,
            name: "Work".to_owned()
        })
    );
    assert_eq!(views[1].listing.as_ref().unwrap().items, []);
    assert_eq!(
        views[2].done,
        Some(VaultDone::Undeleted {
            id,
            name: "Work".to_owned()
        })
    );
    let Some(VaultDone::Restored { report, .. }) = &views[3].done else {
        panic!("{:?}", views[3].done)
    };
    assert!(report.is_complete());
    assert_eq!(views[4].done, views[2].done, "it is back already");
    world.server.state.borrow_mut().only().objects.clear();
    let gone = VaultInput::BringBack(Selection::One(id.into()));
    assert_eq!(
        in_vault(&world, &unlocked, gone).done,
        Some(VaultDone::Failed(ProblemKind::Gone.into())),
        "neither there nor kept"
    );
}
