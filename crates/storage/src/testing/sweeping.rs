//! What is over is removed, and nothing that is not.

use std::time::Duration;

use keyhaven_protocol::persona::limits;

use super::{
    address_change::ask,
    moves::{add_freeze_link, is_there, sign_up_unconfirmed, sweep_all, undo, write_then},
    samples::{
        NOW, account_now, author_at, days, open_session, password_change, seconds, session_is_open, sign_up,
        sign_up_with_keys,
    },
    steps::{account_with_object, content},
};
use crate::{Freeze, Store, SweepDoubt, UndoOutcome};

pub async fn small_rows_are_removed_when_their_time_is_over(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await;
    changed.unwrap();
    open_session(store, carol, 2, 1, NOW).await;
    store.add_reset_code(carol, [1; 32], NOW).await.unwrap();
    add_freeze_link(store, carol, 9, NOW).await;
    ask(store, carol, "new", 20, NOW).await;
    // Two sessions, a code, three links, a change with its wrap, a password that was kept with its wrap, and two
    // letters of the change, which are counted for a day.
    for (now, removed) in [
        (NOW.plus(limits::RESET_CODE_LIFE).minus(seconds(1)), 0),
        (NOW.plus(limits::RESET_CODE_LIFE), 1),
        (NOW.plus(limits::SESSION_LIFE), 2),
        (NOW.plus(limits::ADDRESS_CHANGE_LIFE), 4),
        (NOW.plus(days(1)).plus(seconds(1)), 2),
        (NOW.plus(limits::FREEZE_LINK_LIFE).minus(seconds(1)), 0),
        (NOW.plus(limits::FREEZE_LINK_LIFE), 3),
        (NOW.plus(days(400)), 0),
    ] {
        let swept = sweep_all(store, now).await;
        assert_eq!(swept.expired, removed, "{now:?}");
        assert_eq!((swept.accounts, swept.objects, swept.versions), (0, 0, 0));
    }
    assert!(is_there(store, carol, NOW.plus(days(400))).await);
}

pub async fn what_is_not_over_survives_the_sweeper(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    open_session(store, carol, 2, 1, NOW).await;
    add_freeze_link(store, carol, 9, NOW).await;
    let waiting = sign_up_unconfirmed(store, "dave").await;
    let minute = NOW.plus(seconds(60));
    sweep_all(store, minute).await;
    assert!(session_is_open(store, 1, minute).await);
    assert_eq!(content(store, carol, "a").await.unwrap().as_ref(), b"object");
    assert!(is_there(store, waiting, minute).await);
    assert_eq!(undo(store, carol, 8, minute).await, UndoOutcome::Undone);
    assert_eq!(store.freeze([9; 32], minute).await.unwrap(), Freeze::Frozen);
}

pub async fn an_unconfirmed_account_is_removed_with_all_it_stored(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    for number in 0..300_u32 {
        write_then(store, carol, &number.to_string(), b"x", NOW).await;
    }
    for number in 0..40_u8 {
        write_then(store, carol, "work", &[number], NOW).await;
    }
    write_then(store, dave, "work", b"stays", NOW).await;
    let end = NOW.plus(limits::UNCONFIRMED_LIFE);
    let before = sweep_all(store, end.minus(seconds(1))).await;
    assert_eq!(before.accounts, 0);
    assert!(
        before.versions > 0,
        "nobody can fill the disk with versions of an address that is not theirs"
    );
    let first = store.sweep(end).await.unwrap();
    assert_eq!(
        (first.accounts, first.more),
        (0, true),
        "more than one round removes"
    );
    assert_eq!(sweep_all(store, end).await.accounts, 1);
    assert_eq!(content(store, dave, "work").await.unwrap().as_ref(), b"stays");
    assert_eq!(account_now(store, dave, end).await.used_bytes, 5);
}

pub async fn a_store_with_nothing_to_remove_says_so(store: &dyn Store) {
    sign_up_with_keys(store, "carol").await;
    let swept = store.sweep(NOW).await.unwrap();
    assert_eq!(swept, crate::Swept::default());
}

pub async fn a_doubt_is_kept_until_the_next_sweep(store: &dyn Store) {
    assert_eq!(store.sweep_doubt().await.unwrap(), None);
    for (seen, watched) in [(NOW, 0), (NOW.plus(days(300)), 86_399)] {
        let doubt = SweepDoubt {
            seen,
            watched: Duration::from_secs(watched),
        };
        store.note_sweep_doubt(doubt).await.unwrap();
        assert_eq!(store.sweep_doubt().await.unwrap(), Some(doubt), "the last one");
    }
    sweep_all(store, NOW).await;
    assert_eq!(store.sweep_doubt().await.unwrap(), None);
}

pub async fn the_time_of_the_last_sweep_is_known(store: &dyn Store) {
    assert_eq!(store.last_sweep().await.unwrap(), None);
    for now in [NOW, NOW.plus(days(3)), NOW.plus(days(1))] {
        sweep_all(store, now).await;
        assert_eq!(
            store.last_sweep().await.unwrap(),
            Some(now),
            "the last, and not the latest"
        );
    }
}
