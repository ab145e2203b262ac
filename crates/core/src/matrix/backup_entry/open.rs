//! Opening entries with the private key of a backup.

use keyhaven_curve25519_many::SharedScalar;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{BackupMacKey, EntryKeys, OpenEntryError, SessionData};
use crate::{
    aes_modes,
    matrix::{
        exported_session::{
            Element, ExportedSession, Fields, Scratch, SkipReason, collect, is_point, read_element,
        },
        json::{Reader, write_escaped},
        recovery_key::{BackupPublicKey, RecoveryKey},
    },
    secret::secret,
    wiping,
};

secret! {
    /// What both sides of one entry agree on.
    SharedSecret[32]
}

/// Opens the entries of one backup. What is the same for all of them is derived once.
#[derive(Debug)]
pub struct BackupOpener {
    private_key: RecoveryKey,
    public_key: BackupPublicKey,
    mac_key: BackupMacKey,
}

/// Where the server has an entry. The server can have it anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'id> {
    /// The room.
    pub room_id: &'id str,
    /// The session.
    pub session_id: &'id str,
}

/// What is known of where a session comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authenticity {
    /// Anybody who knows the public key may have written it, the server among them.
    None,
    /// Written by who has the private key, who did not say of which room it is; that is the server's word.
    Session,
    /// Written by who has the private key, room and all.
    SessionAndRoom,
}

/// A session out of a backup.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "what is not authentic is to be treated so"]
pub struct OpenedEntry {
    session: ExportedSession,
    authenticity: Authenticity,
}

impl BackupOpener {
    /// Of the backup under this key.
    #[must_use]
    pub fn new(private_key: RecoveryKey) -> Self {
        Self {
            public_key: private_key.public_key(),
            mac_key: BackupMacKey::derive(&private_key),
            private_key,
        }
    }

    /// What the backup must have as its public key for this to be its private key.
    #[must_use]
    pub const fn public_key(&self) -> &BackupPublicKey {
        &self.public_key
    }

    /// The session of one entry.
    ///
    /// # Errors
    /// [`OpenEntryError`].
    pub fn open(&self, place: Place<'_>, data: &SessionData) -> Result<OpenedEntry, OpenEntryError> {
        let shared = self.agree(data);
        let opened = self.open_agreed(place, data, &shared);
        wiping::wipe_stack_below();
        opened
    }

    /// The slow part of [`BackupOpener::open`]. Never a part of its caller, so that all of the stack that it uses is
    /// below it.
    #[inline(never)]
    #[must_use]
    pub fn agree(&self, data: &SessionData) -> SharedSecret {
        // EXPOSE: input of the computation.
        let private_key = SharedScalar::new(*self.private_key.expose_secret());
        let agreed = private_key.shared_secret(&data.ephemeral);
        // EXPOSE: one type of secret becomes another. All zeros are refused by who opens with it.
        let mut bytes = Zeroizing::new(agreed.map_or([0; 32], |shared| *shared.expose_secret()));
        SharedSecret::take_bytes(&mut bytes)
    }

    /// The rest of it, for who agrees on many secrets at once.
    ///
    /// # Errors
    /// [`OpenEntryError`].
    #[inline(never)]
    pub fn open_agreed(
        &self,
        place: Place<'_>,
        data: &SessionData,
        shared: &SharedSecret,
    ) -> Result<OpenedEntry, OpenEntryError> {
        let make = |element: &Element<'_>, _| ExportedSession::of(element);
        let (session, authenticity) = self.open_element(place, data, shared, make)?;
        Ok(OpenedEntry {
            session,
            authenticity,
        })
    }

    /// The same with the session as JSON, in its one spelling, where no value is needed of it.
    ///
    /// # Errors
    /// [`OpenEntryError`].
    #[inline(never)]
    pub fn open_agreed_as_json(
        &self,
        place: Place<'_>,
        data: &SessionData,
        shared: &SharedSecret,
    ) -> Result<(Zeroizing<Vec<u8>>, Authenticity), OpenEntryError> {
        self.open_element(place, data, shared, |element, len| Ok(element.to_json(len)))
    }

