//! Operations as jobs: they can be watched, broken off, and answered by anybody.

#[path = "support/counting_rng.rs"]
mod counting_rng;

use std::ops::ControlFlow;

use counting_rng::CountingRng;
use keyhaven_core::{
    job::{
        AesGcmJob, AesKey, Job, JobError, NONCE_LEN, Phase, Progress, Step, TAG_LEN, run_in_software,
        run_in_software_observed, software,
    },
    keys::{ApiOrigin, BackupKey, DeriveRootError, derive_root, derive_salt},
    object::{ObjectContext, OpenError, SealError, open_object, seal_object},
    password::Password,
};
use keyhaven_protocol::{
    address::Address,
    kdf::Argon2Params,
    persona::{AccountId, ObjectId},
};
use zeroize::Zeroizing;

const CONTEXT: ObjectContext = ObjectContext {
    account_id: AccountId::from_bytes([1; 16]),
    object_id: ObjectId::from_bytes([2; 16]),
    counter: 1,
};

fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut [9; 32])
}

fn seal(len: usize) -> Step<Vec<u8>, SealError> {
    seal_object(
        &backup_key(),
        CONTEXT,
        Zeroizing::new(vec![5; len]),
        &mut CountingRng::default(),
    )
}

#[test]
fn progress_rises_from_nothing_by_chunks() {
    let mut seen = Vec::new();
    let sealed = run_in_software_observed(seal(150_000), |progress| {
        seen.push(progress);
        ControlFlow::Continue(())
    });
    assert!(matches!(sealed, Some(Ok(_))));
    let at = |done_bytes| Progress {
        phase: Phase::Seal,
        done_bytes,
        total_bytes: 150_000,
    };
    assert_eq!(seen, [at(65_528), at(131_064), at(150_000)]);
}

#[test]
fn an_operation_that_is_broken_off_gives_nothing() {
    let mut jobs = 0;
    let sealed = run_in_software_observed(seal(150_000), |_| {
        jobs += 1;
        if jobs == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(sealed.is_none());
    assert_eq!(jobs, 2);
}

#[test]
fn opening_tells_its_progress_too() {
    let sealed = run_in_software(seal(150_000)).unwrap();
    let mut seen = Vec::new();
    let opened = run_in_software_observed(
        open_object(&backup_key(), &CONTEXT.expectation(), &sealed),
        |progress| {
            seen.push((progress.phase, progress.done_bytes));
            ControlFlow::Continue(())
        },
    );
    assert_eq!(opened.unwrap().unwrap().0.as_slice(), vec![5; 150_000]);
    assert_eq!(seen.len(), 3);
    assert!(seen.windows(2).all(|pair| pair[0].1 < pair[1].1), "{seen:?}");
    assert!(seen.iter().all(|(phase, _)| *phase == Phase::Open));
}

#[test]
fn an_engine_that_fails_ends_the_operation_by_its_error() {
    let Step::Ask(question) = seal(10) else {
        panic!("sealing asks")
    };
    let (_, waiting) = question.into_job();
    let Step::Done(result) = waiting.answer(Err(JobError::OutOfMemory)) else {
        panic!("it is over")
    };
    assert_eq!(result, Err(SealError::Job(JobError::OutOfMemory)));

    let sealed = run_in_software(seal(10)).unwrap();
    let Step::Ask(question) = open_object(&backup_key(), &CONTEXT.expectation(), &sealed) else {
        panic!("opening asks")
    };
    let (_, waiting) = question.into_job();
    let Step::Done(result) = waiting.answer(Err(JobError::Engine)) else {
        panic!("it is over")
    };
    assert_eq!(result.unwrap_err(), OpenError::Job(JobError::Engine));
}

#[test]
fn what_is_shorter_than_a_tag_is_not_authentic() {
    for len in [0, TAG_LEN - 1, TAG_LEN] {
        let job = AesGcmJob {
            key: AesKey::take_bytes(&mut [7; 32]).into(),
            nonce: [0; NONCE_LEN],
            associated_data: Vec::new(),
            text: Zeroizing::new(vec![0; len]),
        };
        let answer = software::answer(Job::AesGcmOpen(job));
        assert_eq!(answer, Err(JobError::NotAuthentic), "{len} bytes");
    }
}

#[test]
fn an_engine_that_answers_too_few_bytes_gives_no_root() {
    let salt = derive_salt(
        &ApiOrigin::parse("https://example.org").unwrap(),
        &Address::parse("a@example.org").unwrap(),
        &[],
    );
    let step = derive_root(&Password::parse("p").unwrap(), &salt, Argon2Params::FLOOR);
    let Step::Ask(question) = step else {
        panic!("deriving asks")
    };
    let (job, waiting) = question.into_job();
    assert!(matches!(job, Job::Argon2id(_)));
    let Step::Done(result) = waiting.answer(Ok(Zeroizing::new(vec![0; 63]))) else {
        panic!("it is over")
    };
    assert_eq!(result.unwrap_err(), DeriveRootError::Job(JobError::Engine));
}

#[test]
fn parameters_outside_the_bounds_are_refused_before_any_job() {
    let salt = derive_salt(
        &ApiOrigin::parse("https://example.org").unwrap(),
        &Address::parse("a@example.org").unwrap(),
        &[],
    );
    let params = Argon2Params {
        memory_kib: 8,
        ..Argon2Params::FLOOR
    };
    let step = derive_root(&Password::parse("p").unwrap(), &salt, params);
    assert!(matches!(step, Step::Done(Err(DeriveRootError::Params(_)))));
}

#[test]
fn operations_follow_each_other() {
    let step = seal(10).then(|sealed| match sealed {
        Ok(sealed) => open_object(&backup_key(), &CONTEXT.expectation(), &sealed),
        Err(_) => Step::Done(Err(OpenError::Padding)),
    });
    let len = run_in_software(step.map_result(|opened| opened.map(|(content, _)| content.len())));
    assert_eq!(len, Ok(10));
}
