//! A device that cannot go on in the middle of something: that is what is told, and nothing and nobody else is blamed.

use core::cell::Cell;
use std::rc::Rc;

use keyhaven_core::job::JobError;

use super::deeds::{DEEDS, perform};
use crate::{
    persona::{
        Finding, TypedText,
        flows::{
            access::AccessView,
            settings::{SettingsDone, SettingsInput, SettingsView},
            tests::{
                page::{in_settings, in_vault_all, sign_in, sign_up, store, text},
                world::World,
            },
            vault::{Selection, VaultDone, VaultInput},
        },
    },
    problem::{Problem, ProblemKind},
};

/// Makes the job with this number fail, the first being 1. Answers how many were asked for.
fn fail_job(world: &World, number: usize) -> Rc<Cell<usize>> {
    let asked = Rc::new(Cell::new(0));
    let counted = Rc::clone(&asked);
    world.engine.fail(move |_| {
        counted.set(counted.get() + 1);
        counted.get() == number
    });
    asked
}

/// Does the same in one world after the other, in each of which another job fails, until none is left to fail.
fn at_every_job(mut act: impl FnMut(&dyn Fn(&World)) -> Option<Problem>) {
    for number in 1.. {
        let asked = Cell::new(None);
        let told = act(&|world| asked.set(Some(fail_job(world, number))));
        if asked.take().expect("it was armed").get() < number {
            assert!(number > 1, "it asks for no job");
            assert_eq!(told, None, "nothing failed");
            return;
        }
        let failed = ProblemKind::Device(JobError::OutOfMemory);
        assert_eq!(told.map(|problem| problem.kind), Some(failed), "job {number}");
    }
}

#[test]
fn whatever_writes_says_that_the_device_failed_at_whichever_step_it_does() {
    for &deed in DEEDS {
        for number in 1.. {
            let world = World::new();
            let mut asked = None;
            let told = perform(deed, &world, || asked = Some(fail_job(&world, number)));
            if asked.expect("it was armed").get() < number {
                break;
            }
            let failed = ProblemKind::Device(JobError::OutOfMemory);
            assert_eq!(
                told.map(|problem| problem.kind),
                Some(failed),
                "{deed:?}, job {number}"
            );
        }
    }
}

#[test]
fn signing_in_blames_a_device_that_fails_and_not_the_password() {
    at_every_job(|arm| {
        let world = World::new();
        sign_up(&world);
        arm(&world);
        let got = sign_in(&world, "correct horse");
        match got.views.last() {
            Some(AccessView::Form { problem, .. }) => problem.clone(),
            Some(AccessView::Locked { .. }) => panic!("the backup is called locked"),
            _ => None,
        }
    });
}

#[test]
fn a_check_of_the_code_blames_a_device_that_fails_and_not_the_code() {
    at_every_job(|arm| {
        let world = World::new();
        let (unlocked, code) = sign_up(&world);
        arm(&world);
        let typed = SettingsInput::CheckCode(TypedText::new(text(&code)));
        match in_settings(&world, &unlocked, typed) {
            SettingsView::Ready {
                done: Some(SettingsDone::Failed(problem)),
                ..
            } => Some(problem),
            _ => None,
        }
    });
}

#[test]
fn a_restore_blames_a_device_that_fails_and_not_what_is_stored() {
    at_every_job(|arm| {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        store(&world, &unlocked, "Work", b"keys");
        arm(&world);
        let restoring = VaultInput::Restore(Selection::All);
        let views = in_vault_all(&world, &unlocked, None, vec![restoring]);
        views.into_iter().find_map(|view| match view.done? {
            VaultDone::Failed(problem) => Some(problem),
            VaultDone::Restored { report, .. } => match &report.items[0].finding {
                Finding::NotFetched(problem) => Some(problem.clone()),
                Finding::Restored { .. } => None,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
    });
}

#[test]
fn a_look_for_an_earlier_list_blames_a_device_that_fails_and_not_the_lists() {
    at_every_job(|arm| {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        store(&world, &unlocked, "Work", b"keys");
        store(&world, &unlocked, "More", b"keys");
        world.server.state.borrow_mut().only().sealed_inventory()[1_000] ^= 1;
        arm(&world);
        let views = in_vault_all(&world, &unlocked, None, vec![VaultInput::FindEarlierList]);
        views.into_iter().find_map(|view| match view.done? {
            VaultDone::Failed(problem) => Some(problem),
            VaultDone::EarlierList(found) => {
                assert!(found.is_some());
                None
            }
            other => panic!("{other:?}"),
        })
    });
}
