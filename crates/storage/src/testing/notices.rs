//! What a job of the mail queue carries beside its address.

use keyhaven_protocol::persona::limits;

use super::{
    moves::{freeze, mails, sign_up_unconfirmed},
    samples::{FRESH, NOW, address, author_at, minutes, password_change, reset, sign_up, sign_up_with_keys},
};
use crate::{Deletion, MailJob, MailOutcome, MailRequest, MailSubject, Notice, QueueRequest, Store};

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
    let sent = store.mails_sent_since(&carol, MailRequest::Confirm, NOW).await;
    assert_eq!(sent.unwrap(), 1, "counted, so that it can be limited");
    let other = store.mails_sent_since(&carol, MailRequest::Reset, NOW).await;
    assert_eq!(other.unwrap(), 0);
}

pub async fn a_sign_up_that_needs_no_confirmation_mails_nothing(store: &dyn Store) {
    sign_up_with_keys(store, "carol").await;
    assert_eq!(mails(store, NOW).await, []);
}
