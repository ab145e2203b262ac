//! "12 of 12" is true: each thing that a server can do to a backup is named in the result.

mod answers;
mod inventory;
mod lengths;
mod objects;

use std::rc::Rc;

use keyhaven_protocol::persona::ObjectId;

use super::{
    super::vault::{FileVersion, RestoredFile, Selection, VaultDone, VaultInput},
    page::{in_vault, sign_up, store},
    server::{FakeObject, State},
    world::World,
};
use crate::persona::{Finding, RestoreReport, Unlocked};

/// An account with twelve personas, `Persona 00` to `Persona 11`.
fn twelve(world: &World) -> (Rc<Unlocked>, Vec<ObjectId>) {
    let (unlocked, _) = sign_up(world);
    let ids = (0..12)
        .map(|n| {
            store(
                world,
                &unlocked,
                &format!("Persona {n:02}"),
                format!("keys {n}").as_bytes(),
            )
        })
        .collect();
    (unlocked, ids)
}

fn restore(world: &World, unlocked: &Rc<Unlocked>) -> (RestoreReport, Vec<RestoredFile>) {
    match in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done {
        Some(VaultDone::Restored { report, files }) => (report, files),
        other => panic!("not restored: {other:?}"),
    }
}

/// Restores after the server did `harm`, expects eleven of twelve, and gives what is said of `Persona 03`.
fn finding_after(harm: impl FnOnce(&mut State, &[ObjectId])) -> Finding {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    harm(&mut world.server.state.borrow_mut(), &ids);
    let (report, files) = restore(&world, &unlocked);
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (11, 12, false)
    );
    assert_eq!(
        files
            .iter()
            .filter(|file| file.version == FileVersion::Current)
            .count(),
        11
    );
    let item = report
        .items
        .iter()
        .find(|item| item.name == "Persona 03")
        .unwrap();
    item.finding.clone()
}

fn object<'state>(state: &'state mut State, id: &ObjectId) -> &'state mut FakeObject {
    state.only().objects.get_mut(&id.to_string()).unwrap()
}
