//! Storing, listing, restoring, deleting: with an honest server, and with a connection that is not.

use std::rc::Rc;

use keyhaven_protocol::error::ErrorCode;
use zeroize::Zeroizing;

use super::{
    super::vault::{
        Activity, CONTENT_MAX_BYTES, FileVersion, Folder, Notice, Selection, Vault, VaultDone, VaultInput,
    },
    page::{Reply, file, in_vault, in_vault_all, play, sign_in, sign_up, store},
    server::Fault,
    world::World,
};
use crate::{
    persona::{CountedAgainst, Finding, ItemKind, Remembered, SessionOver, Standing},
    problem::{InputFault, Problem, ProblemKind, RetryReason},
    transport::Method,
};

const OBJECTS: &str = "/persona/v1/objects";

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
        .map(|file| (file.name.as_str(), file.content.as_slice()))
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
fn one_item_is_restored_alone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "One", b"1");
    store(&world, &unlocked, "Two", b"2");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::One(id.into())));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!((report.restored(), report.expected(), files.len()), (1, 1, 1));
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
    let entries = keyhaven_core::archive::read(&files[0].content).unwrap();
    let found: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.content.as_slice()))
        .collect();
    assert_eq!(found, [("a.txt", &b"text"[..]), ("b/secret.json", b"{}")]);
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
fn the_bound_is_said_before_and_holds_to_the_byte() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let fits = vec![7; usize::try_from(CONTENT_MAX_BYTES).unwrap()];
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Largest", &fits)));
    assert_eq!(view.content_max_bytes, CONTENT_MAX_BYTES);
    assert!(
        matches!(view.done, Some(VaultDone::Stored { .. })),
        "{:?}",
        view.done
    );
    let sealed = world
        .server
        .state
        .borrow_mut()
        .only()
        .objects
        .values()
        .next()
        .unwrap()
        .bytes
        .len();
    assert!(sealed <= 10 * 1024 * 1024, "{sealed}");

    let puts = world.server.requests(Method::Put, OBJECTS);
    let mut one_more = fits;
    one_more.push(7);
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Too large", &one_more)));
    let max_bytes = CONTENT_MAX_BYTES;
    let fault = InputFault::TooLarge {
        content_bytes: max_bytes + 1,
        max_bytes,
    };
    assert_eq!(view.done, Some(VaultDone::Failed(fault.into())));
    assert_eq!(
        world.server.requests(Method::Put, OBJECTS),
        puts,
        "nothing was sent"
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
    assert_eq!(files[0].content.as_slice(), b"second");
}

#[test]
fn a_deletion_is_undone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let inputs = vec![
        VaultInput::Delete(id),
        VaultInput::Undelete(id),
        VaultInput::Restore(Selection::All),
        VaultInput::Undelete(id),
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
    assert_eq!(
        views[4].done,
        Some(VaultDone::Failed(ProblemKind::Gone.into())),
        "it is not deleted any more"
    );
}

#[test]
fn two_devices_that_write_at_once_both_have_their_persona() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "First", b"1");
    let kept = world.server.state.borrow_mut().only().inventory.clone();
    store(&world, &unlocked, "Second", b"2");
    // The other device's write lands between this device's reading and writing, twice.
    let theirs = core::mem::replace(&mut world.server.state.borrow_mut().only().inventory, kept);
    let mut left = Some(theirs);
    world.server.before(move |request, state| {
        if request.method == Method::Put
            && let Some(theirs) = left.take()
        {
            state.only().inventory = theirs;
        }
    });
    store(&world, &unlocked, "Third", b"3");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (3, 3, true)
    );
}

#[test]
fn a_race_that_never_ends_is_given_up_and_told() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "First", b"1");
    world.server.before(|request, state| {
        if request.method == Method::Put {
            state.only().inventory.as_mut().unwrap().0 += 1000;
        }
    });
    let puts = world.server.requests(Method::Put, OBJECTS);
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Second", b"2")));
    assert_eq!(view.done, Some(VaultDone::Failed(ProblemKind::ReadAgain.into())));
    assert_eq!(world.server.requests(Method::Put, OBJECTS) - puts, 4);
}

