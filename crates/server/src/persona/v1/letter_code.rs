//! The code of a letter that confirms or freezes, as it arrives.

use keyhaven_protocol::{
    error::ErrorCode,
    persona::{LinkCode, LinkKind, LinkRequest},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// What the store knows of a code of one of these kinds: SHA-256 of its text.
///
/// # Errors
/// `InvalidLinkCode` for a text that is none, or is for another purpose: as for a wrong code.
pub(super) fn hash_of(request: LinkRequest, kinds: &[LinkKind]) -> Result<[u8; 32], ErrorCode> {
    let text = Zeroizing::new(request.code);
    match text.parse::<LinkCode>() {
        Ok(code) if kinds.contains(&code.kind()) => Ok(Sha256::digest(text.as_bytes()).into()),
        _ => Err(ErrorCode::InvalidLinkCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_for_another_purpose_is_no_code() {
        let request = || LinkRequest {
            code: LinkCode::new(LinkKind::Freeze, [5; 32]).expose_text(),
        };
        assert_eq!(
            hash_of(request(), &[LinkKind::Confirm, LinkKind::Freeze]),
            Ok(Sha256::digest(request().code.as_bytes()).into())
        );
        assert_eq!(
            hash_of(request(), &[LinkKind::Confirm, LinkKind::ChangeTo]),
            Err(ErrorCode::InvalidLinkCode)
        );
        let other = LinkRequest { code: "f".to_owned() };
        assert_eq!(
            hash_of(other, &[LinkKind::Freeze]),
            Err(ErrorCode::InvalidLinkCode)
        );
    }
}
