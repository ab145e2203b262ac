//! What writes: key files, new recovery keys, entries of a backup, secrets.

use js_sys::Array;
use keyhaven_core::matrix::{
    backup_entry::{BackupSealer, LowOrderError, Origin},
    exported_session::{ExportedSession, Input, SessionParseError, SessionReader, SkipReason},
    key_file::{Rounds, SealKeyFileError, SessionList, seal},
    passphrase::Passphrase,
    ratchet::BackwardError,
    recovery_key::BackupPublicKey,
};
use keyhaven_core::wiping::wipe_stack_below;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    batch::{self, SessionBatch, parse_json},
    drawn::Drawn,
    passphrase::passphrase,
    recovery_key::RecoveryKey,
    task::{Product, Task},
};
use crate::{
    code::Code,
    failure::{Failure, list_of, thrown},
};

/// A key file that is to be sealed: what it is sealed with, and its sessions so far.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFileSealing {
    passphrase: Passphrase,
    rounds: Rounds,
    sessions: SessionList,
}

/// Seals sessions for one backup.
#[wasm_bindgen]
#[derive(Debug)]
pub struct BackupWriter(BackupSealer);

#[wasm_bindgen]
impl KeyFileSealing {
    /// Without sessions.
    ///
    /// # Errors
    /// A passphrase or rounds that are refused.
    #[wasm_bindgen(constructor)]
    pub fn new(typed: Vec<u8>, rounds: u32) -> Result<Self, JsValue> {
        Ok(Self {
            passphrase: passphrase(typed)?,
            rounds: Rounds::new(rounds).map_err(thrown)?,
            sessions: SessionList::new(),
        })
    }

    /// Adds a JSON list of sessions, and says which of them are none, as [`SessionBatch::skipped`] does.
    ///
    /// # Errors
    /// If it is no list, which is a mistake of this package.
    pub fn push(&mut self, json: Vec<u8>) -> Result<Array, JsValue> {
        let mut reader = SessionReader::over(Zeroizing::new(json));
        let skipped = Array::new();
        while let Some(unchecked) = reader
            .next_batch(usize::MAX, Input::Over)
            .map_err(|_| thrown(Code::Internal))?
        {
            let batch = unchecked.check_points();
            self.sessions.push_batch(&batch);
            for value in SessionBatch::from(batch).skipped().iter() {
                skipped.push(&value);
            }
        }
        Ok(skipped)
    }

    /// The text of the file. `drawn` are 32 random bytes.
    ///
    /// # Errors
    /// Nothing but a mistake of this package.
    pub fn seal(self, drawn: Vec<u8>) -> Result<Task, JsValue> {
        let mut rng = Drawn::new(drawn, 32)?;
        let step = seal(self.sessions, &self.passphrase, self.rounds, &mut rng);
        Ok(Task::new(step, Product::Bytes))
    }
}

