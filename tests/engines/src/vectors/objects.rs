//! Sealed objects and the file around them, whole or in pieces as the engine says.

use keyhaven_core::keys::BackupKey;
use keyhaven_core::object::file::{self, FileError, FileWriter};
use keyhaven_core::object::{
    self, CounterExpectation, Header, ObjectExpectation, OpenError, Opener, Provisional, SealError, Sealer,
    Verified,
};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use keyhaven_webcrypto::{OpenStream, SealStream};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::hex::HexArray;
use super::sealed::{Described, Source};
use super::{CaseError, Done, Outcome, errors, hex};
use crate::engine::{Engine, Running};

/// How much is pushed at once when an object is worked on in pieces: no divisor of a chunk.
const PIECE_LEN: usize = 10_007;
/// Bytes of the first chunk that "object.seal" names.
const SAMPLE_LEN: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenInput {
    backup_key: HexArray<32>,
    expected: Expected,
    sealed: Described,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    account_id: AccountId,
    object_id: ObjectId,
    counter: Counter,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Counter {
    Exactly(u64),
    AtLeast(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LenInput {
    content_len: u64,
}

impl From<Counter> for CounterExpectation {
    fn from(counter: Counter) -> Self {
        match counter {
            Counter::Exactly(counter) => Self::Exactly(counter),
            Counter::AtLeast(counter) => Self::AtLeast(counter),
        }
    }
}

pub(super) async fn seal(running: &Running, input: Source) -> Done {
    Ok(match seal_object(running, &input).await {
        Ok(sealed) => {
            let (header, chunks) = sealed.split_at(sealed.len().min(Header::LEN));
            let sample = chunks.get(..SAMPLE_LEN).unwrap_or_default();
            Outcome::Output(json!({
                "header": hex::encode(header),
                "sealed_len": sealed.len(),
                "sealed_sha256": hex::encode(&Sha256::digest(&sealed)),
                "first_chunk_starts": hex::encode(sample),
            }))
        }
        Err(_) => Outcome::Error(errors::named("seal")),
    })
}

pub(super) async fn seal_file(running: &Running, input: Source) -> Done {
    let Ok(file) = seal_whole_file(running, &input).await else {
        return Ok(Outcome::Error(errors::named("seal")));
    };
    let sealed = file::parse(&file).map_err(|_| CaseError::Described)?;
    let mut starts = Vec::new();
    let mut writer = FileWriter::new(sealed.len() as u64, &mut starts);
    writer.note(sealed);
    let mut ends = Vec::new();
    writer.finish(&mut ends).map_err(|_| CaseError::Described)?;
    let around = file
        .strip_prefix(starts.as_slice())
        .and_then(|rest| rest.strip_suffix(ends.as_slice()));
    if around != Some(sealed) {
        return Ok(Outcome::Error(errors::named("two_writers_differ")));
    }
    Ok(Outcome::Output(json!({
        "file_len": file.len(),
        "file_sha256": hex::encode(&Sha256::digest(&file)),
        "starts": hex::encode(&starts),
        "ends": hex::encode(&ends),
    })))
}

pub(super) async fn open(running: &Running, input: OpenInput) -> Done {
    let (key, expected, sealed) = input.take()?;
    Ok(outcome(open_object(running, &key, &expected, &sealed).await))
}

pub(super) async fn open_file(running: &Running, input: OpenInput) -> Done {
    let (key, expected, file) = input.take()?;
    let opened = match running.engine {
        Engine::Core | Engine::WebCrypto => running.run(object::open_file(&key, &expected, &file)).await,
        Engine::Pieces | Engine::WebCryptoPieces => match file::parse(&file) {
            Ok(sealed) => open_in_pieces(&key, &expected, sealed),
            Err(FileError::Truncated) => Err(OpenError::Truncated),
            Err(FileError::Trailing) => Err(OpenError::Trailing),
            Err(error) => Err(error.into()),
        },
    };
    Ok(outcome(opened))
}

pub(super) fn padded_len(input: &LenInput) -> Done {
    Ok(Outcome::Output(
        json!({ "padded_len": object::padded_len(input.content_len) }),
    ))
}

impl OpenInput {
    fn take(mut self) -> Result<(BackupKey, ObjectExpectation, Vec<u8>), CaseError> {
        let Expected {
            account_id,
            object_id,
            counter,
        } = self.expected;
        let expected = ObjectExpectation {
            account_id,
            object_id,
            counter: counter.into(),
        };
        Ok((
            BackupKey::take_bytes(&mut self.backup_key.0),
            expected,
            self.sealed.bytes()?,
        ))
    }
}

type Opened = Result<(Zeroizing<Vec<u8>>, Verified), OpenError>;

fn outcome(opened: Opened) -> Outcome {
    match opened {
        Ok((content, verified)) if verified.content_len() == content.len() as u64 => Outcome::Output(json!({
            "content_len": content.len(),
            "content_sha256": hex::encode(&Sha256::digest(&*content)),
        })),
        Ok(_) => Outcome::Error(errors::named("verified_another_length")),
        Err(error) => Outcome::Error(errors::open(error)),
    }
}

async fn seal_object(running: &Running, input: &Source) -> Result<Vec<u8>, SealError> {
    let (key, content) = (input.backup_key(), input.content());
    match running.engine {
        Engine::Core | Engine::WebCrypto => {
            running
                .run(object::seal_object(
                    &key,
                    input.context(),
                    content,
                    &mut input.drawn(),
                ))
                .await
        }
        Engine::Pieces => {
            let mut sealed = Vec::new();
            let mut sealer = Sealer::new(
                &key,
                input.context(),
                content.len() as u64,
                &mut input.drawn(),
                &mut sealed,
            )?;
            for piece in content.chunks(PIECE_LEN) {
                sealer.push(piece, &mut sealed)?;
            }
            sealer.finish(&mut sealed)?;
            Ok(sealed)
        }
        Engine::WebCryptoPieces => {
            let mut sealed = Vec::new();
            let sealer = Sealer::new(
                &key,
                input.context(),
                content.len() as u64,
                &mut input.drawn(),
                &mut sealed,
            )?;
            let mut stream = SealStream::new(sealer);
            for piece in content.chunks(PIECE_LEN) {
                stream.push(piece, &mut sealed).await?;
            }
            while stream.finish_chunk(&mut sealed).await? {}
            Ok(sealed)
        }
    }
}

async fn seal_whole_file(running: &Running, input: &Source) -> Result<Vec<u8>, SealError> {
    let (key, content) = (input.backup_key(), input.content());
    match running.engine {
        Engine::Core | Engine::WebCrypto => {
            running
                .run(object::seal_file(
                    &key,
                    input.context(),
                    content,
                    &mut input.drawn(),
                ))
                .await
        }
        Engine::Pieces | Engine::WebCryptoPieces => {
            let mut file = Vec::new();
            let sealed_len = object::sealed_len(content.len() as u64);
            let mut writer = FileWriter::new(sealed_len, &mut file);
            let sealed = seal_object(running, input).await?;
            for piece in sealed.chunks(PIECE_LEN) {
                writer.note(piece);
                file.extend_from_slice(piece);
            }
            let written = writer.finish(&mut file);
            let differs = SealError::OtherLength {
                expected: sealed_len,
                found: sealed.len() as u64,
            };
            written.map(|()| file).map_err(|_| differs)
        }
    }
}

async fn open_object(
    running: &Running,
    key: &BackupKey,
    expected: &ObjectExpectation,
    sealed: &[u8],
) -> Opened {
    match running.engine {
        Engine::Core | Engine::WebCrypto => running.run(object::open_object(key, expected, sealed)).await,
        Engine::Pieces => open_in_pieces(key, expected, sealed),
        Engine::WebCryptoPieces => open_by_browser_in_pieces(key, expected, sealed).await,
    }
}

async fn open_by_browser_in_pieces(key: &BackupKey, expected: &ObjectExpectation, sealed: &[u8]) -> Opened {
    let (header, chunks) = sealed.split_at(sealed.len().min(Header::LEN));
    let mut stream = OpenStream::new(Opener::new(key, expected, header)?);
    let mut provisional = Vec::new();
    for piece in chunks.chunks(PIECE_LEN) {
        stream.push(piece, &mut provisional).await?;
    }
    let verified = stream.finish(&mut provisional).await?;
    Ok((confirm(provisional, &verified), verified))
}

fn open_in_pieces(key: &BackupKey, expected: &ObjectExpectation, sealed: &[u8]) -> Opened {
    let (header, chunks) = sealed.split_at(sealed.len().min(Header::LEN));
    let mut opener = Opener::new(key, expected, header)?;
    let mut provisional = Vec::new();
    for piece in chunks.chunks(PIECE_LEN) {
        provisional.push(opener.push(piece)?);
    }
    let (last, verified) = opener.finish()?;
    let mut content = confirm(provisional, &verified);
    content.extend_from_slice(&last);
    Ok((content, verified))
}

fn confirm(pieces: Vec<Provisional<Zeroizing<Vec<u8>>>>, verified: &Verified) -> Zeroizing<Vec<u8>> {
    let mut content = Zeroizing::new(Vec::new());
    for piece in pieces {
        content.extend_from_slice(&piece.confirm(verified).unwrap_or_default());
    }
    content
}
