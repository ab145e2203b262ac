//! The mail queue.

use futures_util::future::join_all;

use super::samples::{NOW, address, days, minutes, seconds};
use crate::{MailJob, MailOutcome, MailRequest, Store, Timestamp};

async fn request(store: &dyn Store, typed: &str, now: Timestamp) {
    store
        .request_mail(&address(typed), MailRequest::Reset, now)
        .await
        .unwrap();
}

async fn claim(store: &dyn Store, now: Timestamp) -> Option<MailJob> {
    store.claim_mail(now, now.plus(minutes(1))).await.unwrap()
}

async fn sent_since(store: &dyn Store, typed: &str, since: Timestamp) -> u32 {
    store
        .mails_sent_since(&address(typed), MailRequest::Reset, since)
        .await
        .unwrap()
}

pub async fn requests_are_claimed_oldest_first(store: &dyn Store) {
    assert!(claim(store, NOW).await.is_none());
    request(store, "second@example.org", NOW.plus(seconds(2))).await;
    request(store, "first@example.org", NOW).await;
    request(store, "third@example.org", NOW.plus(seconds(2))).await;
    assert!(
        claim(store, NOW.minus(seconds(1))).await.is_none(),
        "none is due yet"
    );
    for expected in ["first@example.org", "second@example.org", "third@example.org"] {
        let job = claim(store, NOW.plus(seconds(2))).await.expect("it is due");
        assert_eq!(job.address.normalised(), expected);
        assert_eq!((job.request, job.attempts), (MailRequest::Reset, 0));
    }
    assert!(claim(store, NOW.plus(seconds(2))).await.is_none());
}

pub async fn a_claimed_job_is_leased(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let job = claim(store, NOW).await.expect("it is due");
    assert_eq!(job.requested_at, NOW);
    assert!(claim(store, NOW.plus(seconds(59))).await.is_none());
    let again = claim(store, NOW.plus(seconds(60)))
        .await
        .expect("the worker that had it is gone");
    assert_eq!((again.id, again.requested_at), (job.id, NOW));
}

pub async fn of_two_claims_at_once_only_one_gets_the_job(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let claims = join_all((0..8).map(|_| claim(store, NOW))).await;
    assert_eq!(claims.iter().flatten().count(), 1);
}

pub async fn a_postponed_job_is_due_later_with_one_more_attempt(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let job = claim(store, NOW).await.unwrap();
    store.postpone_mail(job.id, NOW.plus(minutes(5))).await.unwrap();
    assert!(claim(store, NOW.plus(minutes(4))).await.is_none());
    let again = claim(store, NOW.plus(minutes(5))).await.expect("it is due again");
    assert_eq!((again.id, again.attempts), (job.id, 1));
    store.postpone_mail(job.id, NOW.plus(minutes(9))).await.unwrap();
    assert_eq!(claim(store, NOW.plus(minutes(9))).await.unwrap().attempts, 2);
}

pub async fn a_finished_job_is_gone(store: &dyn Store) {
    for (typed, outcome) in [
        ("a@example.org", MailOutcome::Sent),
        ("b@example.org", MailOutcome::Dropped),
    ] {
        request(store, typed, NOW).await;
        let job = claim(store, NOW).await.unwrap();
        store.finish_mail(job.id, outcome, NOW).await.unwrap();
        assert!(claim(store, NOW.plus(days(1))).await.is_none());
    }
}

pub async fn sent_mails_are_counted_by_address_and_time(store: &dyn Store) {
    for minute in [0, 10, 50] {
        let now = NOW.plus(minutes(minute));
        request(store, "Carol@Example.org", now).await;
        let job = claim(store, now).await.unwrap();
        store.finish_mail(job.id, MailOutcome::Sent, now).await.unwrap();
    }
    assert_eq!(sent_since(store, "carol@example.org", NOW).await, 3);
    assert_eq!(
        sent_since(store, "carol@example.org", NOW.plus(seconds(1))).await,
        2
    );
    assert_eq!(
        sent_since(store, "carol@example.org", NOW.plus(minutes(51))).await,
        0
    );
    assert_eq!(sent_since(store, "dave@example.org", NOW).await, 0);
    // After a day nobody asks any more; whether it is still counted is the backend's affair, but newer ones are.
    let next_day = NOW.plus(days(1)).plus(minutes(30));
    request(store, "carol@example.org", next_day).await;
    let job = claim(store, next_day).await.unwrap();
    store
        .finish_mail(job.id, MailOutcome::Sent, next_day)
        .await
        .unwrap();
    assert_eq!(
        sent_since(store, "carol@example.org", next_day.minus(days(1))).await,
        2
    );
}

pub async fn a_dropped_job_is_not_counted(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let job = claim(store, NOW).await.unwrap();
    assert_eq!(
        sent_since(store, "carol@example.org", NOW).await,
        0,
        "not sent yet"
    );
    store
        .finish_mail(job.id, MailOutcome::Dropped, NOW)
        .await
        .unwrap();
    assert_eq!(sent_since(store, "carol@example.org", NOW).await, 0);
}

pub async fn an_unknown_job_can_be_finished_without_effect(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let job = claim(store, NOW).await.unwrap();
    store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    store.postpone_mail(job.id, NOW).await.unwrap();
    assert_eq!(
        sent_since(store, "carol@example.org", NOW).await,
        1,
        "counted twice"
    );
    assert!(claim(store, NOW.plus(days(1))).await.is_none());
}

pub async fn a_job_carries_the_address_as_typed(store: &dyn Store) {
    request(store, "Carol@Example.org", NOW).await;
    let job = claim(store, NOW).await.unwrap();
    assert_eq!(
        (job.address.as_typed(), job.address.normalised()),
        ("Carol@Example.org", "carol@example.org")
    );
}

pub async fn a_job_carries_its_kind_and_kinds_are_counted_apart(store: &dyn Store) {
    let carol = address("carol@example.org");
    for kind in [
        MailRequest::Reset,
        MailRequest::SignUpAttempt,
        MailRequest::PasswordChanged,
    ] {
        store.request_mail(&carol, kind, NOW).await.unwrap();
        let job = claim(store, NOW).await.expect("it is due");
        assert_eq!(job.request, kind);
        assert_eq!(
            store.mails_sent_since(&carol, kind, NOW).await.unwrap(),
            0,
            "another kind was counted"
        );
        store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
        assert_eq!(store.mails_sent_since(&carol, kind, NOW).await.unwrap(), 1);
    }
}
