//! Entries as JSON.

use std::mem;

use super::{EntryFormatError, TRUNCATED_MAC_LEN};
use crate::matrix::{
    base64, canonical_json,
    json::{JsonError, Reader, Text},
};

/// Most bytes of an entry. One that was seen has about 850.
const ENTRY_MAX_BYTES: usize = 128 * 1024;
/// As written, and as it was named before the proposal was numbered in.
const BACKUP_MAC: [&str; 2] = ["backup_mac", "org.matrix.msc4048.backup_mac"];
/// What no signature covers.
const NOT_COVERED: [&str; 2] = ["signatures", "unsigned"];

/// One session in a backup, as the server has it. Everything but `session_data` is the server's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupEntry {
    /// The first message that it opens.
    pub first_message_index: u32,
    /// How often it was passed on.
    pub forwarded_count: u32,
    /// Never trusted, and never written as true.
    pub is_verified: bool,
    /// The session itself, sealed.
    pub session_data: SessionData,
}

/// A sealed session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionData {
    pub(super) ephemeral: [u8; 32],
    pub(super) mac: [u8; TRUNCATED_MAC_LEN],
    pub(super) ciphertext: Vec<u8>,
    pub(super) backup_mac: Option<BackupMac>,
}

/// A tag of who sealed it, with what it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BackupMac {
    pub(super) tag: [u8; 32],
    pub(super) canonical: Vec<u8>,
}

impl BackupEntry {
    /// Reads what a server has under a room and a session id.
    ///
    /// # Errors
    /// [`EntryFormatError`].
    pub fn parse(json: &[u8]) -> Result<Self, EntryFormatError> {
        check_len(json)?;
        let (mut first_message_index, mut forwarded_count, mut is_verified) = (0, 0, false);
        let mut session_data: Option<&[u8]> = None;
        let mut reader = Reader::new(json);
        reader.object(&mut |name, reader| {
            match name.as_plain() {
                Some("first_message_index") => first_message_index = reader.u32()?,
                Some("forwarded_count") => forwarded_count = reader.u32()?,
                Some("is_verified") => is_verified = reader.bool()?,
                Some("session_data") => {
                    session_data = Some(raw(reader)?);
                }
                _ => reader.skip(1)?,
            }
            Ok(())
        })?;
        reader.end()?;
        Ok(Self {
            first_message_index,
            forwarded_count,
            is_verified,
            session_data: SessionData::parse(session_data.ok_or(EntryFormatError::Missing)?)?,
        })
    }

    /// The entry as it is uploaded.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!(
            "{{\"first_message_index\":{},\"forwarded_count\":{},\"is_verified\":{},\"session_data\":{}}}",
            self.first_message_index,
            self.forwarded_count,
            self.is_verified,
            self.session_data.to_json()
        )
    }
}

impl SessionData {
    /// Reads the `session_data` of an entry.
    ///
    /// # Errors
    /// [`EntryFormatError`].
    pub fn parse(json: &[u8]) -> Result<Self, EntryFormatError> {
        check_len(json)?;
        let (mut ephemeral, mut mac, mut ciphertext, mut tag) = (None, None, None, None);
        let mut reader = Reader::new(json);
        reader.object(&mut |name, reader| {
            match name.as_plain() {
                Some("ephemeral") => ephemeral = Some(reader.text()?),
                Some("mac") => mac = Some(reader.text()?),
                Some("ciphertext") => ciphertext = Some(reader.text()?),
                Some("unsigned") => tag = read_unsigned(reader)?,
                _ => reader.skip(1)?,
            }
            Ok(())
        })?;
        reader.end()?;
        let backup_mac = match tag {
            Some(tag) => Some(BackupMac {
                tag: array(tag)?,
                canonical: canonical_json::of_object(json, &NOT_COVERED)?,
            }),
            None => None,
        };
        Ok(Self {
            ephemeral: array(ephemeral.ok_or(EntryFormatError::Missing)?)?,
            mac: array(mac.ok_or(EntryFormatError::Missing)?)?,
            ciphertext: bytes(ciphertext.ok_or(EntryFormatError::Missing)?)?,
            backup_mac,
        })
    }

    /// The JSON of it: canonical, with its tag beside.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = self.to_canonical();
        if let Some(backup_mac) = &self.backup_mac {
            json.pop();
            let unsigned = format!(
                ",\"unsigned\":{{\"{}\":\"{}\"}}}}",
                BACKUP_MAC[0],
                base64::to_text(&backup_mac.tag)
            );
            json.push_str(&unsigned);
        }
        json
    }

    /// What a tag is over, of an entry that we write.
    pub(super) fn to_canonical(&self) -> String {
        format!(
            "{{\"ciphertext\":\"{}\",\"ephemeral\":\"{}\",\"mac\":\"{}\"}}",
            base64::to_text(&self.ciphertext),
            base64::to_text(&self.ephemeral),
            base64::to_text(&self.mac)
        )
    }

    /// The key that it was sealed with for this once: what a program needs that agrees on many secrets at once.
    #[must_use]
    pub const fn ephemeral(&self) -> &[u8; 32] {
        &self.ephemeral
    }
}

fn read_unsigned<'json>(reader: &mut Reader<'json>) -> Result<Option<Text<'json>>, JsonError> {
    let mut tag = None;
    reader.object(&mut |name, reader| {
        if BACKUP_MAC.iter().any(|known| name.is(known)) {
            tag = Some(reader.text()?);
            return Ok(());
        }
        reader.skip(2)
    })?;
    Ok(tag)
}

/// The next value as it is written.
fn raw<'json>(reader: &mut Reader<'json>) -> Result<&'json [u8], JsonError> {
    reader.skip_space();
    let before = reader.rest();
    reader.skip(1)?;
    Ok(before
        .get(..before.len() - reader.rest().len())
        .unwrap_or_default())
}

fn bytes(text: Text<'_>) -> Result<Vec<u8>, EntryFormatError> {
    // Base64 with escapes is base64 still: a slash may be written as one.
    base64::decode(text.to_owned_text().as_bytes())
        .map(|mut bytes| mem::take(&mut *bytes))
        .ok_or(EntryFormatError::Base64)
}

fn array<const N: usize>(text: Text<'_>) -> Result<[u8; N], EntryFormatError> {
    bytes(text)?.try_into().map_err(|_| EntryFormatError::Length)
}

const fn check_len(json: &[u8]) -> Result<(), EntryFormatError> {
    if json.len() > ENTRY_MAX_BYTES {
        return Err(EntryFormatError::TooLong);
    }
    Ok(())
}
