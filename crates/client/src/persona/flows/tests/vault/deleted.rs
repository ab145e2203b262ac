//! What was deleted, by anybody: listed by name, and brought back.

use std::rc::Rc;

use keyhaven_core::inventory::INVENTORY_OBJECT_ID;
use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    persona::{AccountState, ObjectId, paths},
};
use serde_json::{Value, json};

use super::repair::more_lists_than_are_read;
use crate::{
    persona::{
        Item, Standing, Unlocked,
        flows::{
            tests::{
                page::{Reply, file, in_vault, in_vault_all, play, sign_in, sign_up, store},
                server::Fault,
                world::{World, content_of},
            },
            vault::{Activity, Selection, Vault, VaultDone, VaultInput, VaultView},
        },
    },
    problem::{Effect, Problem, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

fn stored(world: &World, count: usize) -> (Rc<Unlocked>, Vec<ObjectId>) {
    let (unlocked, _) = sign_up(world);
    let one = |n| {
        store(
            world,
            &unlocked,
            &format!("Persona {n:02}"),
            format!("keys {n}").as_bytes(),
        )
    };
    let ids = (0..count).map(one).collect();
    (unlocked, ids)
}

/// As a thief does who knows the password: everything, one after the other.
fn delete(world: &World, unlocked: &Rc<Unlocked>, ids: &[ObjectId]) {
    let inputs = ids.iter().map(|id| VaultInput::Delete(*id)).collect();
    for view in in_vault_all(world, unlocked, None, inputs).iter().skip(1) {
        assert!(
            matches!(view.done, Some(VaultDone::Deleted { .. })),
            "{:?}",
            view.done
        );
    }
}

fn listed(world: &World, unlocked: &Rc<Unlocked>) -> Vec<Item> {
    match in_vault(world, unlocked, VaultInput::ListDeleted).done {
        Some(VaultDone::DeletedList(items)) => items,
        other => panic!("not listed: {other:?}"),
    }
}

fn bring_back(world: &World, unlocked: &Rc<Unlocked>, selection: Selection) -> VaultDone {
    let view = in_vault(world, unlocked, VaultInput::BringBack(selection));
    view.done.expect("it came to something")
}

fn all_back(total: u64) -> VaultDone {
    VaultDone::BroughtBack {
        back: total,
        total,
        left: Vec::new(),
        problem: None,
    }
}

/// Brings all back, which is this one.
fn one_back(world: &World, unlocked: &Rc<Unlocked>, wanted: &str) {
    let done = bring_back(world, unlocked, Selection::All);
    assert!(
        matches!(&done, VaultDone::Undeleted { name, .. } if name == wanted),
        "{done:?}"
    );
}

/// Names and contents of everything, which is whole.
fn restored(world: &World, unlocked: &Rc<Unlocked>) -> Vec<(String, Vec<u8>)> {
    match in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done {
        Some(VaultDone::Restored { report, files }) if report.is_complete() => files
            .into_iter()
            .map(|file| (file.name.clone(), content_of(&file).to_vec()))
            .collect(),
        other => panic!("not whole: {other:?}"),
    }
}

/// The server says something else about what was deleted last.
fn lie_about_the_last(world: &World, lie: fn(&mut Value)) {
    world.server.on_answer(move |request, response| {
        if request.path == paths::DELETED {
            let mut body: Value = serde_json::from_slice(&response.body).unwrap();
            lie(&mut body["deleted"][0]);
            response.body = serde_json::to_vec(&body).unwrap().into();
        }
    });
}

/// How many earlier inventories were fetched.
fn lists_read(world: &World) -> usize {
    let each = format!("{}/", paths::INVENTORY_VERSIONS);
    world.server.requests(Method::Get, &each)
}

/// The server keeps no inventory but the present one.
fn forget_inventories(world: &World) {
    let mut state = world.server.state.borrow_mut();
    state.only().inventories.clear();
    state.only().inventory_numbers.clear();
}

#[test]
fn what_a_thief_deleted_is_listed_by_name_on_another_device_and_all_of_it_comes_back() {
    let world = World::new();
    let (thief, ids) = stored(&world, 12);
    delete(&world, &thief, &ids);
    let owner = sign_in(&world, "correct horse").unlocked.unwrap();
    let view = in_vault(&world, &owner, VaultInput::Refresh);
    assert_eq!((view.listing.unwrap().items.len(), view.deleted), (0, 12));
    world.server.seen.borrow_mut().clear();
    let found = listed(&world, &owner);
    let names: Vec<_> = found.iter().map(|deleted| deleted.name.clone()).collect();
    let wanted: Vec<_> = (0..12).rev().map(|n| format!("Persona {n:02}")).collect();
    assert_eq!(names, wanted, "the last first");
    assert_eq!(found[0].content_bytes, Some(7));
    assert!(found.iter().all(|one| {
        one.deletion
            .is_some_and(|times| times.kept_until.0 - times.at.0 == 2_592_000)
    }));
    // The inventory from before the first deletion names all of them.
    assert_eq!(lists_read(&world), 1);
    assert_eq!(bring_back(&world, &owner, Selection::All), all_back(12));
    let came = restored(&world, &owner);
    assert_eq!(came.len(), 12);
    assert_eq!(came[3], ("Persona 03".to_owned(), b"keys 3".to_vec()));
    assert!(listed(&world, &owner).is_empty());
}

#[test]
fn one_comes_back_and_the_others_stay_deleted() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 3);
    delete(&world, &unlocked, &ids[..2]);
    let one = Selection::One(ids[0].into());
    let back = VaultDone::Undeleted {
        id: ids[0],
        name: "Persona 00".to_owned(),
    };
    assert_eq!(bring_back(&world, &unlocked, one), back);
    let names: Vec<_> = restored(&world, &unlocked)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["Persona 00", "Persona 02"]);
    assert_eq!(listed(&world, &unlocked)[0].id, ids[1].into());
}

