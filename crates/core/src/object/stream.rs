//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM, a chunk at a time.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::job::{AesGcmJob, AesKey, NONCE_LEN};

/// Where a chunk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Others follow.
    Inner,
    /// The end.
    Last,
}

impl Position {
    pub(super) const fn of(last: bool) -> Self {
        if last { Self::Last } else { Self::Inner }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Inner => Self::Last,
            Self::Last => Self::Inner,
        }
    }
}

/// `7 zero bytes, u32 BE index, last flag`. The key is used for one version of one object only, so the prefix may be
/// zero; the header is bound through the key, so there is no associated data.
pub(super) fn chunk_job(
    key: &Arc<AesKey>,
    index: u32,
    position: Position,
    text: Zeroizing<Vec<u8>>,
) -> AesGcmJob {
    let [i0, i1, i2, i3] = index.to_be_bytes();
    let last = match position {
        Position::Inner => 0,
        Position::Last => 1,
    };
    let nonce: [u8; NONCE_LEN] = [0, 0, 0, 0, 0, 0, 0, i0, i1, i2, i3, last];
    AesGcmJob {
        key: Arc::clone(key),
        nonce,
        associated_data: Vec::new(),
        text,
    }
}