    /// `make` is told how long the text of the session is.
    fn open_element<T>(
        &self,
        place: Place<'_>,
        data: &SessionData,
        shared: &SharedSecret,
        make: impl FnOnce(&Element<'_>, usize) -> Result<T, SkipReason>,
    ) -> Result<(T, Authenticity), OpenEntryError> {
        if *shared == SharedSecret::take_bytes(&mut [0; 32]) {
            return Err(OpenEntryError::NonContributory);
        }
        let keys = EntryKeys::derive(shared);
        if !bool::from(keys.truncated_mac().ct_eq(&data.mac)) {
            return Err(OpenEntryError::OtherKey);
        }
        let is_authentic = match &data.backup_mac {
            Some(mac) if bool::from(self.mac_key.tag(&mac.canonical).ct_eq(&mac.tag)) => true,
            Some(_) => return Err(OpenEntryError::BackupMac),
            None => false,
        };
        let text = decrypt(&keys, &data.ciphertext)?;
        let mut fields = Fields::default();
        let len = collect(&text, &mut fields).map_err(|_| OpenEntryError::Damaged)?;
        if len != text.len() {
            return Err(OpenEntryError::Damaged);
        }
        // Who does not authenticate says nothing, and is not listened to.
        let said_room = fields.said_room_id().filter(|_| is_authentic);
        if said_room
            .as_ref()
            .is_some_and(|said| said.as_str() != place.room_id)
        {
            return Err(OpenEntryError::OtherRoom);
        }
        let is_in_doubt = fields.unauthenticated.unwrap_or_default();
        let authenticity = match (is_authentic && !is_in_doubt, said_room) {
            (true, Some(_)) => Authenticity::SessionAndRoom,
            (true, None) => Authenticity::Session,
            (false, _) => Authenticity::None,
        };
        let made = at_place(place, fields, |element, room_len| make(element, len + room_len))?;
        Ok((made, authenticity))
    }
}

impl OpenedEntry {
    /// What is known of where it comes from.
    #[must_use]
    pub const fn authenticity(&self) -> Authenticity {
        self.authenticity
    }

    /// The session, with what is known of it.
    #[must_use]
    pub fn into_session(self) -> (ExportedSession, Authenticity) {
        (self.session, self.authenticity)
    }
}

fn decrypt(keys: &EntryKeys, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenEntryError> {
    let parts = keys.parts();
    aes_modes::decrypt_cbc(parts.cipher, parts.iv, ciphertext).ok_or(OpenEntryError::Damaged)
}

/// What `make` makes of the session that the fields are in the place that the server has it: its id must be that of its
/// key, and its public key a point. `make` is told how long the room is as it is written there.
fn at_place<T>(
    place: Place<'_>,
    fields: Fields<'_>,
    make: impl FnOnce(&Element<'_>, usize) -> Result<T, SkipReason>,
) -> Result<T, OpenEntryError> {
    let quoted = |text: &str| {
        let mut quoted = Vec::with_capacity(text.len() + 2);
        write_escaped(text, &mut quoted);
        quoted
    };
    let (room_id, session_id) = (quoted(place.room_id), quoted(place.session_id));
    let damaged = |_| OpenEntryError::Damaged;
    let mut fields = fields;
    fields.put_in(
        Reader::new(&room_id).text().map_err(damaged)?,
        Reader::new(&session_id).text().map_err(damaged)?,
    );
    let mut scratch = Scratch::default();
    let element = read_element(&fields, &mut scratch).map_err(OpenEntryError::Session)?;
    if !is_point(element.public_key()) {
        return Err(OpenEntryError::Session(SkipReason::NotAPoint));
    }
    make(&element, room_id.len()).map_err(OpenEntryError::Session)
}