#[test]
fn what_no_inventory_names_is_listed_by_its_id_and_comes_back_after_it_was_opened() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 2);
    delete(&world, &unlocked, &ids[..1]);
    forget_inventories(&world);
    let found = listed(&world, &unlocked);
    let id = ids[0].to_string();
    assert_eq!(
        (found[0].name.as_str(), found[0].content_bytes),
        (id.as_str(), None)
    );
    one_back(&world, &unlocked, &id[..8]);
    assert!(restored(&world, &unlocked).contains(&(id[..8].to_owned(), b"keys 0".to_vec())));
}

#[test]
fn what_does_not_open_stays_where_it_is_and_is_named() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 3);
    delete(&world, &unlocked, &ids);
    forget_inventories(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let bytes = &mut state.only().versions[1].1;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    }
    let name = ids[1].to_string()[..8].to_owned();
    let one = Selection::One(ids[1].into());
    let damaged = VaultDone::BroughtBack {
        back: 0,
        total: 1,
        left: vec![name.clone()],
        problem: None,
    };
    assert_eq!(bring_back(&world, &unlocked, one), damaged);
    assert_eq!(
        world.server.requests(Method::Post, paths::OBJECTS),
        3,
        "only the deletions"
    );
    let two = VaultDone::BroughtBack {
        back: 2,
        total: 3,
        left: vec![name],
        problem: None,
    };
    assert_eq!(bring_back(&world, &unlocked, Selection::All), two);
    assert_eq!(restored(&world, &unlocked).len(), 2);
    assert_eq!(listed(&world, &unlocked).len(), 1);
}

#[test]
fn an_inventory_that_names_another_version_gives_the_name_and_the_bytes_are_opened() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    let replace = VaultInput::Replace {
        id: ids[0],
        file: file("Renamed", b"second"),
    };
    in_vault(&world, &unlocked, replace);
    delete(&world, &unlocked, &ids);
    {
        // Of the inventories only the first is kept, which names the first version.
        let mut state = world.server.state.borrow_mut();
        state.only().inventories.truncate(1);
        state.only().inventory_numbers.truncate(1);
    }
    assert_eq!(listed(&world, &unlocked)[0].name, "Persona 00");
    one_back(&world, &unlocked, "Persona 00");
    assert_eq!(
        restored(&world, &unlocked),
        [("Persona 00".to_owned(), b"second".to_vec())]
    );
}

#[test]
fn of_several_names_that_it_had_the_last_one_is_shown() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    let renamed = VaultInput::Replace {
        id: ids[0],
        file: file("Last name", b"keys"),
    };
    in_vault(&world, &unlocked, renamed);
    delete(&world, &unlocked, &ids);
    // No inventory describes the version that is deleted, so all of them are read.
    lie_about_the_last(&world, |last| last["sha256"] = json!(B64([9; 32])));
    assert_eq!(listed(&world, &unlocked)[0].name, "Last name");
}

