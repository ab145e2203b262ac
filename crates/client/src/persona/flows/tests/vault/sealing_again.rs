//! Everything sealed again under a new backup key, and what an old one is good for afterwards.

mod broken_off;

use std::{collections::BTreeMap, rc::Rc};

use keyhaven_core::{
    former_keys::BackupKeys,
    inventory::{Inventory, InventoryEntry, InventoryEntryFields, seal_inventory},
    keys::BackupKey,
    object::{ObjectContext, seal_file},
};
use keyhaven_protocol::persona::{ObjectId, paths};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::OBJECTS;
use crate::{
    engine,
    host::Host as _,
    persona::{
        Standing, Unlocked,
        flows::{
            tests::{
                page::{block_on, file, in_vault, sign_up, store},
                renewed::{
                    PERSONAS, all, assert_restores_all, fetches, puts, renewed, report, seal_again,
                    signed_in, unsealed, with_five,
                },
                server::{FakeAccount, FakeObject},
                world::{World, content_of},
            },
            vault::{NotSealedAgain, SealedAgainReport, Selection, VaultDone, VaultInput},
        },
    },
    problem::{Effect, Problem, ServerFault},
    progress::Count,
    transport::Method,
};

/// Inventory and objects as they are stored.
type Snapshot = (Option<(u64, Vec<u8>)>, BTreeMap<String, FakeObject>);

fn snapshot(world: &World) -> Snapshot {
    let mut state = world.server.state.borrow_mut();
    let account = state.only();
    (account.inventory.clone(), account.objects.clone())
}

fn put_in_place(account: &mut FakeAccount, (inventory, objects): &Snapshot) {
    account.inventory.clone_from(inventory);
    account.objects.clone_from(objects);
}

/// A copy of the key, as somebody has it who kept it.
fn copy(keys: &BackupKeys) -> BackupKey {
    BackupKey::take_bytes(&mut { *keys.present().expose_secret() })
}

fn kept(keys: &BackupKeys) -> BackupKeys {
    BackupKeys::first(copy(keys))
}

#[test]
fn what_the_old_key_opened_before_is_sealed_under_it_no_more() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let given_up = unlocked.backup_keys();
    renewed(&world, &unlocked, &old);
    seal_again(&world, &unlocked);
    // Somebody who kept the old key and gets at all that is stored.
    unlocked.note_backup_keys(kept(&given_up));
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!((report.restored(), files.len()), (0, 0));
}

#[test]
fn what_an_old_key_writes_after_a_renewal_cannot_count_as_sealed_again() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let given_up = unlocked.backup_keys();
    renewed(&world, &unlocked, &old);
    seal_again(&world, &unlocked);
    let honest = snapshot(&world);
    // Somebody who kept the old key and can write where it is stored makes a list of their own, under the generation of
    // the key that they do not have.
    let theirs = signed_in(&world);
    theirs.note_backup_keys(kept(&given_up).followed_by(copy(&given_up)));
    world.server.state.borrow_mut().only().inventory = None;
    store(&world, &theirs, "Planted", b"planted");
    let again = signed_in(&world);
    assert_eq!(unsealed(&world, &again), Some((0, 1)));
    put_in_place(world.server.state.borrow_mut().only(), &honest);
    assert_restores_all(&world, &again);
    assert_eq!(unsealed(&world, &again), None);
}

#[test]
fn an_entry_that_names_another_key_makes_nothing_unreadable_and_the_next_write_corrects_it() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let given_up = unlocked.backup_keys();
    renewed(&world, &unlocked, &old);
    let id = store(&world, &unlocked, "Work", b"new");
    put_lie_in_place(&world, &unlocked, id, given_up.present());
    let again = signed_in(&world);
    assert_eq!(unsealed(&world, &again), None, "the lie is believed at first");
    assert_holds_work(&world, &again, b"work");
    assert_eq!(unsealed(&world, &again), Some((0, 1)));
    store(&world, &again, "Other", b"other");
    assert_eq!(unsealed(&world, &signed_in(&world)), Some((1, 2)));
    seal_again(&world, &signed_in(&world));
    let last = signed_in(&world);
    assert_eq!(unsealed(&world, &last), None);
    assert_holds_work(&world, &last, b"work");
}

