//! What a server can do to an object.

use keyhaven_core::object::file::{self as sealed_file, FileWriter};
use keyhaven_protocol::persona::ObjectId;

use super::{finding_after, object, restore, twelve};
use crate::{
    persona::{
        Damage, Finding, Standing,
        flows::{
            tests::{
                page::{file, in_vault, sign_in, sign_up, store},
                server::FakeObject,
                world::{World, content_of},
            },
            vault::{FileVersion, Selection, VaultDone, VaultInput},
        },
    },
    problem::ProblemKind,
    transport::Method,
};

#[test]
fn twelve_of_twelve_when_nothing_is_wrong() {
    let world = World::new();
    let (unlocked, _) = twelve(&world);
    let (report, files) = restore(&world, &unlocked);
    assert_eq!(
        (
            report.restored(),
            report.expected(),
            report.is_complete(),
            files.len()
        ),
        (12, 12, true, 12)
    );
}

#[test]
fn a_server_that_omits_one_is_caught() {
    let finding = finding_after(|state, ids| drop(state.only().objects.remove(&ids[3].to_string())));
    assert_eq!(finding, Finding::Missing);
}

#[test]
fn a_server_that_truncates_one_is_caught() {
    for cut in [1, 100, 4_000] {
        let finding = finding_after(|state, ids| {
            let object = object(state, &ids[3]);
            object.bytes.truncate(object.bytes.len() - cut);
        });
        assert_eq!(finding, Finding::Damaged(Damage::Truncated), "{cut} bytes short");
    }
}

#[test]
fn a_server_that_swaps_two_is_caught() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let (one, other) = (
            object(&mut state, &ids[3]).clone(),
            object(&mut state, &ids[7]).clone(),
        );
        *object(&mut state, &ids[3]) = other;
        *object(&mut state, &ids[7]) = one;
    }
    let (report, _) = restore(&world, &unlocked);
    assert_eq!(report.restored(), 10);
    for name in ["Persona 03", "Persona 07"] {
        let item = report.items.iter().find(|item| item.name == name).unwrap();
        assert_eq!(item.finding, Finding::Damaged(Damage::OtherObject), "{name}");
    }
}

#[test]
fn a_server_that_flips_a_bit_is_caught() {
    let finding = finding_after(|state, ids| object(state, &ids[3]).bytes[1_000] ^= 1);
    assert_eq!(finding, Finding::Damaged(Damage::NotAuthentic));
}

#[test]
fn a_server_that_stores_something_else_is_caught() {
    let finding = finding_after(|state, ids| object(state, &ids[3]).bytes = b"PK not a sealed file".to_vec());
    assert_eq!(finding, Finding::Damaged(Damage::NotSealed));
}

#[test]
fn an_object_of_a_newer_version_is_called_newer_and_not_damaged() {
    /// The file of the same object with this byte of its header one higher.
    fn with_header(bytes: &mut Vec<u8>, position: usize) {
        let mut sealed = sealed_file::parse(bytes).unwrap().to_vec();
        sealed[position] += 1;
        bytes.clear();
        let mut writer = FileWriter::new(sealed.len() as u64, bytes);
        writer.note(&sealed);
        bytes.extend_from_slice(&sealed);
        writer.finish(bytes).unwrap();
    }
    let newer: [fn(&mut Vec<u8>); 3] = [
        // The version of the object, and its suite.
        |bytes| with_header(bytes, 8),
        |bytes| with_header(bytes, 9),
        // The version of the file around it.
        |bytes| {
            let text = br#""version":"#;
            let at = bytes.windows(text.len()).position(|found| found == text);
            bytes[at.unwrap() + text.len()] += 1;
        },
    ];
    for (number, make) in newer.into_iter().enumerate() {
        let finding = finding_after(|state, ids| make(&mut object(state, &ids[3]).bytes));
        assert_eq!(finding, Finding::Damaged(Damage::NewerFormat), "{number}");
    }
}

#[test]
fn a_server_that_serves_an_older_version_is_caught_and_it_is_marked() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    in_vault(
        &world,
        &unlocked,
        VaultInput::Replace {
            id,
            file: file("Work", b"second"),
        },
    );
    {
        let mut state = world.server.state.borrow_mut();
        let first = state.only().versions[0].1.clone();
        object(&mut state, &id).bytes = first;
    }
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    assert_eq!(view.listing.unwrap().items[0].standing, Standing::Differs);
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        report.items[0].finding,
        Finding::Stale {
            found: 1,
            expected: 2
        }
    );
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (0, 1, false)
    );
    assert_eq!(
        (files[0].version, content_of(&files[0])),
        (FileVersion::Older, &b"first"[..])
    );
}

#[test]
fn a_server_that_forks_the_history_is_caught_by_the_hash_or_the_length() {
    assert_eq!(finding_after_fork(b"other"), Finding::Damaged(Damage::Hash));
    let finding = finding_after_fork(&[7; 10_000]);
    assert!(
        matches!(finding, Finding::Damaged(Damage::Length { found, expected }) if found > expected),
        "{finding:?}"
    );
}