#[wasm_bindgen]
impl BackupWriter {
    /// With nothing but the public key.
    ///
    /// # Errors
    /// If it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(public_key: &str) -> Result<Self, JsValue> {
        let public_key = BackupPublicKey::parse(public_key);
        let public_key = public_key.ok_or_else(|| thrown(Code::InvalidPublicKey))?;
        Ok(Self(BackupSealer::new(public_key)))
    }

    /// With the private key: entries carry a tag that nobody else can make.
    #[wasm_bindgen(js_name = withPrivateKey)]
    pub fn with_private_key(key: &RecoveryKey) -> Self {
        Self(BackupSealer::with_private_key(&key.0))
    }

    /// The entry of one session, as it is uploaded. `imported` for a session whose origin is hearsay;
    /// `drawn` are 32 random bytes.
    ///
    /// # Errors
    /// If the session is none, or the public key gives everything away.
    pub fn seal(&self, json: Vec<u8>, imported: bool, drawn: Vec<u8>) -> Result<JsValue, JsValue> {
        let session = ExportedSession::parse(&Zeroizing::new(json)).map_err(thrown)?;
        let mut rng = Drawn::new(drawn, 32)?;
        let entry = self
            .0
            .seal(&session, origin(imported), &mut rng)
            .map_err(thrown)?;
        parse_json(entry.to_json().as_bytes())
    }

    /// The entries of a JSON list of sessions: for each its id and its entry. `drawn` are 32 random bytes for each;
    /// `first` is the index of the first one for who is told of a bad one.
    ///
    /// # Errors
    /// If a session is none, or the public key gives everything away.
    #[wasm_bindgen(js_name = sealAll)]
    pub fn seal_all(
        &self,
        json: Vec<u8>,
        imported: bool,
        drawn: Vec<u8>,
        first: u32,
    ) -> Result<JsValue, JsValue> {
        let mut reader = SessionReader::over(Zeroizing::new(json));
        let mut sessions = Vec::new();
        while let Some(batch) = reader
            .next_batch(usize::MAX, Input::Over)
            .map_err(|_| thrown(Code::Internal))?
        {
            let batch = batch.check_points();
            if let Some(skipped) = batch.skipped().first() {
                let index = u32::try_from(skipped.index).unwrap_or(u32::MAX);
                return Err(thrown(refused(first.saturating_add(index), &skipped.reason)));
            }
            sessions.extend(batch.sessions());
        }
        let mut rng = Drawn::new(drawn, 32 * sessions.len())?;
        let entries = self
            .0
            .seal_all(&sessions, origin(imported), &mut rng)
            .map_err(thrown)?;
        let texts = sessions.iter().zip(&entries);
        let texts: Vec<_> = texts
            .map(|(session, entry)| format!("\"{}\",{}", session.session_id(), entry.to_json()))
            .collect();
        parse_json(format!("[{}]", texts.join(",")).as_bytes())
    }
}

/// The JSON of a session from a later index on, as an object.
///
/// # Errors
/// If it is none, or begins behind the index.
#[wasm_bindgen(js_name = ratchetSession)]
pub fn ratchet_session(json: Vec<u8>, index: u32) -> Result<JsValue, JsValue> {
    let later = ratchet(json, index);
    wipe_stack_below();
    parse_json(&later.map_err(list_of)?)
}

/// Never a part of its caller, so that all of the stack that it uses is below it.
#[inline(never)]
fn ratchet(json: Vec<u8>, index: u32) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let session = ExportedSession::parse(&Zeroizing::new(json))?;
    Ok(session.ratchet_to(index)?.to_json())
}

const fn origin(imported: bool) -> Origin {
    if imported {
        Origin::Imported
    } else {
        Origin::Received
    }
}

fn refused(index: u32, reason: &SkipReason) -> Failure {
    let (reason, field) = batch::reason(reason);
    Failure::new(Code::InvalidSession)
        .with("index", index)
        .with("reason", reason)
        .with("field", field)
}

impl From<SealKeyFileError> for Failure {
    fn from(error: SealKeyFileError) -> Self {
        match error {
            SealKeyFileError::Rounds {
                rounds,
                floor,
                ceiling,
            } => Self::new(Code::RoundsOutOfRange)
                .with("rounds", rounds)
                .with("floor", floor)
                .with("ceiling", ceiling),
            SealKeyFileError::Job(error) => error.into(),
            _ => Self::new(Code::Internal),
        }
    }
}

impl From<SessionParseError> for Failure {
    fn from(error: SessionParseError) -> Self {
        match error {
            SessionParseError::Refused(reason) => refused(0, &reason),
            _ => Self::new(Code::InvalidSession)
                .with("index", 0)
                .with("reason", "not-json"),
        }
    }
}

impl From<BackwardError> for Failure {
    fn from(BackwardError { index, target }: BackwardError) -> Self {
        Self::new(Code::IndexBehind)
            .with("first", index)
            .with("index", target)
    }
}

impl From<LowOrderError> for Failure {
    fn from(LowOrderError: LowOrderError) -> Self {
        Self::new(Code::LowOrderPublicKey)
    }
}
