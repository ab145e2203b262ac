//! Identifiers of our own wire: 16 random bytes, 22 characters of base64url.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base64url;

/// A text that is not 22 characters of canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 22 characters of base64url")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; Self::LEN]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = 16;

            /// An id of these bytes; the caller draws them at random.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
                Self(bytes)
            }

            /// The bytes, as they are bound into associated data.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let bytes = base64url::decode(text).map_err(|_| IdError)?;
                Ok(Self(bytes.try_into().map_err(|_| IdError)?))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url::encode(&self.0))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                base64url::schema_of(Self::LEN..=Self::LEN)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// Names an account in everything that is sealed; never the address.
    AccountId
}
id! {
    /// Names one sealed object of an account.
    ObjectId
}
id! {
    /// Names a session in a list; it opens nothing.
    SessionId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = AccountId::from_bytes([7; 16]);
        assert_eq!(id.to_string().len(), 22);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        for text in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAA+A",
            "AAAAAAAAAAAAAAAAAAAAAB",
        ] {
            assert_eq!(text.parse::<ObjectId>(), Err(IdError), "{text:?}");
        }
    }
}
