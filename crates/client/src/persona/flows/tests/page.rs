//! A page without a screen: runs a flow through the real driver and answers each state by a script.

use core::{
    cell::RefCell,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::rc::Rc;

use keyhaven_core::password::Password;
use keyhaven_protocol::address::Address;

use super::{
    super::{
        access::{Access, AccessEnd, AccessInput, AccessView, Entrance},
        settings::{Settings, SettingsInput, SettingsView},
        vault::{Activity, NewFile, Vault, VaultDone, VaultInput, VaultView},
    },
    world::World,
};
use crate::{
    driver::{Flow, drive, inbox},
    persona::{GroupNumber, InventoryMark, Remembered, ShownCode, TypedText, Unlocked},
};

/// What the person does about a view.
pub(super) enum Reply<I> {
    Send(I),
    /// Work is being done.
    Wait,
    /// Stops the work.
    Cancel,
    /// Goes away.
    Leave,
}

/// Runs `flow` until it ends or the person goes away. Answers the end, and every view in order.
pub(super) fn play<F: Flow>(
    flow: F,
    world: &World,
    mut script: impl FnMut(&F::View) -> Reply<F::Input>,
) -> (Option<F::End>, Vec<F::View>) {
    let (remote, inbox) = inbox();
    let remote = RefCell::new(Some(remote));
    let views = RefCell::new(Vec::new());
    let show = |view: F::View| {
        let reply = script(&view);
        views.borrow_mut().push(view);
        let mut remote = remote.borrow_mut();
        match (reply, remote.as_ref()) {
            (Reply::Send(input), Some(open)) => open.send(input),
            (Reply::Cancel, Some(open)) => open.cancel(),
            (Reply::Wait, _) | (_, None) => {}
            (Reply::Leave, Some(_)) => *remote = None,
        }
    };
    let end = block_on(drive(flow, world, inbox, show));
    (end, views.into_inner())
}

/// Nothing in these tests waits for anything but the script.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the script left the flow waiting");
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn ada() -> Address {
    address("ada@example.org")
}

pub(super) fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

/// The two groups of a code that was written down.
pub(super) fn groups_of(code: &ShownCode, asked: [GroupNumber; 2]) -> [TypedText; 2] {
    let groups = code.code().to_groups();
    asked.map(|number| TypedText::new(groups[number.0 - 1].to_uppercase()))
}

/// Runs the flow of getting in as [`get_in_with`] does, with somebody who does nothing of their own.
pub(super) fn get_in(world: &World, first: AccessInput) -> GotIn {
    get_in_with(world, first, |_| None)
}

/// Runs the flow of getting in. `first` fills in the form. The person writes the code down, confirms it, and goes away
/// where nothing else can be done; where `own` has a reply, that is given instead.
pub(super) fn get_in_with(
    world: &World,
    first: AccessInput,
    mut own: impl FnMut(&AccessView) -> Option<Reply<AccessInput>>,
) -> GotIn {
    let entrance = match first {
        AccessInput::SignUp { .. } => Entrance::SignUp,
        AccessInput::PutPasswordBack { .. } => Entrance::OldPassword,
        AccessInput::Recover { .. } => Entrance::RecoveryCode,
        _ => Entrance::SignIn,
    };
    let mut first = Some(first);
    let mut code = None;
    let (end, views) = play(Access::new(entrance), world, |view| {
        if let AccessView::ShowCode { code: shown, .. } = view {
            code = Some(shown.clone());
        }
        if let Some(reply) = own(view) {
            return reply;
        }
        match view {
            AccessView::Form { .. } | AccessView::Recover { .. } => {
                first.take().map_or(Reply::Leave, Reply::Send)
            }
            AccessView::Working { .. } => Reply::Wait,
            AccessView::ShowCode { .. } => Reply::Send(AccessInput::CodeSaved),
            AccessView::ConfirmCode {
                groups,
                problem: None,
                wrong,
            } if wrong.is_empty() => Reply::Send(AccessInput::ConfirmGroups(groups_of(
                code.as_ref().unwrap(),
                *groups,
            ))),
            _ => Reply::Leave,
        }
    });
    let left_locked = matches!(end, Some(AccessEnd::LeftLocked));
    let unlocked = match end {
        Some(AccessEnd::Unlocked(unlocked)) => Some(unlocked),
        _ => None,
    };
    GotIn {
        unlocked,
        left_locked,
        code,
        views,
    }
}

/// What came of getting in.
pub(super) struct GotIn {
    pub(super) unlocked: Option<Rc<Unlocked>>,
    /// The flow ended with the backup locked, as the person wanted.
    pub(super) left_locked: bool,
    /// The last one that was shown.
    pub(super) code: Option<ShownCode>,
    pub(super) views: Vec<AccessView>,
}

pub(super) fn signing_up(typed: &str) -> AccessInput {
    AccessInput::SignUp {
        address: ada(),
        password: password(typed),
    }
}

pub(super) fn signing_in(typed: &str) -> AccessInput {
    AccessInput::SignIn {
        address: ada(),
        password: password(typed),
    }
}

pub(super) fn putting_back(typed: &str) -> AccessInput {
    AccessInput::PutPasswordBack {
        address: ada(),
        password: password(typed),
    }
}

pub(super) fn recovering(code: &str, typed: &str) -> AccessInput {
    AccessInput::Recover {
        address: ada(),
        code: TypedText::new(code.to_owned()),
        password: password(typed),
    }
}

pub(super) fn text(code: &ShownCode) -> String {
    code.code().to_text().to_string()
}

pub(super) fn sign_up(world: &World) -> (Rc<Unlocked>, ShownCode) {
    let got = get_in(world, signing_up("correct horse"));
    (
        got.unlocked.expect("the sign-up ended unlocked"),
        got.code.unwrap(),
    )
}

pub(super) fn sign_in(world: &World, typed: &str) -> GotIn {
    get_in(world, signing_in(typed))
}

/// Does one thing in a vault that was just opened, and gives the view that answers it.
pub(super) fn in_vault(world: &World, unlocked: &Rc<Unlocked>, input: VaultInput) -> VaultView {
    in_vault_all(world, unlocked, None, vec![input]).pop().unwrap()
}

/// Does several things, one after the other, and gives the idle view after the opening and after each.
pub(super) fn in_vault_all(
    world: &World,
    unlocked: &Rc<Unlocked>,
    remembered: Option<Remembered>,
    inputs: Vec<VaultInput>,
) -> Vec<VaultView> {
    let mut inputs = inputs.into_iter();
    let vault = Vault::new(Rc::clone(unlocked), remembered);
    let (_, views) = play(vault, world, |view| match view.activity {
        Activity::Working { .. } => Reply::Wait,
        Activity::Idle => inputs.next().map_or(Reply::Leave, Reply::Send),
    });
    views
        .into_iter()
        .filter(|view| view.activity == Activity::Idle)
        .collect()
}

pub(super) fn in_settings(world: &World, unlocked: &Rc<Unlocked>, input: SettingsInput) -> SettingsView {
    let mut input = Some(input);
    let mut shown = None;
    let (_, mut views) = play(Settings::new(Rc::clone(unlocked)), world, |view| match view {
        SettingsView::Ready { .. } => input.take().map_or(Reply::Leave, Reply::Send),
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } => {
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode {
            groups,
            problem: None,
            ..
        } => Reply::Send(SettingsInput::ConfirmGroups(groups_of(
            shown.as_ref().unwrap(),
            *groups,
        ))),
        SettingsView::ConfirmCode { .. } => Reply::Leave,
    });
    views.pop().unwrap()
}

/// An inventory that some device has seen.
pub(super) fn some_inventory(counter: u64) -> InventoryMark {
    InventoryMark { counter, hash: 1 }
}

pub(super) fn file(name: &str, content: &[u8]) -> NewFile {
    NewFile {
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
        content: zeroize::Zeroizing::new(content.to_vec()),
    }
}

/// Stores a file and gives its id.
pub(super) fn store(
    world: &World,
    unlocked: &Rc<Unlocked>,
    name: &str,
    content: &[u8],
) -> keyhaven_protocol::persona::ObjectId {
    match in_vault(world, unlocked, VaultInput::Store(file(name, content))).done {
        Some(VaultDone::Stored { id, .. }) => id,
        other => panic!("not stored: {other:?}"),
    }
}