#[test]
fn a_write_whose_answer_was_lost_is_looked_for() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Html(502)] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        world.server.fail_once(Method::Put, OBJECTS, fault);
        let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
        let stored = world.server.state.borrow_mut().only().objects.len();
        match fault {
            Fault::CutAfter => {
                assert!(
                    matches!(view.done, Some(VaultDone::Stored { .. })),
                    "{:?}",
                    view.done
                );
                assert_eq!(stored, 1);
            }
            _ => {
                assert!(matches!(view.done, Some(VaultDone::Failed(_))), "{:?}", view.done);
                assert_eq!(stored, 0);
            }
        }
    }
}

#[test]
fn a_deletion_whose_answer_was_lost_is_looked_for() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    world.server.fail_once(Method::Post, OBJECTS, Fault::CutAfter);
    let view = in_vault(&world, &unlocked, VaultInput::Delete(id));
    assert_eq!(
        view.done,
        Some(VaultDone::Deleted {
            id,
            name: "Work".to_owned()
        })
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
        request_id,
    })) = view.done
    else {
        panic!("{:?}", view.done)
    };
    assert_eq!(request_id.unwrap().as_str(), "req-1");
}

#[test]
fn an_item_that_is_not_fetched_does_not_take_the_others_with_it() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let first = store(&world, &unlocked, "1", b"1");
    store(&world, &unlocked, "2", b"2");
    let path = format!("{OBJECTS}/{first}");
    world
        .server
        .on_request(move |request| (request.path == path).then_some(Fault::Html(500)));
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    let Finding::NotFetched(problem) = &report.items[0].finding else {
        panic!("{report:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::ServerFailed));
    assert_eq!((report.restored(), report.expected(), files.len()), (1, 2, 1));
    assert!(!report.is_complete());
}

#[test]
fn a_connection_that_is_gone_is_not_asked_for_every_item() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for name in ["1", "2", "3", "4"] {
        store(&world, &unlocked, name, b"x");
    }
    let prefix = format!("{OBJECTS}/");
    world
        .server
        .on_request(move |request| request.path.starts_with(&prefix).then_some(Fault::CutBefore));
    let before = world.server.requests(Method::Get, "/persona/v1/objects/");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    let all_named = report
        .items
        .iter()
        .all(|item| matches!(item.finding, Finding::NotFetched(_)));
    assert!(all_named && report.expected() == 4, "{report:?}");
    assert_eq!(
        world.server.requests(Method::Get, "/persona/v1/objects/") - before,
        2,
        "once, and once more"
    );
}

#[test]
fn an_ended_session_ends_the_flow() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.state.borrow_mut().sessions.clear();
    let (end, _) = play(Vault::new(Rc::clone(&unlocked), None), &world, |_| Reply::Wait);
    assert_eq!(end, Some(SessionOver::Ended));
}

#[test]
fn signing_out_ends_the_session_on_the_server() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let (end, _) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle => Reply::Send(VaultInput::SignOut),
            Activity::Working { .. } => Reply::Wait,
        },
    );
    assert_eq!(end, Some(SessionOver::SignedOut));
    assert!(world.server.state.borrow().sessions.is_empty());
}

#[test]
fn progress_counts_items_and_bytes_and_can_be_stopped() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "1", &[1; 300_000]);
    store(&world, &unlocked, "2", b"2");
    let mut started = false;
    let (_, views) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle if !started => {
                started = true;
                Reply::Send(VaultInput::Restore(Selection::All))
            }
            Activity::Idle => Reply::Leave,
            Activity::Working { .. } => Reply::Wait,
        },
    );
    let progress: Vec<_> = views
        .iter()
        .filter_map(|view| match view.activity {
            Activity::Working {
                progress: Some(progress),
            } => Some(progress),
            _ => None,
        })
        .collect();
    assert!(
        progress
            .iter()
            .any(|p| p.items.is_some_and(|items| (items.done, items.total) == (1, 2)))
    );
    let mid_way = progress.iter().any(|p| {
        p.bytes
            .is_some_and(|bytes| 0 < bytes.done && bytes.done < bytes.total)
    });
    assert!(mid_way, "{progress:?}");

    let mut begun = false;
    let (_, views) = play(Vault::new(unlocked, None), &world, |view| match view.activity {
        Activity::Idle if view.done.is_some() => Reply::Leave,
        Activity::Idle => {
            begun = true;
            Reply::Send(VaultInput::Restore(Selection::All))
        }
        Activity::Working { .. } if begun => Reply::Cancel,
        Activity::Working { .. } => Reply::Wait,
    });
    assert_eq!(views.last().unwrap().done, Some(VaultDone::Stopped));
}

