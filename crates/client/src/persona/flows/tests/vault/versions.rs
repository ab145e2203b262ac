//! Earlier versions: listed, opened and checked, and stored as the newest.

use std::rc::Rc;

use keyhaven_protocol::{error::ErrorCode, persona::ObjectId};

use crate::{
    persona::{
        Damage, Unlocked,
        flows::{
            tests::{
                page::{file, in_vault, sign_up, store},
                server::Fault,
                world::{World, content_of},
            },
            vault::{Selection, VaultDone, VaultInput, Version, VersionStanding},
        },
    },
    problem::{ProblemKind, RetryReason},
    transport::Method,
};

fn replace(world: &World, unlocked: &Rc<Unlocked>, id: ObjectId, content: &[u8]) {
    let file = file("Work", content);
    let done = in_vault(world, unlocked, VaultInput::Replace { id, file }).done;
    assert!(matches!(done, Some(VaultDone::Stored { .. })), "{done:?}");
}

fn versions(world: &World, unlocked: &Rc<Unlocked>, id: ObjectId) -> Vec<Version> {
    match in_vault(world, unlocked, VaultInput::ListVersions(id)).done {
        Some(VaultDone::Versions { versions, name, .. }) => {
            assert_eq!(name, "Work");
            versions
        }
        other => panic!("no versions: {other:?}"),
    }
}

fn content(world: &World, unlocked: &Rc<Unlocked>) -> Vec<u8> {
    match in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done {
        Some(VaultDone::Restored { report, files }) if report.is_complete() => content_of(&files[0]).to_vec(),
        other => panic!("not restored: {other:?}"),
    }
}

#[test]
fn an_earlier_version_becomes_the_newest_and_the_others_stay() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    replace(&world, &unlocked, id, b"second");
    let listed = versions(&world, &unlocked, id);
    let standings: Vec<_> = listed
        .iter()
        .map(|version| {
            (
                version.number,
                matches!(version.content, VersionStanding::Present { .. }),
            )
        })
        .collect();
    assert_eq!(standings, [(2, true), (1, false)]);
    let done = in_vault(&world, &unlocked, VaultInput::RestoreVersion { id, number: 1 }).done;
    assert!(matches!(done, Some(VaultDone::VersionRestored { name, .. }) if name == "Work"));
    assert_eq!(content(&world, &unlocked), b"first");
    assert_eq!(versions(&world, &unlocked, id).len(), 3);
}

#[test]
fn a_version_that_was_altered_is_refused_and_nothing_changes() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    replace(&world, &unlocked, id, b"second");
    let middle = world.server.state.borrow_mut().only().versions[0].1.len() / 2;
    world.server.state.borrow_mut().only().versions[0].1[middle] ^= 1;
    let done = in_vault(&world, &unlocked, VaultInput::RestoreVersion { id, number: 1 }).done;
    assert_eq!(
        done,
        Some(VaultDone::VersionDamaged {
            name: "Work".to_owned(),
            damage: Damage::NotAuthentic
        })
    );
    assert_eq!(content(&world, &unlocked), b"second");
}

#[test]
fn a_version_of_another_persona_is_refused() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    store(&world, &unlocked, "Other", b"other");
    {
        let mut server = world.server.state.borrow_mut();
        let account = server.only();
        account.versions[0].1 = account.versions[1].1.clone();
    }
    let done = in_vault(&world, &unlocked, VaultInput::RestoreVersion { id, number: 1 }).done;
    assert!(matches!(
        done,
        Some(VaultDone::VersionDamaged {
            damage: Damage::OtherObject,
            ..
        })
    ));
}

#[test]
fn what_is_no_longer_kept_is_said_to_be_gone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    for input in [
        VaultInput::RestoreVersion { id, number: 9 },
        VaultInput::ListVersions(ObjectId::from_bytes([9; 16])),
    ] {
        let Some(VaultDone::Failed(problem)) = in_vault(&world, &unlocked, input).done else {
            panic!("not gone")
        };
        assert_eq!(problem.kind, ProblemKind::Gone);
    }
}

#[test]
fn a_persona_without_versions_is_gone_and_a_busy_server_is_busy() {
    let busy = RetryReason::Busy { after: None };
    for (refusal, expected) in [
        (ErrorCode::NoSuchItem, ProblemKind::Gone),
        (ErrorCode::Busy, ProblemKind::Retry(busy)),
    ] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        let id = store(&world, &unlocked, "Work", b"first");
        let refused = Fault::Answer(refusal);
        world
            .server
            .fail_once(Method::Get, "/persona/v1/objects/", refused);
        let done = in_vault(&world, &unlocked, VaultInput::ListVersions(id)).done;
        let Some(VaultDone::Failed(problem)) = done else {
            panic!("{done:?}")
        };
        assert_eq!(problem.kind, expected);
    }
}