#[test]
fn no_more_lists_are_read_for_names_than_one_question_is_worth() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    delete(&world, &unlocked, &ids);
    forget_inventories(&world);
    more_lists_than_are_read(&world);
    // As if all of them had been written while it was there.
    lie_about_the_last(&world, |last| last["deleted_at"] = 1_795_002_000.into());
    world.server.seen.borrow_mut().clear();
    assert_eq!(listed(&world, &unlocked).len(), 1);
    assert_eq!(lists_read(&world), 64);
}

#[test]
fn lists_from_before_it_was_stored_and_from_after_its_deletion_are_not_read() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 6);
    delete(&world, &unlocked, &ids[3..4]);
    for n in 0..6 {
        store(&world, &unlocked, &format!("Later {n}"), b"keys");
    }
    {
        // The one list that names it is kept no more.
        let mut state = world.server.state.borrow_mut();
        let account = state.only();
        account.inventories.drain(3..6);
        account.inventory_numbers.drain(3..6);
    }
    world.server.seen.borrow_mut().clear();
    assert_eq!(listed(&world, &unlocked)[0].name, ids[3].to_string());
    // That from before it was stored, which could have its name, and that of its deletion.
    assert_eq!(lists_read(&world), 2);
}

#[test]
fn what_was_stored_and_deleted_within_a_second_has_its_name() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 2);
    delete(&world, &unlocked, &ids[1..]);
    lie_about_the_last(&world, |last| last["deleted_at"] = last["modified_at"].clone());
    assert_eq!(listed(&world, &unlocked)[0].name, "Persona 01");
}

#[test]
fn what_another_wire_deleted_comes_back_under_the_entry_that_still_names_it() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 2);
    {
        let mut state = world.server.state.borrow_mut();
        let account = state.only();
        let (id, object) = account.objects.pop_first().unwrap();
        account.deleted.insert(id, object);
    }
    let view = in_vault(&world, &unlocked, VaultInput::Refresh);
    let items = view.listing.unwrap().items;
    let is_missing = |item: &&Item| item.standing == Standing::Missing;
    let name = items.iter().find(is_missing).unwrap().name.clone();
    let missing = items.iter().filter(is_missing).count();
    assert_eq!((missing, view.deleted), (1, 1));
    world.server.seen.borrow_mut().clear();
    one_back(&world, &unlocked, &name);
    assert_eq!(lists_read(&world), 0, "the present one names it");
    assert_eq!(restored(&world, &unlocked).len(), ids.len());
}

#[test]
fn a_problem_on_the_way_says_how_many_are_back_and_the_rest_comes_later() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 4);
    delete(&world, &unlocked, &ids);
    let mut left = 2;
    world.server.on_request(move |request| {
        if !request.path.ends_with("/undelete") {
            return None;
        }
        left -= 1;
        (left < 0).then_some(Fault::Answer(ErrorCode::QuotaExceeded))
    });
    let VaultDone::BroughtBack {
        back: 2,
        total: 4,
        left,
        problem: Some(problem),
    } = bring_back(&world, &unlocked, Selection::All)
    else {
        panic!("not two of four")
    };
    assert!(left.is_empty());
    assert_eq!(
        (problem.kind, problem.effect),
        (ProblemKind::QuotaExceeded, Effect::Open)
    );
    world.server.behave();
    assert_eq!(bring_back(&world, &unlocked, Selection::All), all_back(2));
    assert_eq!(restored(&world, &unlocked).len(), 4);
}

#[test]
fn what_is_gone_by_the_time_it_is_brought_back_is_named_and_the_others_come() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 3);
    delete(&world, &unlocked, &ids);
    let gone = ids[1].to_string();
    world.server.before(move |request, state| {
        if request.method == Method::Post {
            state.only().deleted.remove(&gone);
        }
    });
    let two_back = VaultDone::BroughtBack {
        back: 2,
        total: 3,
        left: vec!["Persona 01".to_owned()],
        problem: None,
    };
    assert_eq!(bring_back(&world, &unlocked, Selection::All), two_back);
}

