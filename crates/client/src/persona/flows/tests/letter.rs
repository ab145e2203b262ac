//! What a click on the page behind a mailed link does, and that nothing happens before.

use keyhaven_protocol::{
    error::ErrorCode,
    persona::{AccountState, LinkCode, LinkKind},
};

use super::{
    super::letter::{EarlierClick, Letter, LetterAct, LetterDone, LetterInput, LetterPage, LetterView},
    page::{Reply, play, sign_up},
    server::Fault,
    world::World,
};
use crate::{
    problem::{ProblemKind, RetryReason},
    transport::Method,
};

/// Mails a code of this kind to Ada.
pub(super) fn mail(world: &World, kind: LinkKind) -> String {
    let code = LinkCode::new(kind, [7; 32]).expose_text();
    let mut state = world.server.state.borrow_mut();
    state.letters.insert(code.clone(), "ada@example.org".to_owned());
    code
}

/// Opens a link and clicks as often as the page asks.
pub(super) fn click(world: &World, page: LetterPage, code: &str, clicks: usize) -> Vec<LetterView> {
    let mut left = clicks;
    let (_, views) = play(Letter::open(page, code), world, |view| match view {
        LetterView::Ask { .. } if left > 0 => {
            left -= 1;
            Reply::Send(LetterInput::Act)
        }
        LetterView::Working { .. } => Reply::Wait,
        _ => Reply::Leave,
    });
    views
}

#[test]
fn opening_a_link_sends_nothing() {
    let world = World::new();
    for kind in [
        LinkKind::Confirm,
        LinkKind::ChangeFrom,
        LinkKind::ChangeTo,
        LinkKind::Freeze,
    ] {
        let code = mail(&world, kind);
        for page in [LetterPage::Confirm, LetterPage::Freeze] {
            click(&world, page, &code, 0);
        }
    }
    assert!(world.server.seen.borrow().is_empty());
}

#[test]
fn a_click_confirms_a_sign_up_and_works_once() {
    let world = World::new();
    world.server.state.borrow_mut().asks_for_confirmation = true;
    sign_up(&world);
    assert_eq!(
        world.server.state.borrow_mut().only().state,
        AccountState::Unconfirmed
    );
    let code = mail(&world, LinkKind::Confirm);
    let views = click(&world, LetterPage::Confirm, &code, 1);
    assert_eq!(
        views.first(),
        Some(&LetterView::Ask {
            act: LetterAct::ConfirmSignUp,
            problem: None
        })
    );
    assert_eq!(
        views.last(),
        Some(&LetterView::Done(LetterDone::AccountConfirmed))
    );
    assert_eq!(world.server.state.borrow_mut().only().state, AccountState::Active);
    let again = click(&world, LetterPage::Confirm, &code, 1);
    assert_eq!(
        again.last(),
        Some(&LetterView::Spent {
            page: LetterPage::Confirm,
            earlier: EarlierClick::None,
        })
    );
}

#[test]
fn a_click_freezes_and_everybody_is_signed_out() {
    let world = World::new();
    sign_up(&world);
    let code = mail(&world, LinkKind::Freeze);
    let views = click(&world, LetterPage::Freeze, &code, 1);
    assert_eq!(views.last(), Some(&LetterView::Done(LetterDone::Frozen)));
    let mut state = world.server.state.borrow_mut();
    assert!(state.only().frozen);
    assert!(state.sessions.is_empty());
}

#[test]
fn a_code_does_nothing_on_the_page_of_the_other_kind() {
    let world = World::new();
    sign_up(&world);
    let before = world.server.seen.borrow().len();
    for (kind, page) in [
        (LinkKind::Freeze, LetterPage::Confirm),
        (LinkKind::Confirm, LetterPage::Freeze),
        (LinkKind::ChangeFrom, LetterPage::Freeze),
    ] {
        let code = mail(&world, kind);
        assert_eq!(
            click(&world, page, &code, 1),
            [LetterView::Spent {
                page,
                earlier: EarlierClick::None
            }]
        );
    }
    for text in ["", "f", "not a code", &format!("k{}", "A".repeat(43))] {
        let page = LetterPage::Confirm;
        assert_eq!(
            click(&world, page, text, 1),
            [LetterView::Spent {
                page,
                earlier: EarlierClick::None
            }],
            "{text:?}"
        );
    }
    assert_eq!(world.server.seen.borrow().len(), before, "nothing is sent");
}

#[test]
fn what_failed_can_be_tried_again_and_the_link_stays_good() {
    let world = World::new();
    sign_up(&world);
    let code = mail(&world, LinkKind::Freeze);
    world
        .server
        .fail_once(Method::Post, "/persona/v1/freeze", Fault::Answer(ErrorCode::Busy));
    let views = click(&world, LetterPage::Freeze, &code, 1);
    let Some(LetterView::Ask {
        problem: Some(problem),
        ..
    }) = views.last()
    else {
        panic!("{views:?}")
    };
    assert_eq!(
        problem.kind,
        ProblemKind::Retry(RetryReason::Busy { after: None })
    );
    let views = click(&world, LetterPage::Freeze, &code, 1);
    assert_eq!(views.last(), Some(&LetterView::Done(LetterDone::Frozen)));
}

#[test]
fn a_stopped_click_says_so_and_the_code_is_in_no_view() {
    let world = World::new();
    sign_up(&world);
    let code = mail(&world, LinkKind::Freeze);
    let mut clicked = false;
    let (_, views) = play(
        Letter::open(LetterPage::Freeze, &code),
        &world,
        |view| match view {
            LetterView::Ask { problem: None, .. } if !clicked => {
                clicked = true;
                Reply::Send(LetterInput::Act)
            }
            LetterView::Working { .. } => Reply::Cancel,
            _ => Reply::Leave,
        },
    );
    let Some(LetterView::Ask {
        problem: Some(problem),
        ..
    }) = views.last()
    else {
        panic!("{views:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::Stopped));
    assert!(!format!("{views:?}").contains(&code[1..]));
}

#[test]
fn a_freeze_whose_answer_was_lost_is_not_denied() {
    for between in [None, Some(Fault::Answer(ErrorCode::RateLimited))] {
        let world = World::new();
        sign_up(&world);
        let code = mail(&world, LinkKind::Freeze);
        let mut faults = vec![Some(Fault::CutAfter), between].into_iter();
        world.server.on_request(move |_| faults.next().flatten());
        let clicks = 2 + usize::from(between.is_some());
        let views = click(&world, LetterPage::Freeze, &code, clicks);
        assert!(world.server.state.borrow_mut().only().frozen);
        let spent = LetterView::Spent {
            page: LetterPage::Freeze,
            earlier: EarlierClick::Unanswered,
        };
        assert_eq!(views.last(), Some(&spent), "{between:?}");
    }
}
