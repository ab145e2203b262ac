//! The mail queue.

use futures_util::future::join_all;

use super::samples::{
    FRESH, NOW, address, author_at, days, minutes, new_credential, password_change, reset, seconds,
    sign_up_with_keys,
};
use crate::{
    ChangePassword, MailJob, MailOutcome, MailRequest, MailSubject, Notice, QueueRequest, SpendCode, Store,
    Timestamp, mail::QUEUE_MAX_REQUESTS,
};

async fn ask(store: &dyn Store, typed: &str, now: Timestamp) -> QueueRequest {
    store
        .request_mail(&address(typed), MailRequest::Reset, now)
        .await
        .unwrap()
}

async fn request(store: &dyn Store, typed: &str, now: Timestamp) {
    assert_eq!(ask(store, typed, now).await, QueueRequest::Queued);
}

async fn claim(store: &dyn Store, now: Timestamp) -> Option<MailJob> {
    store.claim_mail(now, now.plus(minutes(1))).await.unwrap()
}

async fn sent_since(store: &dyn Store, typed: &str, since: Timestamp) -> u32 {
    store
        .mails_sent_since(&address(typed), MailRequest::Reset.into(), since)
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
        assert_eq!(
            (job.subject, job.attempts),
            (MailSubject::Request(MailRequest::Reset), 0)
        );
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

pub async fn a_job_carries_its_subject_and_requests_are_counted_apart(store: &dyn Store) {
    let carol = address("carol@example.org");
    for kind in [MailRequest::Reset, MailRequest::SignUpAttempt] {
        store.request_mail(&carol, kind, NOW).await.unwrap();
        let job = claim(store, NOW).await.expect("it is due");
        assert_eq!(job.subject, MailSubject::Request(kind));
        assert_eq!(
            store.mails_sent_since(&carol, kind.into(), NOW).await.unwrap(),
            0,
            "another kind was counted"
        );
        store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
        assert_eq!(store.mails_sent_since(&carol, kind.into(), NOW).await.unwrap(), 1);
    }
}

pub async fn requests_for_one_address_are_one_while_one_waits(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let later = NOW.plus(seconds(9));
    assert_eq!(
        ask(store, "CAROL@example.org", later).await,
        QueueRequest::Waiting
    );
    request(store, "dave@example.org", later).await;
    let other = store
        .request_mail(&address("carol@example.org"), MailRequest::SignUpAttempt, later)
        .await;
    assert_eq!(other.unwrap(), QueueRequest::Queued, "of another kind");
    let job = claim(store, NOW).await.unwrap();
    assert_eq!(job.requested_at, NOW, "the first stays");
    store.finish_mail(job.id, MailOutcome::Sent, later).await.unwrap();
    let mut left = Vec::new();
    while let Some(job) = claim(store, later).await {
        left.push((job.address.normalised().to_owned(), job.subject));
        store.finish_mail(job.id, MailOutcome::Sent, later).await.unwrap();
    }
    let reset = MailSubject::Request(MailRequest::Reset);
    let attempt = MailSubject::Request(MailRequest::SignUpAttempt);
    assert_eq!(
        left,
        [
            ("dave@example.org".to_owned(), reset),
            ("carol@example.org".to_owned(), attempt)
        ]
    );
}

pub async fn a_request_is_kept_that_comes_while_another_is_being_sent(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let being_sent = claim(store, NOW).await.unwrap();
    request(store, "carol@example.org", NOW).await;
    assert_eq!(ask(store, "carol@example.org", NOW).await, QueueRequest::Waiting);
    assert!(
        claim(store, NOW).await.is_none(),
        "one at a time for an address, so that each is counted"
    );
    store
        .finish_mail(being_sent.id, MailOutcome::Sent, NOW)
        .await
        .unwrap();
    let next = claim(store, NOW).await.expect("it is due");
    assert_ne!(next.id, being_sent.id);
}

pub async fn a_request_that_came_meanwhile_is_merged_with_one_that_is_put_back(store: &dyn Store) {
    request(store, "carol@example.org", NOW).await;
    let first = claim(store, NOW).await.unwrap();
    request(store, "carol@example.org", NOW).await;
    let due = NOW.plus(minutes(5));
    store.postpone_mail(first.id, due).await.unwrap();
    assert!(claim(store, NOW).await.is_none(), "the pause holds for both");
    assert_eq!(ask(store, "carol@example.org", NOW).await, QueueRequest::Waiting);
    let job = claim(store, due).await.unwrap();
    assert_eq!((job.id, job.attempts), (first.id, 1));
    store.finish_mail(job.id, MailOutcome::Sent, due).await.unwrap();
    assert!(claim(store, due.plus(days(1))).await.is_none());
}

pub async fn a_full_queue_takes_no_more_requests_but_every_notice(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    reset(store, carol, "$argon2id$reset", NOW.minus(seconds(1))).await;
    let typed: Vec<_> = (0..QUEUE_MAX_REQUESTS)
        .map(|number| format!("{number}@example.org"))
        .collect();
    for some in typed.chunks(500) {
        join_all(some.iter().map(|typed| request(store, typed, NOW))).await;
    }
    assert_eq!(ask(store, "more@example.org", NOW).await, QueueRequest::Full);
    assert_eq!(ask(store, "0@example.org", NOW).await, QueueRequest::Waiting);
    let notice = claim(store, NOW).await.unwrap();
    assert_eq!(notice.subject, MailSubject::Notice(Notice::PasswordReset));
    store
        .finish_mail(notice.id, MailOutcome::Sent, NOW)
        .await
        .unwrap();
    assert_eq!(ask(store, "more@example.org", NOW).await, QueueRequest::Full);
    let job = claim(store, NOW).await.unwrap();
    store
        .finish_mail(job.id, MailOutcome::Dropped, NOW)
        .await
        .unwrap();
    request(store, "more@example.org", NOW).await;
}

async fn notices(store: &dyn Store, now: Timestamp) -> Vec<(String, MailSubject, Timestamp)> {
    let mut found = Vec::new();
    while let Some(job) = claim(store, now).await {
        found.push((job.address.as_typed().to_owned(), job.subject, job.requested_at));
        store.finish_mail(job.id, MailOutcome::Sent, now).await.unwrap();
    }
    found
}

pub async fn every_change_of_a_credential_queues_its_notice_with_it(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    assert_eq!(changed, ChangePassword::Changed(2));
    let later = NOW.plus(seconds(1));
    reset(store, carol, "$argon2id$reset", later).await;
    let again = later.plus(seconds(1));
    reset(store, carol, "$argon2id$again", again).await;
    let to = "carol@example.org".to_owned();
    let reset_notice = MailSubject::Notice(Notice::PasswordReset);
    assert_eq!(
        notices(store, again).await,
        [
            (to.clone(), MailSubject::Notice(Notice::PasswordChanged), NOW),
            (to.clone(), reset_notice.clone(), later),
            (to, reset_notice, again)
        ],
        "one for each, none merged"
    );
}

pub async fn what_changes_no_credential_queues_no_notice(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let refused = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 9, 5), NOW)
        .await
        .unwrap();
    assert!(matches!(refused, ChangePassword::Refused(_)));
    let late = store
        .change_password(author_at(carol, 7), password_change(carol, 7, 1, 5), NOW)
        .await
        .unwrap();
    assert_eq!(late, ChangePassword::SignedOut);
    let address = address("carol@example.org");
    let spent = store
        .spend_reset_code(&address, [1; 32], new_credential("$argon2id$thief"), FRESH, NOW)
        .await
        .unwrap();
    assert_eq!(spent, SpendCode::Invalid);
    assert_eq!(notices(store, NOW).await, []);
}
