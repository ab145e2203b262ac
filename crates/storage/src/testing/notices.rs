//! What a job of the mail queue carries beside its address.

use keyhaven_protocol::persona::limits;

use super::{
    moves::{
        address_change, author_then, freeze, mails, notices, recover, replace_code, sign_up_unconfirmed, undo,
    },
    samples::{
        FRESH, NOW, account_now, address, author_at, first_write, minutes, password_change, renewal, reset,
        seconds, sign_up, sign_up_with_keys,
    },
};
use crate::{
    ChangePassword, Deletion, MailCount, MailJob, MailOutcome, MailRequest, MailSubject, Notice,
    QueueRequest, RecoveryOutcome, RequestAddressChange, Store, UndoOutcome, WriteKeyRecord,
};

async fn claim(store: &dyn Store) -> MailJob {
    let claimed = store.claim_mail(NOW, NOW.plus(minutes(1))).await.unwrap();
    claimed.expect("it is due")
}

pub async fn a_notice_names_its_account_while_there_is_one(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    let job = claim(store).await;
    assert_eq!(
        (job.subject, job.account),
        (MailSubject::Notice(Notice::PasswordChanged), Some(carol))
    );
    store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    let empty = sign_up(store, "dave").await;
    store
        .delete_account(author_at(empty, 1), Deletion::Later, NOW)
        .await
        .unwrap();
    let job = claim(store).await;
    assert_eq!(
        (job.subject, job.account),
        (MailSubject::Notice(Notice::AccountRemoved), None)
    );
    assert_eq!(job.address.as_typed(), "dave@example.org");
}

pub async fn a_reset_of_an_unconfirmed_account_names_the_fresh_one(store: &dyn Store) {
    let squatted = sign_up_unconfirmed(store, "carol").await;
    mails(store, NOW).await;
    reset(store, squatted, "$argon2id$owner", NOW).await;
    let job = claim(store).await;
    assert_eq!(
        (job.subject, job.account),
        (MailSubject::Notice(Notice::PasswordReset), Some(FRESH))
    );
}

pub async fn a_freeze_says_when_time_lifts_it(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    freeze(store, carol, NOW).await;
    let until = Some(NOW.plus(limits::FREEZE_LINK_LIFE));
    assert_eq!(
        mails(store, NOW).await,
        [(
            "carol@example.org".to_owned(),
            MailSubject::Notice(Notice::Frozen { until })
        )]
    );
}

pub async fn the_letter_of_a_sign_up_is_a_request_like_any_other(store: &dyn Store) {
    sign_up_unconfirmed(store, "carol").await;
    let carol = address("carol@example.org");
    let again = store.request_mail(&carol, MailRequest::Confirm, NOW).await;
    assert_eq!(
        again.unwrap(),
        QueueRequest::Waiting,
        "one letter serves for both"
    );
    let job = claim(store).await;
    assert_eq!(
        (job.subject, job.account),
        (MailSubject::Request(MailRequest::Confirm), None)
    );
    store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    let sent = store
        .mails_sent_since(&carol, MailRequest::Confirm.into(), NOW)
        .await;
    assert_eq!(sent.unwrap(), 1, "counted, so that it can be limited");
    let other = store
        .mails_sent_since(&carol, MailRequest::Reset.into(), NOW)
        .await;
    assert_eq!(other.unwrap(), 0);
}

pub async fn a_sign_up_that_needs_no_confirmation_mails_nothing(store: &dyn Store) {
    sign_up_with_keys(store, "carol").await;
    assert_eq!(mails(store, NOW).await, []);
}

/// It may be the address of somebody who never heard of us.
pub async fn an_account_that_nobody_confirmed_is_told_nothing_but_what_confirms(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let written = store
        .write_key_record(author_at(carol, 1), first_write(), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(2));
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    assert_eq!(
        recover(store, carol, 10, NOW).await,
        RecoveryOutcome::Recovered(4)
    );
    replace_code(store, carol, 11, NOW).await;
    let account = account_now(store, carol, NOW).await;
    let renewed = store
        .write_key_record(
            author_then(store, carol, NOW).await,
            renewal(5, account.credential.epoch, 12),
            NOW,
        )
        .await;
    assert_eq!(renewed.unwrap(), WriteKeyRecord::Written(6));
    let confirm = MailSubject::Request(MailRequest::Confirm);
    assert_eq!(
        mails(store, NOW).await,
        [("carol@example.org".to_owned(), confirm)]
    );

    // Somebody else who names the address is not told of it there either.
    let dave = sign_up_with_keys(store, "dave").await;
    let change = address_change(store, dave, "carol", 7, NOW).await;
    let asked = store
        .request_address_change(author_at(dave, 1), change, NOW)
        .await;
    assert_eq!(asked.unwrap(), RequestAddressChange::Waiting);
    let told = mails(store, NOW).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "dave@example.org");
}

pub async fn notices_that_would_read_the_same_are_one_while_one_waits(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up_with_keys(store, "dave").await;
    for seed in 3..6 {
        replace_code(store, carol, seed, NOW).await;
    }
    replace_code(store, dave, 3, NOW).await;
    replace_code(store, carol, 6, NOW.plus(seconds(1))).await;
    let later = NOW.plus(seconds(1));
    let told = Notice::NewRecoveryCode {
        former_decides_until: Some(NOW.plus(limits::PROVEN_KEPT)),
    };
    assert_eq!(
        notices(store, later).await,
        [told.clone(), told.clone(), told.clone()],
        "one of Carol's first three, Dave's own, and Carol's of another second"
    );
    replace_code(store, carol, 7, later).await;
    assert_eq!(notices(store, later).await, [told], "the one before was sent");
}

pub async fn letters_to_an_address_of_anybodys_choice_are_counted_there(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let _dave = sign_up_with_keys(store, "dave").await;
    for (name, times) in [("dave", 1), ("nobody", 2)] {
        for _ in 0..times {
            let change = address_change(store, carol, name, 7, NOW).await;
            let asked = store
                .request_address_change(author_at(carol, 1), change, NOW)
                .await;
            assert_eq!(asked.unwrap(), RequestAddressChange::Waiting);
        }
    }
    replace_code(store, carol, 8, NOW).await;
    mails(store, NOW).await;
    for (name, sent) in [("dave", 1), ("nobody", 2), ("carol", 3), ("erin", 0)] {
        let to = address(&format!("{name}@example.org"));
        let counted = store.mails_sent_since(&to, MailCount::AddressChange, NOW).await;
        assert_eq!(counted.unwrap(), sent, "{name}");
        let reset = MailRequest::Reset.into();
        assert_eq!(store.mails_sent_since(&to, reset, NOW).await.unwrap(), 0);
    }
}