/// After going back, the device writes the same counter a second time: now there are two authentic versions 2. What is
/// said when the server delivers the first of them, which held `forked`.
fn finding_after_fork(forked: &[u8]) -> Finding {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    // Another sitting each time, on a device that remembers nothing.
    let replace = |content: &[u8]| {
        let unlocked = sign_in(&world, "correct horse").unlocked.unwrap();
        let file = file("Work", content);
        in_vault(&world, &unlocked, VaultInput::Replace { id, file });
    };
    let then = world.server.state.borrow_mut().only().contents();
    replace(forked);
    world.server.state.borrow_mut().only().show(then);
    replace(b"mine!");
    {
        let mut state = world.server.state.borrow_mut();
        let other_branch = state.only().versions[1].1.clone();
        object(&mut state, &id).bytes = other_branch;
    }
    let (report, files) = restore(&world, &unlocked);
    assert_eq!((report.restored(), files.len()), (0, 0));
    report.items[0].finding.clone()
}

#[test]
fn an_object_that_no_inventory_names_is_extra_and_not_counted() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    {
        // The inventory of before the twelfth was stored.
        let mut state = world.server.state.borrow_mut();
        let older = state.only().inventories[10].clone();
        state.only().inventory.as_mut().unwrap().1 = older;
        let foreign = FakeObject {
            bytes: b"anything".to_vec(),
            version: 1,
        };
        state
            .only()
            .objects
            .insert("someone's zip".to_owned(), foreign.clone());
        state
            .only()
            .objects
            .insert(ObjectId::from_bytes([5; 16]).to_string(), foreign);
    }
    let (report, files) = restore(&world, &unlocked);
    assert_eq!((report.restored(), report.expected(), files.len()), (11, 11, 12));
    let of = |id: &str| {
        report
            .items
            .iter()
            .find(|item| item.id.as_str() == id)
            .unwrap()
            .finding
            .clone()
    };
    assert_eq!(of(&ids[11].to_string()), Finding::Extra { content_bytes: 7 });
    for file in &files {
        let listed = if file.id == ids[11].into() {
            FileVersion::Unlisted
        } else {
            FileVersion::Current
        };
        assert_eq!(file.version, listed, "what is saved says so in its name");
    }
    assert_eq!(of("someone's zip"), Finding::UnnamedUnreadable(Damage::NotSealed));
    assert_eq!(
        of(&ObjectId::from_bytes([5; 16]).to_string()),
        Finding::UnnamedUnreadable(Damage::NotSealed)
    );
}

#[test]
fn what_the_inventory_does_not_name_can_be_deleted_and_the_others_stay() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    let stranger = ObjectId::from_bytes([9; 16]);
    {
        // As somebody with a reset mail adds it: listed, and in no inventory.
        let mut state = world.server.state.borrow_mut();
        let bytes = object(&mut state, &ids[0]).bytes.clone();
        let added = FakeObject { bytes, version: 1 };
        state.only().objects.insert(stranger.to_string(), added);
    }
    let view = in_vault(&world, &unlocked, VaultInput::Delete(stranger));
    let name = stranger.to_string();
    assert_eq!(view.done, Some(VaultDone::DeletedUnnamed { name }));
    assert_eq!(view.listing.unwrap().items.len(), 12);
    let (report, _) = restore(&world, &unlocked);
    assert_eq!((report.restored(), report.is_complete()), (12, true));
}

#[test]
fn what_the_inventory_does_not_name_can_be_deleted_where_it_is_all_there_is() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    in_vault(&world, &unlocked, VaultInput::Delete(id));
    let (bytes, version) = (b"anything".to_vec(), 1);
    let stranger = ObjectId::from_bytes([9; 16]);
    world
        .server
        .state
        .borrow_mut()
        .only()
        .objects
        .insert(stranger.to_string(), FakeObject { bytes, version });
    let sent = world.server.requests(Method::Post, "/persona/v1/objects");
    let neither_named_nor_listed = VaultInput::Delete(ObjectId::from_bytes([8; 16]));
    let done = in_vault(&world, &unlocked, neither_named_nor_listed).done;
    assert_eq!(done, Some(VaultDone::Failed(ProblemKind::Gone.into())));
    assert_eq!(world.server.requests(Method::Post, "/persona/v1/objects"), sent);
    let name = stranger.to_string();
    let done = in_vault(&world, &unlocked, VaultInput::Delete(stranger)).done;
    assert_eq!(done, Some(VaultDone::DeletedUnnamed { name }));
}

#[test]
fn without_an_inventory_nothing_is_deleted_by_its_id() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    world.server.state.borrow_mut().only().inventory = None;
    let unlocked = {
        drop(unlocked);
        sign_in(&world, "correct horse").unlocked.unwrap()
    };
    let view = in_vault(&world, &unlocked, VaultInput::Delete(ids[0]));
    assert_eq!(view.done, Some(VaultDone::Failed(ProblemKind::Gone.into())));
}