#[test]
fn after_a_stop_the_list_is_what_the_server_has_then() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut begun = false;
    let mut stopped = false;
    let (_, views) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle if view.done.is_some() => Reply::Leave,
            Activity::Idle => {
                begun = true;
                Reply::Send(VaultInput::Store(file("Mine", b"1")))
            }
            Activity::Working { .. } if begun && !stopped => {
                stopped = true;
                store(&world, &unlocked, "Of another device", b"2");
                Reply::Cancel
            }
            Activity::Working { .. } => Reply::Wait,
        },
    );
    let last = views.last().unwrap();
    assert_eq!(last.done, Some(VaultDone::Stopped));
    let names: Vec<&str> = last
        .listing
        .as_ref()
        .unwrap()
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(names, ["Of another device"]);
}

#[test]
fn the_room_that_is_used_is_read_again_after_each_change() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let stored = VaultInput::Store(file("Work", &[1; 5_000]));
    let views = in_vault_all(&world, &unlocked, None, vec![stored]);
    let used: Vec<u64> = views.iter().map(|view| view.account.used_bytes).collect();
    assert_eq!(used[0], 0);
    assert!(used[1] > 5_000, "{used:?}");
    let id = views[1].listing.as_ref().unwrap().items[0]
        .id
        .object_id()
        .unwrap();
    let views = in_vault_all(&world, &unlocked, None, vec![VaultInput::Delete(id)]);
    assert_eq!(views.last().unwrap().account.used_bytes, 0);
}

#[test]
fn a_store_is_done_although_the_room_that_is_used_could_not_be_read() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut written = false;
    world.server.on_request(move |request| {
        written |= request.method == Method::Put;
        (written && request.path == "/persona/v1/account").then_some(Fault::CutBefore)
    });
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
    assert!(
        matches!(view.done, Some(VaultDone::Stored { .. })),
        "{:?}",
        view.done
    );
}

#[test]
fn a_list_says_what_it_was_counted_against() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let empty = in_vault_all(&world, &unlocked, None, Vec::new())
        .pop()
        .unwrap()
        .listing
        .unwrap();
    assert_eq!(
        (empty.items.len(), empty.counted_against),
        (0, CountedAgainst::ServerListOnly)
    );
    store(&world, &unlocked, "Work", b"keys");
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    let listing = view.listing.unwrap();
    assert_eq!(listing.counted_against, CountedAgainst::Inventory);
    let item = &listing.items[0];
    assert_eq!(
        (item.name.as_str(), item.content_bytes, item.standing),
        ("Work", Some(4), Standing::Listed)
    );
    assert_eq!(view.remember.unwrap().inventory_counter, 1);
}

#[test]
fn what_another_account_remembers_is_not_held_against_this_one() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let foreign = Remembered {
        account_id: keyhaven_protocol::persona::AccountId::from_bytes([9; 16]),
        inventory_counter: 99,
    };
    let view = in_vault_all(&world, &unlocked, Some(foreign), Vec::new())
        .pop()
        .unwrap();
    assert_eq!(view.notices, []);
    let own = Remembered {
        account_id: unlocked.account().id,
        inventory_counter: 99,
    };
    let view = in_vault_all(&world, &unlocked, Some(own), Vec::new())
        .pop()
        .unwrap();
    assert_eq!(
        view.notices,
        [Notice::WentBack {
            remembered: 99,
            found: 0
        }]
    );
}