/// Another version of a persona, sealed under `key`, in a list that says that it is under the present one.
fn put_lie_in_place(world: &World, unlocked: &Unlocked, id: ObjectId, key: &BackupKey) {
    let (account_id, keys) = (unlocked.account_id(), unlocked.backup_keys());
    let context = ObjectContext {
        account_id,
        object_id: id,
        counter: 7,
    };
    let content = Zeroizing::new(b"work".to_vec());
    let sealing = world.with_rng(|rng| seal_file(key, context, content, rng));
    let sealed = block_on(engine::run(sealing, world.engine(), &|_| {})).unwrap();
    let entry = InventoryEntry::new(InventoryEntryFields {
        id,
        name: "Work".to_owned(),
        media_type: "text/plain".to_owned(),
        counter: 7,
        sealed_len: sealed.len() as u64,
        sealed_sha256: Sha256::digest(&sealed).into(),
        content_len: 4,
        modified_at: 0,
        generation: keys.generation(),
    });
    let inventory = Inventory::new().raised_to(9).with_entry(entry.unwrap()).unwrap();
    let sealing = world.with_rng(|rng| seal_inventory(keys.present(), account_id, &inventory, rng));
    let inventory = block_on(engine::run(sealing, world.engine(), &|_| {})).unwrap();
    let mut state = world.server.state.borrow_mut();
    let account = state.only();
    account.objects.get_mut(&id.to_string()).unwrap().bytes = sealed;
    account.inventory.as_mut().unwrap().1 = inventory;
}

#[test]
fn an_empty_list_is_of_use_after_a_renewal() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let id = store(&world, &unlocked, "Gone", b"gone");
    in_vault(&world, &unlocked, VaultInput::Delete(id));
    renewed(&world, &unlocked, &old);
    let view = seal_again(&world, &unlocked);
    assert_eq!((view.sealing_again, view.done), (None, None));
    store(&world, &signed_in(&world), "First", b"1");
    store(&world, &signed_in(&world), "Second", b"2");
    assert_eq!(unsealed(&world, &signed_in(&world)), None);
}

#[test]
fn an_opened_vault_says_how_much_is_left_and_does_not_begin_by_itself() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let (written, fetched) = (puts(&world), fetches(&world));
    let again = signed_in(&world);
    store(&world, &again, "New", b"new");
    let view = in_vault(&world, &again, VaultInput::Refresh);
    let count = Count {
        done: 1,
        total: PERSONAS + 1,
    };
    assert_eq!((view.sealing_again, view.done), (Some(count), None));
    assert_eq!((puts(&world) - written, fetches(&world)), (1, fetched));
    let report = report(seal_again(&world, &again));
    assert_eq!((report.sealed, report.total), (PERSONAS + 1, PERSONAS + 1));
    // And nothing is fetched for it where nothing is to do, even when it was asked for.
    let fetched = fetches(&world);
    assert_eq!(seal_again(&world, &signed_in(&world)).done, None);
    assert_eq!(fetches(&world), fetched);
}

#[test]
fn what_the_server_has_no_more_is_missing_and_does_not_keep_the_rest_from_its_end() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let objects = &mut state.only().objects;
        let first = objects.keys().next().unwrap().clone();
        objects.remove(&first);
    }
    renewed(&world, &unlocked, &old);
    let view = seal_again(&world, &unlocked);
    assert_eq!(view.sealing_again, None);
    let items = view.listing.clone().unwrap().items;
    let missing = items.iter().filter(|item| item.standing == Standing::Missing);
    assert_eq!(missing.count(), 1);
    let done = SealedAgainReport {
        total: PERSONAS - 1,
        sealed: PERSONAS - 1,
        ..all()
    };
    assert_eq!(report(view), done);
    assert_eq!(unsealed(&world, &signed_in(&world)), None);
}

