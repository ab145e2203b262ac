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

/// `MIN` to `MAX` bytes that travel as base64url text. `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct B64Within<const MIN: usize, const MAX: usize>(Vec<u8>);

/// Bytes of a length that is not allowed where they are to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{found} bytes are too few or too many")]
pub struct LengthError {
    /// How many there are.
    pub found: usize,
}

impl<const MIN: usize, const MAX: usize> B64Within<MIN, MAX> {
    /// Characters of the longest text: a longer one is not decoded.
    const MAX_CHARACTERS: usize = (MAX * 4).div_ceil(3);

    /// The bytes, if their length is allowed.
    ///
    /// # Errors
    /// [`LengthError`] for fewer than `MIN` and more than `MAX`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, LengthError> {
        match bytes.len() {
            found if (MIN..=MAX).contains(&found) => Ok(Self(bytes)),
            found => Err(LengthError { found }),
        }
    }
}

impl<const N: usize> fmt::Debug for B64<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B64({N} bytes)")
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for B64Within<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B64Within({} bytes)", self.0.len())
    }
}

impl<const N: usize> From<[u8; N]> for B64<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> AsRef<[u8]> for B64<N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> AsRef<[u8]> for B64Within<MIN, MAX> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> Serialize for B64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl<const MIN: usize, const MAX: usize> Serialize for B64Within<MIN, MAX> {
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

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for B64Within<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if text.len() > Self::MAX_CHARACTERS {
            return Err(de::Error::custom(LengthError {
                found: text.len() / 4 * 3,
            }));
        }
        Self::new(decode(&text).map_err(de::Error::custom)?).map_err(de::Error::custom)
    }
}

/// The schema of base64url text of so many bytes.
#[cfg(feature = "openapi")]
pub(crate) fn schema_of(
    len: core::ops::RangeInclusive<usize>,
) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let [least, most] = [len.start(), len.end()].map(|len| (len * 4).div_ceil(3));
    let characters = match least == most {
        true => least.to_string(),
        false => format!("{least},{most}"),
    };
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .pattern(Some(format!("^[A-Za-z0-9_-]{{{characters}}}$")))
        .into()
}

#[cfg(feature = "openapi")]
impl<const N: usize> utoipa::PartialSchema for B64<N> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        schema_of(N..=N)
    }
}

#[cfg(feature = "openapi")]
impl<const N: usize> utoipa::ToSchema for B64<N> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Base64Url{N}"))
    }
}

#[cfg(feature = "openapi")]
impl<const MIN: usize, const MAX: usize> utoipa::PartialSchema for B64Within<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        schema_of(MIN..=MAX)
    }
}

#[cfg(feature = "openapi")]
impl<const MIN: usize, const MAX: usize> utoipa::ToSchema for B64Within<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Base64Url{MIN}To{MAX}"))
    }
}

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
    fn a_length_out_of_bounds_is_refused_by_the_bounded_newtype() {
        let read = |text: &str| serde_json::from_str::<B64Within<2, 3>>(&format!("\"{text}\""));
        assert_eq!(read("-_8").unwrap().as_ref(), [0xfb, 0xff]);
        assert_eq!(read("Zm9v").unwrap().as_ref(), b"foo");
        for text in ["", "Zg", "Zm9vYg", &"Z".repeat(1000)] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert_eq!(B64Within::<2, 3>::new(vec![0; 4]), Err(LengthError { found: 4 }));
    }

    #[test]
    fn debug_shows_no_byte() {
        assert_eq!(
            format!("{:?} {:?}", B64([7; 32]), B64Within::<1, 4>(vec![7; 3])),
            "B64(32 bytes) B64Within(3 bytes)"
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
