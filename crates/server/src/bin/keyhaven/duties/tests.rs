use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use keyhaven_protocol::persona::AccountId;
use keyhaven_server::{
    clock::{Clock, SystemClock},
    config::Config,
    mail::{Delivery, DeliveryError, House, Language, Letter, MailSignal, MailWorker, SmtpFailure},
    metrics::Metrics,
    sweeper::Sweeper,
};
use keyhaven_storage::{
    AccountStates as _, Accounts as _, Confirmation, CredentialKind, IfTaken, MailQueue as _, MailRequest,
    NewAccount, Store as _, SweepDoubt, Timestamp,
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

use super::*;
use crate::listeners::serve_metrics;

const PATIENCE: Duration = Duration::from_secs(20);

/// What goes wrong once, in a way that nobody thought of.
#[derive(Debug, Default)]
struct BrokenClock(AtomicUsize);

impl Clock for BrokenClock {
    fn now(&self) -> Timestamp {
        let asked = self.0.fetch_add(1, Ordering::SeqCst);
        assert!(asked > 0, "as a fault in the code would");
        SystemClock.now()
    }
}

/// Panics at each letter to one address, and counts.
#[derive(Debug, Default)]
struct PanicsAtCarol {
    panics: AtomicUsize,
    delivered: AtomicUsize,
}

#[async_trait::async_trait]
impl Delivery for PanicsAtCarol {
    async fn deliver(&self, letter: Letter) -> Result<(), DeliveryError> {
        if letter.to.email.user() == "carol" {
            self.panics.fetch_add(1, Ordering::SeqCst);
            panic!("as a fault in the code would");
        }
        self.delivered.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

async fn store() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("store"), SqliteOptions::default()).await;
    (folder, store.unwrap())
}

fn worker(store: &SqliteStore, clock: Arc<dyn Clock>, delivery: Arc<dyn Delivery>) -> MailWorker {
    MailWorker {
        store: Arc::new(store.clone()),
        clock,
        delivery,
        base_url: "https://keys.example.org".parse().unwrap(),
        from: "keys@example.org".parse().unwrap(),
        house: House {
            name: "Keyhaven".to_owned(),
            language: Language::English,
            logo: None,
        },
        signal: MailSignal::default(),
        metrics: Metrics::default(),
    }
}

async fn ending_of(duties: &mut Duties) -> Ending {
    let ending = Ending::first(pending(), pending(), duties);
    tokio::time::timeout(PATIENCE, ending).await.expect("an end")
}

#[tokio::test]
async fn mail_and_sweeping_that_die_end_the_process_with_their_name() {
    let (_folder, store) = store().await;
    let delivery = Arc::new(PanicsAtCarol::default());
    let mut mail = Duties::default();
    mail.take_on("reading again", pending());
    mail.take_on(
        "mail",
        worker(&store, Arc::new(BrokenClock::default()), delivery).run(),
    );
    let mut sweeping = Duties::default();
    sweeping.take_on("reading again", pending());
    let sweeper = Sweeper {
        store: Arc::new(store.clone()),
        clock: Arc::new(BrokenClock::default()),
        signal: MailSignal::default(),
        leaps: false,
        every: PATIENCE,
    };
    sweeping.take_on("sweeping", sweeper.run());
    for (duties, name) in [(&mut mail, "mail"), (&mut sweeping, "sweeping")] {
        let ending = ending_of(duties).await;
        assert_eq!(ending, Ending::DutyEnded(name));
        let said = ending.outcome().unwrap_err().to_string();
        assert!(said.contains(name), "{said}");
    }
}

#[tokio::test]
async fn a_listener_of_metrics_that_dies_ends_the_process_with_its_name() {
    let config = Config {
        metrics: Some(([127, 0, 0, 1], 0).into()),
        ..Config::default()
    };
    let mut duties = Duties::default();
    let fault = async { panic!("as a fault in the code would") };
    serve_metrics(&mut duties, &config, Router::new(), fault).unwrap();
    assert_eq!(ending_of(&mut duties).await, Ending::DutyEnded("serving metrics"));
}

#[tokio::test]
async fn what_was_asked_for_is_no_failure_and_a_store_that_failed_is_one() {
    let mut duties = Duties::default();
    assert_eq!(
        Ending::first(async {}, pending(), &mut duties).await,
        Ending::Told,
        "nothing to do is no end"
    );
    duties.take_on("mail", pending());
    let told = Ending::first(async {}, pending(), &mut duties).await;
    assert!(told == Ending::Told && told.outcome().is_ok());
    let failed = Ending::first(pending(), async {}, &mut duties).await;
    assert!(failed == Ending::StoreFailed && failed.outcome().is_err());
}

fn account(name: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_bytes([name.as_bytes()[0]; AccountId::LEN]),
        address: format!("{name}@example.org").parse().unwrap(),
        hash: "none".to_owned(),
        kind: CredentialKind::Typed,
        confirmation: Confirmation::NotAsked,
        if_taken: IfTaken::Refuse,
    }
}

/// Accounts with a reset to mail.
async fn ask_for_resets(store: &SqliteStore, names: &[&str], now: Timestamp) {
    for name in names {
        let account = account(name);
        let address = account.address.clone();
        store.create_account(account, now).await.unwrap();
        let queued = store.request_mail(&address, MailRequest::Reset, now).await;
        queued.unwrap();
    }
}