#[test]
fn an_account_that_allows_no_change_lists_and_brings_nothing_back() {
    for (state, frozen, kind) in [
        (AccountState::Active, true, ProblemKind::Frozen),
        (AccountState::Disputed, false, ProblemKind::Disputed),
        (AccountState::Unproven, false, ProblemKind::UnlockFirst),
        (AccountState::Deleted, false, ProblemKind::Deleted),
    ] {
        let world = World::new();
        let (unlocked, ids) = stored(&world, 1);
        delete(&world, &unlocked, &ids);
        {
            let mut stored = world.server.state.borrow_mut();
            stored.only().state = state;
            stored.only().frozen = frozen;
        }
        assert_eq!(listed(&world, &unlocked)[0].name, "Persona 00");
        for selection in [Selection::All, Selection::One(ids[0].into())] {
            let VaultDone::Failed(problem) = bring_back(&world, &unlocked, selection) else {
                panic!("not refused")
            };
            assert_eq!((problem.kind, problem.effect), (kind.clone(), Effect::None));
        }
        assert_eq!(listed(&world, &unlocked).len(), 1);
    }
}

#[test]
fn a_server_that_says_back_and_is_not_is_caught() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    delete(&world, &unlocked, &ids);
    world.server.before(|_, state| state.only().objects.clear());
    let problem = Problem::from(ServerFault::Foreign).at_least(Effect::Open);
    assert_eq!(
        bring_back(&world, &unlocked, Selection::All),
        VaultDone::Failed(problem)
    );
}

#[test]
fn a_server_cannot_have_the_inventory_itself_brought_back_as_a_persona() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    delete(&world, &unlocked, &ids);
    {
        let mut state = world.server.state.borrow_mut();
        let account = state.only();
        let object = account.deleted.values().next().unwrap().clone();
        account
            .deleted
            .insert(INVENTORY_OBJECT_ID.to_string(), object.clone());
        account.deleted.insert("of the original wire".to_owned(), object);
    }
    assert_eq!(listed(&world, &unlocked).len(), 1);
    one_back(&world, &unlocked, "Persona 00");
}

#[test]
fn bringing_back_says_how_far_it_is() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 3);
    delete(&world, &unlocked, &ids);
    let views = in_vault_working(&world, &unlocked, |_| Reply::Wait);
    let mut told: Vec<_> = views
        .iter()
        .filter_map(|view| match view.activity {
            Activity::Working { progress } => progress?.items.map(|items| (items.done, items.total)),
            Activity::Idle => None,
        })
        .collect();
    told.dedup();
    assert_eq!(told, [(0, 3), (1, 3), (2, 3)]);
}

#[test]
fn bringing_back_can_be_stopped_and_what_is_there_is_read_again() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 3);
    delete(&world, &unlocked, &ids);
    let views = in_vault_working(&world, &unlocked, |_| {
        // As if one had come back before the stop: nothing of this work is seen here any more.
        bring_back(&world, &unlocked, Selection::One(ids[0].into()));
        Reply::Cancel
    });
    let last = views.last().unwrap();
    assert_eq!(last.done, Some(VaultDone::Stopped));
    assert_eq!((last.listing.as_ref().unwrap().items.len(), last.deleted), (1, 2));
}

/// Brings everything back, and does this at the first sign of work on it.
fn in_vault_working(
    world: &World,
    unlocked: &Rc<Unlocked>,
    at_first: impl Fn(&VaultView) -> Reply<VaultInput>,
) -> Vec<VaultView> {
    let (mut begun, mut met) = (false, false);
    let vault = Vault::new(Rc::clone(unlocked), None);
    let (_, views) = play(vault, world, |view| match view.activity {
        Activity::Idle if begun => Reply::Leave,
        Activity::Idle => {
            begun = true;
            Reply::Send(VaultInput::BringBack(Selection::All))
        }
        Activity::Working { .. } if begun && !met => {
            met = true;
            at_first(view)
        }
        Activity::Working { .. } => Reply::Wait,
    });
    views
}

#[test]
fn a_connection_that_breaks_while_names_are_looked_for_is_told() {
    let world = World::new();
    let (unlocked, ids) = stored(&world, 1);
    delete(&world, &unlocked, &ids);
    world
        .server
        .fail_once(Method::Get, paths::INVENTORY_VERSIONS, Fault::CutBefore);
    let Some(VaultDone::Failed(problem)) = in_vault(&world, &unlocked, VaultInput::ListDeleted).done else {
        panic!("not told")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::Offline));
}
