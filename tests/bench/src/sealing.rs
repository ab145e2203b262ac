//! Sealing and opening 1 GiB in constant memory, beside one AES-256-GCM call over the same bytes.

use std::time::{Duration, Instant};

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{AeadInOut as _, inout::InOutBuf},
};
use anyhow::{Context as _, ensure};
use getrandom::{SysRng, rand_core::UnwrapErr};
use keyhaven_core::{
    keys::BackupKey,
    object::{CounterExpectation, Header, ObjectContext, ObjectExpectation, Opener, Sealer},
};
use keyhaven_protocol::persona::{AccountId, ObjectId};

use crate::{
    figure::{Figure, Goal},
    process,
};

const CONTENT_LEN: usize = 1024 * 1024 * 1024;
/// What is handed over at once, as a file is read.
const PIECE_LEN: usize = 1024 * 1024;
/// The bound on the time, as a multiple of the one call.
const RATIO_GOAL: Goal = Goal::AtMost(1.5);
/// MiB that sealing and opening may take beside the piece: some chunks, whatever there is of the content.
const MEMORY_GOAL: Goal = Goal::AtMost(16.0);

/// Times of sealing and of opening.
#[derive(Debug, Clone, Copy)]
struct Took {
    seal: Duration,
    open: Duration,
}

/// Both ratios, with the times beside them.
///
/// # Errors
/// When what was sealed does not open.
pub(crate) fn figures(rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let (mut ours, mut whole) = (Vec::new(), Vec::new());
    // Before anything here was held whole.
    let before = process::peak_mib(std::process::id())?;
    ours.push(in_pieces()?);
    let memory = process::peak_mib(std::process::id())? - before;
    whole.push(at_once()?);
    for _ in 1..rounds {
        ours.push(in_pieces()?);
        whole.push(at_once()?);
    }
    let seconds = |took: &[Took], side: fn(&Took) -> Duration| -> Vec<f64> {
        took.iter().map(|took| side(took).as_secs_f64()).collect()
    };
    let figure = |name: &str, side: fn(&Took) -> Duration| {
        let (ours, whole) = (seconds(&ours, side), seconds(&whole, side));
        let ratios = ours
            .iter()
            .zip(&whole)
            .map(|(ours, whole)| ours / whole)
            .collect();
        Figure::new(name, "×", ratios)
            .goal(RATIO_GOAL)
            .beside("in pieces of 1 MiB", "s", &ours)
            .beside("one AES-256-GCM call of the same library", "s", &whole)
    };
    Ok(vec![
        figure("seal 1 GiB, native, against one call", |took| took.seal),
        figure("open 1 GiB, native, against one call", |took| took.open),
        Figure::new(
            "memory that sealing and opening 1 GiB took, native",
            "MiB",
            vec![memory],
        )
        .goal(MEMORY_GOAL),
    ])
}

fn in_pieces() -> anyhow::Result<Took> {
    let key = BackupKey::take_bytes(&mut [7; 32]);
    let context = ObjectContext {
        account_id: AccountId::from_bytes([1; 16]),
        object_id: ObjectId::from_bytes([2; 16]),
        counter: 1,
    };
    let piece = vec![9; PIECE_LEN];
    // What is sealed goes to the opener at once, as it would go to a disk or a network: it is never whole.
    let mut sealed = Vec::with_capacity(2 * PIECE_LEN);
    let (mut seal, mut open) = (Duration::ZERO, Duration::ZERO);
    let mut sealer = timed(&mut seal, || {
        Sealer::new(
            &key,
            context,
            CONTENT_LEN as u64,
            &mut UnwrapErr(SysRng),
            &mut sealed,
        )
    })?;
    let expected = ObjectExpectation {
        account_id: context.account_id,
        object_id: context.object_id,
        counter: CounterExpectation::Exactly(1),
    };
    let mut opener = Opener::new(&key, &expected, sealed.get(..Header::LEN).context("no header")?)?;
    sealed.drain(..Header::LEN);
    let mut opened = 0;
    for _ in 0..CONTENT_LEN / PIECE_LEN {
        timed(&mut seal, || sealer.push(&piece, &mut sealed))?;
        opened += timed(&mut open, || opener.push(&sealed))?
            .dangerous_before_verified()
            .len();
        sealed.clear();
    }
    timed(&mut seal, || sealer.finish(&mut sealed))?;
    opened += timed(&mut open, || opener.push(&sealed))?
        .dangerous_before_verified()
        .len();
    let (rest, _) = timed(&mut open, || opener.finish())?;
    ensure!(
        opened + rest.len() == CONTENT_LEN,
        "what was sealed did not come back"
    );
    Ok(Took { seal, open })
}

fn at_once() -> anyhow::Result<Took> {
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let nonce = Nonce::from([3; 12]);
    let mut content = vec![9; CONTENT_LEN];
    let (mut seal, mut open) = (Duration::ZERO, Duration::ZERO);
    let refused = |_| anyhow::anyhow!("AES-256-GCM refused");
    let tag = timed(&mut seal, || {
        cipher.encrypt_inout_detached(&nonce, &[], InOutBuf::from(content.as_mut_slice()))
    })
    .map_err(refused)?;
    timed(&mut open, || {
        cipher.decrypt_inout_detached(&nonce, &[], InOutBuf::from(content.as_mut_slice()), &tag)
    })
    .map_err(refused)?;
    Ok(Took { seal, open })
}

fn timed<T>(sum: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    *sum += began.elapsed();
    result
}