#[tokio::test]
async fn a_letter_that_panics_waits_and_the_others_go_out() {
    let (_folder, store) = store().await;
    let now = SystemClock.now();
    let names = ["carol", "dave", "erin", "frank", "grace", "heidi"];
    ask_for_resets(&store, &names, now).await;
    let delivery = Arc::new(PanicsAtCarol::default());
    let mut duties = Duties::default();
    duties.take_on(
        "mail",
        worker(&store, Arc::new(SystemClock), Arc::clone(&delivery) as _).run(),
    );
    // Beyond the pause of a letter that failed, and before the end of a lease.
    let later = now.plus(Duration::from_secs(60));
    let kept = async {
        while delivery.delivered.load(Ordering::SeqCst) < 5 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        loop {
            if let Some(job) = store.claim_mail(later, later).await.unwrap() {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let kept = tokio::time::timeout(PATIENCE, kept).await.expect("letters");
    assert_eq!(
        (kept.address.normalised(), kept.attempts),
        ("carol@example.org", 1)
    );
    assert_eq!(delivery.panics.load(Ordering::SeqCst), 1, "it waits");
    let ended = tokio::time::timeout(Duration::from_millis(100), duties.one_ended()).await;
    assert!(ended.is_err(), "the worker goes on");
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A mail server that knows nobody.
#[derive(Debug, Default)]
struct KnowsNobody(AtomicUsize);

#[async_trait::async_trait]
impl Delivery for KnowsNobody {
    async fn deliver(&self, _: Letter) -> Result<(), DeliveryError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err(DeliveryError::Smtp(SmtpFailure::Refused(550)))
    }
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_is_tried_four_times() {
    const ASKED: i64 = 1_000_000;
    let (_folder, store) = store().await;
    ask_for_resets(&store, &["carol"], Timestamp(ASKED)).await;
    let clock = Arc::new(Hand(AtomicI64::new(ASKED)));
    let delivery = Arc::new(KnowsNobody::default());
    let worker = worker(&store, Arc::clone(&clock) as _, Arc::clone(&delivery) as _);
    let signal = worker.signal.clone();
    let mut duties = Duties::default();
    duties.take_on("mail", worker.run());
    let until = async |done: &dyn Fn(u64) -> bool| {
        let wait = async {
            while !done(store.statistics().await.unwrap().mails_waiting) {
                signal.wake();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it comes");
    };
    let tries = || delivery.0.load(Ordering::SeqCst);
    for (after, tried) in [(0, 1), (30, 2), (90, 3), (210, 4)] {
        clock.0.store(ASKED + after, Ordering::SeqCst);
        until(&|_| tries() == tried).await;
    }
    until(&|waiting| waiting == 0).await;
    assert_eq!(tries(), 4);
}

#[tokio::test]
async fn a_clock_that_leaps_removes_nothing_and_one_that_may_leap_does() {
    const BEFORE: i64 = 1_000_000;
    const YEAR: i64 = 365 * 86_400;
    let (_folder, store) = store().await;
    let waiting = NewAccount {
        confirmation: Confirmation::Required,
        ..account("carol")
    };
    store.create_account(waiting, Timestamp(BEFORE)).await.unwrap();
    store.sweep(Timestamp(BEFORE)).await.unwrap();
    let sweeper = |leaps| Sweeper {
        store: Arc::new(store.clone()),
        clock: Arc::new(Hand(AtomicI64::new(BEFORE + YEAR))),
        signal: MailSignal::default(),
        leaps,
        every: Duration::from_millis(5),
    };
    let address = "carol@example.org".parse().unwrap();
    // Asked about the time before the leap, the store answers what is still in it.
    let is_there = async || {
        let found = store.account_by_address(&address, Timestamp(BEFORE)).await;
        found.unwrap().is_some()
    };

    let doubting = tokio::time::timeout(Duration::from_millis(200), sweeper(false).run());
    assert!(doubting.await.is_err(), "it goes on");
    assert!(is_there().await);
    assert_eq!(store.last_sweep().await.unwrap(), Some(Timestamp(BEFORE)));
    let noted = store.sweep_doubt().await.unwrap().expect("a doubt");
    assert_eq!(noted.seen, Timestamp(BEFORE + YEAR));

    let believing = async {
        while is_there().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = sweeper(true).run() => unreachable!("it goes on"),
        gone = tokio::time::timeout(PATIENCE, believing) => gone.expect("the account is over"),
    }
}

#[tokio::test]
async fn a_clock_that_leapt_is_watched_for_a_day_over_any_number_of_starts() {
    const BEFORE: Timestamp = Timestamp(1_000_000);
    let after = BEFORE.plus(Duration::from_hours(5 * 24));
    let (_folder, store) = store().await;
    store.sweep(BEFORE).await.unwrap();
    let runs_until = async |done: &dyn Fn(Option<SweepDoubt>) -> bool| {
        let sweeper = Sweeper {
            store: Arc::new(store.clone()),
            clock: Arc::new(Hand(AtomicI64::new(after.0))),
            signal: MailSignal::default(),
            leaps: false,
            every: Duration::from_millis(20),
        };
        let wait = async {
            while !done(store.sweep_doubt().await.unwrap()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            () = sweeper.run() => unreachable!("it goes on"),
            came = tokio::time::timeout(PATIENCE, wait) => came.expect("it comes"),
        }
    };
    let half_a_second = Duration::from_millis(500);
    runs_until(&|doubt| doubt.is_some_and(|doubt| doubt.watched >= half_a_second)).await;
    assert_eq!(store.last_sweep().await.unwrap(), Some(BEFORE));
    // As after a day of which half a second is left.
    let doubt = SweepDoubt {
        seen: after,
        watched: Duration::from_hours(24).saturating_sub(half_a_second),
    };
    store.note_sweep_doubt(doubt).await.unwrap();
    runs_until(&|doubt| doubt.is_none()).await;
    assert_eq!(store.last_sweep().await.unwrap(), Some(after));
}
