//! A new recovery code that was sent, and nothing was heard of it: either code may be the one that opens.

use keyhaven_protocol::{error::ErrorCode, persona::paths};

use super::check;
use crate::{
    persona::{
        SessionOver, ShownCode,
        flows::{
            settings::{CodeCheck, CodeStanding, Settings, SettingsDone, SettingsInput, SettingsView},
            tests::{
                access::record,
                page::{Reply, groups_of, play, sign_up, text},
                server::Fault,
                world::World,
            },
        },
    },
    problem::Effect,
    transport::Method,
};

const OPENS: SettingsDone = SettingsDone::CodeChecked(CodeCheck::Opens);

/// What was seen from the first failure on.
struct Left {
    end: Option<SessionOver>,
    views: Vec<SettingsView>,
    new: ShownCode,
    before: ShownCode,
    world: World,
}

/// Confirms a new code whose write meets `fault`; then goes back, by way of the code where `around`, while
/// `during_look` is what the server does.
fn leave(fault: Fault, around: Around, during_look: impl Fn(&World)) -> Left {
    let world = World::new();
    let (unlocked, before) = sign_up(&world);
    let (mut begun, mut sent, mut looked, mut new) = (false, false, false, None);
    let (end, mut views) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { .. } if !begun => {
            begun = true;
            Reply::Send(SettingsInput::NewCode)
        }
        SettingsView::Ready { .. } => Reply::Leave,
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } if !sent => {
            new = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode {
            groups,
            problem: None,
            ..
        } => {
            sent = true;
            world.server.fail_once(Method::Put, paths::KEYS, fault);
            Reply::Send(SettingsInput::ConfirmGroups(groups_of(
                new.as_ref().unwrap(),
                *groups,
            )))
        }
        SettingsView::ConfirmCode { .. } if looked => Reply::Leave,
        SettingsView::ConfirmCode { .. } if around == Around::ByTheCode && !looked => {
            Reply::Send(SettingsInput::ShowCodeAgain)
        }
        SettingsView::ConfirmCode { .. } | SettingsView::ShowCode { .. } => {
            looked = true;
            world.server.behave();
            during_look(&world);
            Reply::Send(SettingsInput::Back)
        }
    });
    let failed = views
        .iter()
        .position(|view| matches!(view, SettingsView::ConfirmCode { problem: Some(_), .. }));
    let views = failed.map_or_else(Vec::new, |at| views.split_off(at));
    Left {
        end,
        views,
        new: new.unwrap(),
        before,
        world,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    Straight,
    ByTheCode,
}

fn done(left: &Left) -> Option<SettingsDone> {
    match left.views.last() {
        Some(SettingsView::Ready { done, .. }) => done.clone(),
        other => panic!("{other:?}"),
    }
}

fn opens(left: &Left, code: &ShownCode) -> bool {
    left.world.server.behave();
    let unlocked = super::sign_in(&left.world, "correct horse").unlocked.unwrap();
    check(&left.world, &unlocked, &text(code)) == Some(OPENS)
}

#[test]
fn a_code_that_arrived_without_an_answer_is_found_to_be_in_force_by_going_back() {
    for around in [Around::Straight, Around::ByTheCode] {
        let left = leave(Fault::CutAfter, around, |_| {});
        assert_eq!(done(&left), Some(SettingsDone::CodeReplaced), "{around:?}");
        assert!(opens(&left, &left.new) && !opens(&left, &left.before));
    }
}

#[test]
fn a_code_that_never_arrived_is_found_not_to_be_in_force_and_cannot_arrive_any_more() {
    let left = leave(Fault::CutBefore, Around::ByTheCode, |_| {});
    assert_eq!(done(&left), Some(SettingsDone::CodeKept));
    assert!(opens(&left, &left.before) && !opens(&left, &left.new));
    let version = left
        .world
        .server
        .state
        .borrow_mut()
        .only()
        .record
        .as_ref()
        .unwrap()
        .version;
    assert!(version > 1, "what is on its way yet names a version that is gone");
}

#[test]
fn another_device_that_writes_during_the_look_does_not_keep_it_from_being_settled() {
    let left = leave(Fault::CutBefore, Around::Straight, |world| {
        let mut left = Some(());
        world.server.before(move |request, state| {
            if request.method == Method::Put && left.take().is_some() {
                record(state).version += 1;
            }
        });
    });
    assert_eq!(done(&left), Some(SettingsDone::CodeKept));
    assert!(opens(&left, &left.before) && !opens(&left, &left.new));
}

#[test]
fn without_an_answer_both_codes_have_to_be_kept_and_the_page_stays() {
    for fault in [Fault::CutAfter, Fault::CutBefore] {
        let left = leave(fault, Around::ByTheCode, |world| {
            world.server.on_request(|_| Some(Fault::Answer(ErrorCode::Busy)));
        });
        let Some(SettingsView::ConfirmCode {
            standing: CodeStanding::Open,
            problem: Some(problem),
            ..
        }) = left.views.last()
        else {
            panic!("{:?}", left.views.last())
        };
        assert_eq!(problem.effect, Effect::Open);
        assert!(
            left.views
                .iter()
                .all(|view| !matches!(view, SettingsView::Ready { .. }))
        );
    }
}

#[test]
fn the_code_that_is_shown_again_is_marked_as_sent() {
    let left = leave(Fault::CutAfter, Around::ByTheCode, |_| {});
    assert!(left.views.iter().any(|view| matches!(
        view,
        SettingsView::ShowCode {
            standing: CodeStanding::Open,
            ..
        }
    )));
}

#[test]
fn a_session_that_ends_before_it_was_seen_says_that_there_are_two_codes() {
    let left = leave(Fault::CutAfter, Around::Straight, |world| {
        world.server.state.borrow_mut().sessions.clear()
    });
    assert_eq!(left.end, Some(SessionOver::EndedWithTwoCodes));
    let left = leave(Fault::Answer(ErrorCode::Unauthorized), Around::Straight, |_| {});
    assert_eq!(left.end, Some(SessionOver::EndedWithTwoCodes));
}
