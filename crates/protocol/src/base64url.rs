//! Strict base64url without padding (RFC 4648, section 5), and byte newtypes that travel as such text.
//!
//! Strict means one text for each byte string: no padding, no white space, no other alphabet, and the unused bits of
//! the last character are zero.

use core::fmt;
use std::borrow::Cow;

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(false),
);

/// A text that is not canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical base64url")]
pub struct Base64UrlError;

/// The text of `bytes`: four characters for three bytes, no padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// The bytes of `text`.
///
/// # Errors
/// [`Base64UrlError`] if `text` is not what [`encode`] writes for some bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, Base64UrlError> {
    ENGINE.decode(text).map_err(|_| Base64UrlError)
}

/// Exactly `N` bytes that travel as base64url text. `Debug` shows the length only, because an auth value may be inside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct B64<const N: usize>(pub [u8; N]);

/// Bytes of any length that travel as base64url text. `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct B64Vec(pub Vec<u8>);

impl<const N: usize> fmt::Debug for B64<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B64({N} bytes)")
    }
}

impl fmt::Debug for B64Vec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B64Vec({} bytes)", self.0.len())
    }
}

impl<const N: usize> From<[u8; N]> for B64<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for B64Vec {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> AsRef<[u8]> for B64<N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for B64Vec {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> Serialize for B64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl Serialize for B64Vec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for B64<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = decode(&text).map_err(de::Error::custom)?;
        let len = bytes.len();
        let bytes = bytes
            .try_into()
            .map_err(|_| de::Error::invalid_length(len, &format!("{N} bytes of base64url").as_str()))?;
        Ok(Self(bytes))
    }
}

impl<'de> Deserialize<'de> for B64Vec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        decode(&text).map(Self).map_err(de::Error::custom)
    }
}

/// The schema of base64url text: of exactly this many bytes, or of any number.
#[cfg(feature = "openapi")]
pub(crate) fn schema_of(len: Option<usize>) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let pattern = match len.map(|len| (len * 4).div_ceil(3)) {
        Some(characters) => format!("^[A-Za-z0-9_-]{{{characters}}}$"),
        None => "^[A-Za-z0-9_-]*$".to_owned(),
    };
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .pattern(Some(pattern))
        .into()
}

#[cfg(feature = "openapi")]
impl<const N: usize> utoipa::PartialSchema for B64<N> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        schema_of(Some(N))
    }
}

#[cfg(feature = "openapi")]
impl<const N: usize> utoipa::ToSchema for B64<N> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Base64Url{N}"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for B64Vec {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        schema_of(None)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for B64Vec {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_of_rfc_4648_come_out_without_padding() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text), Ok(bytes.as_bytes().to_vec()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn a_second_spelling_of_the_same_bytes_is_refused() {
        for text in [
            "Zg==", "Zg=", "Zh", "Zm9", "Z", "+_8", "-/8", " Zg", "Zg\n", "Zm 9v", "Zé",
        ] {
            assert_eq!(decode(text), Err(Base64UrlError), "{text:?}");
        }
    }

    #[test]
    fn a_wrong_length_is_refused_by_the_fixed_newtype() {
        assert_eq!(
            serde_json::from_str::<B64<2>>("\"-_8\"").unwrap(),
            B64([0xfb, 0xff])
        );
        assert!(serde_json::from_str::<B64<3>>("\"-_8\"").is_err());
        assert!(serde_json::from_str::<B64<2>>("[251,255]").is_err());
    }

    #[test]
    fn debug_shows_no_byte() {
        assert_eq!(
            format!("{:?} {:?}", B64([7; 32]), B64Vec(vec![7; 3])),
            "B64(32 bytes) B64Vec(3 bytes)"
        );
    }

    proptest! {
        #[test]
        fn every_text_that_decodes_is_the_text_of_its_bytes(text in "[A-Za-z0-9_=+/-]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
