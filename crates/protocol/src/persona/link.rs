//! Codes of mailed links that are not resets: confirming and freezing. They stand in the fragment of the link, and the
//! page behind it sends them only when somebody clicks.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::base64url::{self, B64};

/// What a link is for. The first letter of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// `c`: confirms the address of a sign-up.
    Confirm,
    /// `o`: confirms a change of address from the address that is in force.
    ChangeFrom,
    /// `n`: confirms a change of address from the new one.
    ChangeTo,
    /// `f`: "this was not me".
    Freeze,
}

impl LinkKind {
    const ALL: [Self; 4] = [Self::Confirm, Self::ChangeFrom, Self::ChangeTo, Self::Freeze];

    const fn letter(self) -> char {
        match self {
            Self::Confirm => 'c',
            Self::ChangeFrom => 'o',
            Self::ChangeTo => 'n',
            Self::Freeze => 'f',
        }
    }
}

/// A text that is no link code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the code of a link")]
pub struct LinkCodeError;

/// 32 random bytes behind one letter: 44 characters. The server stores SHA-256 of the text.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode {
    kind: LinkKind,
    secret: B64<32>,
}

impl LinkCode {
    /// A code of these random bytes.
    #[must_use]
    pub const fn new(kind: LinkKind, secret: [u8; 32]) -> Self {
        Self {
            kind,
            secret: B64(secret),
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> LinkKind {
        self.kind
    }

    /// The text that goes into the mailed link and back to the server.
    #[must_use]
    pub fn expose_text(&self) -> String {
        format!("{}{}", self.kind.letter(), base64url::encode(&self.secret.0))
    }
}

impl FromStr for LinkCode {
    type Err = LinkCodeError;

    fn from_str(text: &str) -> Result<Self, LinkCodeError> {
        let mut characters = text.chars();
        let letter = characters.next().ok_or(LinkCodeError)?;
        let kind = LinkKind::ALL
            .into_iter()
            .find(|kind| kind.letter() == letter)
            .ok_or(LinkCodeError)?;
        let bytes = base64url::decode(characters.as_str()).map_err(|_| LinkCodeError)?;
        Ok(Self::new(kind, bytes.try_into().map_err(|_| LinkCodeError)?))
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkCode")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// `POST /persona/v1/confirm` and `POST /persona/v1/freeze`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The text of a [`LinkCode`].
    pub code: String,
}

impl fmt::Debug for LinkRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRequest").finish_non_exhaustive()
    }
}

/// What a code of `POST /persona/v1/confirm` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConfirmResponse {
    /// The address of the account is confirmed.
    AccountConfirmed,
    /// One of the two sides of a change of address is confirmed; the other is missing.
    AddressChangeWaits,
    /// Both are: the account has the new address, and everybody is signed out.
    AddressChanged,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_its_text_and_debug_hides_it() {
        for kind in LinkKind::ALL {
            let code = LinkCode::new(kind, [9; 32]);
            let text = code.expose_text();
            assert_eq!(text.len(), 44);
            assert_eq!(text.parse(), Ok(code.clone()));
            assert_eq!(format!("{code:?}"), format!("LinkCode {{ kind: {kind:?}, .. }}"));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let secret = "A".repeat(43);
        for text in [
            "",
            "c",
            "f\u{e9}",
            &format!("k{secret}"),
            &format!("C{secret}"),
            &format!("c{secret}A"),
        ] {
            assert_eq!(text.parse::<LinkCode>(), Err(LinkCodeError), "{text:?}");
        }
    }
}
