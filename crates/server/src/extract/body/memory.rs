//! A memory that bodies share, and what one of them holds of it.

use std::sync::Arc;

use bytes::Bytes;
use keyhaven_protocol::{error::ErrorCode, persona::AccountId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    extract::Network,
    failure::ApiError,
    shares::{NetworkShare, NetworkShares, Share},
};

const KIB: usize = 1024;

/// So much for all bodies together, and half of it for one network.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    free_kib: Arc<Semaphore>,
    all_kib: usize,
    networks: NetworkShares,
}

impl Memory {
    pub(super) fn new(bytes: usize) -> Self {
        let all_kib = bytes / KIB;
        Self {
            free_kib: Arc::new(Semaphore::new(all_kib)),
            all_kib,
            networks: NetworkShares::new(u32::try_from(all_kib / 2).unwrap_or(u32::MAX)),
        }
    }

    /// Takes room for so many bytes of a network's.
    ///
    /// # Errors
    /// [`ApiError::Busy`] without room.
    pub(super) fn take(&self, network: Network, bytes: usize) -> Result<Held, ApiError> {
        let kib = kib(bytes)?;
        let share = self.networks.take(network, kib).ok_or(ApiError::Busy)?;
        Ok(Held {
            permit: self.permit(kib)?,
            share,
            memory: self.clone(),
        })
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.all_kib.saturating_sub(self.free_kib.available_permits()) * KIB
    }

    fn permit(&self, kib: u32) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.free_kib)
            .try_acquire_many_owned(kib)
            .map_err(|_| ApiError::Busy)
    }
}

/// What one body holds; given back on drop.
#[derive(Debug)]
pub(super) struct Held {
    permit: OwnedSemaphorePermit,
    share: NetworkShare,
    memory: Memory,
}

impl Held {
    /// Takes what is missing for a body of this length.
    ///
    /// # Errors
    /// [`ApiError::Busy`] without room.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), ApiError> {
        let held = u32::try_from(self.permit.num_permits()).unwrap_or(u32::MAX);
        let missing = kib(bytes)?.saturating_sub(held);
        if missing > 0 {
            self.share.add(missing).ok_or(ApiError::Busy)?;
            self.permit.merge(self.memory.permit(missing)?);
        }
        Ok(())
    }

    /// The bytes, which hold their place until the last piece of them is dropped.
    pub(super) fn keep_for(self, bytes: Bytes, of_account: Option<Share<AccountId>>) -> Bytes {
        Bytes::from_owner(Kept {
            bytes,
            _held: self,
            _of_account: of_account,
        })
    }
}

struct Kept {
    bytes: Bytes,
    _held: Held,
    _of_account: Option<Share<AccountId>>,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

pub(super) fn kib(bytes: usize) -> Result<u32, ErrorCode> {
    u32::try_from(bytes.div_ceil(KIB)).map_err(|_| ErrorCode::TooLarge)
}