#[test]
fn what_cannot_be_sealed_again_is_named_and_the_rest_is_done() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let objects = &mut state.only().objects;
        objects.values_mut().next().unwrap().bytes[500] ^= 1;
    }
    renewed(&world, &unlocked, &old);
    let report = report(seal_again(&world, &unlocked));
    assert_eq!((report.total, report.sealed), (PERSONAS, PERSONAS - 1));
    assert_eq!(report.broken_off, None);
    let whys: Vec<_> = report.left.iter().map(|item| item.why.clone()).collect();
    assert_eq!(whys, [NotSealedAgain::Damaged]);
    assert_eq!(
        unsealed(&world, &signed_in(&world)),
        Some((PERSONAS - 1, PERSONAS))
    );
}

#[test]
fn a_server_that_says_written_and_keeps_what_was_there_is_not_told_that_it_is_done() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let before = snapshot(&world);
    let mut lists = 0;
    world.server.before(move |request, state| {
        // The second time that the list is asked for, everything is as it was before.
        if request.method == Method::Get && request.path == OBJECTS {
            lists += 1;
            if lists == 2 {
                put_in_place(state.only(), &before);
            }
        }
    });
    let report = report(seal_again(&world, &unlocked));
    let foreign = Problem::from(ServerFault::Foreign).at_least(Effect::Open);
    assert_eq!(report.broken_off, Some(foreign));
    world.server.behave();
    assert_restores_all(&world, &signed_in(&world));
    assert_eq!(unsealed(&world, &signed_in(&world)), Some((0, PERSONAS)));
}

#[test]
fn what_another_device_writes_in_between_is_not_overwritten_by_what_was_there_before() {
    // Between the list and an object, or between an object and its write.
    for method in [Method::Get, Method::Put] {
        let world = World::new();
        let (unlocked, old) = sign_up(&world);
        let id = store(&world, &unlocked, "Work", b"old");
        renewed(&world, &unlocked, &old);
        let before = snapshot(&world);
        let replaced = VaultInput::Replace {
            id,
            file: file("Work", b"new"),
        };
        in_vault(&world, &signed_in(&world), replaced);
        let theirs = snapshot(&world);
        put_in_place(world.server.state.borrow_mut().only(), &before);
        let mut left = Some(theirs);
        world.server.before(move |request, state| {
            if request.method == method
                && request.path == paths::object(&id)
                && let Some(theirs) = left.take()
            {
                put_in_place(state.only(), &theirs);
            }
        });
        let report = report(seal_again(&world, &unlocked));
        world.server.behave();
        assert_eq!((report.total, report.sealed, report.broken_off), (1, 1, None));
        assert_eq!(report.left, [], "what is there now is sealed again");
        assert_holds_work(&world, &unlocked, b"new");
        assert_holds_work(&world, &signed_in(&world), b"new");
    }
}

fn assert_holds_work(world: &World, unlocked: &Rc<Unlocked>, content: &[u8]) {
    let restored = in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done;
    let Some(VaultDone::Restored { report, files }) = restored else {
        panic!("{restored:?}")
    };
    assert!(report.is_complete());
    let work = files.iter().find(|file| file.name == "Work").unwrap();
    assert_eq!(content_of(work), content);
}

#[test]
fn a_conflict_is_read_again_and_the_newer_content_stays() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let mut left = 1;
    world.server.before(move |request, state| {
        if request.method == Method::Put && request.path.starts_with(OBJECTS) && left > 0 {
            left -= 1;
            let inventory = state.only().inventory.as_mut().unwrap();
            inventory.0 += 1000;
        }
    });
    assert_eq!(report(seal_again(&world, &unlocked)), all());
    world.server.behave();
    assert_restores_all(&world, &signed_in(&world));
}
