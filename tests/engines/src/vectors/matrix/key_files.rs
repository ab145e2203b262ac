//! Key files, at once and in two readings.

use keyhaven_core::job::Job;
use keyhaven_core::matrix::exported_session::{Batch, Input, SessionReader, UncheckedBatch};
use keyhaven_core::matrix::key_file::{
    Authentication, HeaderReader, Keys, Limits, OpenKeyFileError, Rounds, SealedKeyFile, SessionList, seal,
};
use keyhaven_core::matrix::passphrase::Passphrase;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::words;
use crate::engine::{Engine, Running};
use crate::vectors::draw::Drawn;
use crate::vectors::hex::Hex;
use crate::vectors::{CaseError, Done, Outcome, errors};

/// Bytes of a piece: no divisor of anything.
const PIECE_LEN: usize = 1_009;
const BATCH: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct OpenInput {
    file: String,
    passphrase: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct SealInput {
    /// A JSON list.
    sessions: String,
    passphrase: String,
    rounds: u32,
    /// Salt, then IV.
    drawn: Hex,
}

/// What came out, batch by batch.
#[derive(Default)]
struct Opened {
    sessions: Vec<Value>,
    skipped: Vec<Value>,
}

pub(in crate::vectors) async fn open(running: &Running, input: OpenInput) -> Done {
    let passphrase = Passphrase::parse(&input.passphrase).map_err(|_| CaseError::Described)?;
    let opened = match running.engine {
        Engine::Core | Engine::WebCrypto => at_once(running, &input.file, &passphrase).await,
        Engine::Pieces | Engine::WebCryptoPieces => twice(running, &input.file, &passphrase).await,
    };
    Ok(match opened {
        Ok((opened, rounds)) => Outcome::Output(json!({
            "rounds": rounds,
            "sessions": opened.sessions,
            "skipped": opened.skipped,
        })),
        Err(error) => Outcome::Error(words::key_file(error)),
    })
}

async fn at_once(
    running: &Running,
    file: &str,
    passphrase: &Passphrase,
) -> Result<(Opened, u32), OpenKeyFileError> {
    let file = SealedKeyFile::parse(file.as_bytes())?;
    let mut sessions = running.run(file.open(passphrase, &Limits::default())).await?;
    let mut opened = Opened::default();
    while let Some(batch) = sessions.next_batch(BATCH)? {
        opened.take(batch);
    }
    Ok((opened, file.header().rounds().get()))
}

async fn twice(
    running: &Running,
    file: &str,
    passphrase: &Passphrase,
) -> Result<(Opened, u32), OpenKeyFileError> {
    let pieces = || file.as_bytes().chunks(PIECE_LEN);
    let mut reader = HeaderReader::default();
    let mut header = None;
    for piece in pieces() {
        header = reader.push(piece)?;
        if header.is_some() {
            break;
        }
    }
    let Some(header) = header else {
        return Err(reader.finish());
    };
    let keys = running
        .run(Keys::derive(header, passphrase, &Limits::default()))
        .await?;
    let mut authentication = Authentication::new(keys);
    for piece in pieces() {
        authentication.push(piece)?;
    }
    let mut pass = authentication.finish()?.read();
    let mut opened = Opened::default();
    for (piece, input) in pieces()
        .map(|piece| (piece, Input::MayGoOn))
        .chain([(&b""[..], Input::Over)])
    {
        pass.feed(piece)?;
        while let Some(job) = pass.next_job(input)? {
            let mut answer = running.answer(Job::AesCtr(job)).await;
            while let Some(job) = pass.take_answer(answer)? {
                answer = running.answer(Job::AesCtr(job)).await;
            }
            while let Some(batch) = pass.next_batch(BATCH)? {
                opened.take(batch);
            }
        }
    }
    while let Some(batch) = pass.next_batch(BATCH)? {
        opened.take(batch);
    }
    Ok((opened, header.rounds().get()))
}

impl Opened {
    fn take(&mut self, batch: UncheckedBatch) {
        let batch = batch.check_points();
        self.sessions.extend(values(&batch));
        self.skipped.extend(batch.skipped().iter().map(words::skipped));
    }
}

/// The sessions of a batch, read by another reader of JSON.
pub(super) fn values(batch: &Batch) -> Vec<Value> {
    serde_json::from_slice(batch.expose_secret()).unwrap_or_default()
}

pub(in crate::vectors) async fn seal_file(running: &Running, input: SealInput) -> Done {
    let passphrase = Passphrase::parse(&input.passphrase).map_err(|_| CaseError::Described)?;
    let Ok(rounds) = Rounds::new(input.rounds) else {
        return Ok(Outcome::Error(errors::named("rounds")));
    };
    let mut list = SessionList::new();
    let mut sessions = SessionReader::over(Zeroizing::new(input.sessions.into_bytes()));
    while let Some(batch) = sessions
        .next_batch(BATCH, Input::Over)
        .map_err(|_| CaseError::Described)?
    {
        list.push_batch(&batch.check_points());
    }
    let sealed = running
        .run(seal(list, &passphrase, rounds, &mut Drawn(&input.drawn.0)))
        .await;
    Ok(match sealed {
        Ok(text) => Outcome::Output(json!({ "file": String::from_utf8_lossy(&text) })),
        Err(_) => Outcome::Error(errors::named("job")),
    })
}
