//! The memory of answers: what is read from the store stays in memory until its last byte was taken.
//!
//! Whoever reads slowly holds it for as long as the connection's patience allows. So answers share a bounded memory, of
//! which one network has at most half, and who finds none left is told to come back. Lists are answers too: ids may be
//! long and many.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use keyhaven_storage::{Content, ForAuthor, StorageError};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    extract::Network,
    failure::{ApiError, Challenge},
    shares::{NetworkShare, NetworkShares},
};

const KIB: u64 = 1024;
/// What is taken before the size is known, so that a short answer costs one question to the store.
const SHORT_BYTES: u64 = 64 * KIB;
/// An object may be replaced by a longer one between the question for its size and the reading, but not forever.
const TRIES_MAX: usize = 3;

/// What is left of the memory for answers.
#[derive(Debug, Clone)]
pub(crate) struct AnswerBudget {
    free_kib: Arc<Semaphore>,
    all_kib: u32,
    networks: NetworkShares,
}

/// Some of the memory; given back on drop.
#[derive(Debug)]
struct Reserved {
    memory: OwnedSemaphorePermit,
    share: NetworkShare,
}

impl Reserved {
    /// Gives back what is not needed for so many bytes.
    fn shrink_to(&mut self, bytes: usize) {
        let kib = bytes.div_ceil(1024);
        let surplus = self.memory.num_permits().saturating_sub(kib);
        if let Some(permits) = self.memory.split(surplus) {
            drop(permits);
            self.share.give_back(u32::try_from(surplus).unwrap_or(u32::MAX));
        }
    }
}

/// Bytes that hold their place in the memory until the last piece of them is dropped.
struct Charged {
    bytes: Bytes,
    _reserved: Reserved,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AnswerBudget {
    /// This much memory for all answers together.
    pub(crate) fn new(all_kib: u32) -> Self {
        Self {
            free_kib: Arc::new(Semaphore::new(
                all_kib.try_into().unwrap_or(Semaphore::MAX_PERMITS),
            )),
            all_kib,
            networks: NetworkShares::new(all_kib / 2),
        }
    }

    /// What answers hold now, in bytes.
    pub(crate) fn held_bytes(&self) -> u64 {
        let free = u64::try_from(self.free_kib.available_permits()).unwrap_or(u64::MAX);
        u64::from(self.all_kib).saturating_sub(free) * KIB
    }

    /// Reads with room for what is read: `read` is asked with the length that there is room for, again if it is longer.
    ///
    /// # Errors
    /// [`ApiError::Busy`] without room; nobody signed in, with this challenge; the store failed.
    pub(crate) async fn read<T, R>(
        &self,
        network: Network,
        challenge: Challenge,
        read: impl Fn(u64) -> R,
    ) -> Result<Option<T>, ApiError>
    where
        T: Chargeable,
        R: Future<Output = Result<ForAuthor<Content<T>>, StorageError>>,
    {
        let found = self.reserved(network, challenge, read).await?;
        Ok(found.map(|(content, reserved)| content.with_bytes(|bytes| charged(bytes, reserved))))
    }

    /// Reads a list with room for it and for the answer that it becomes, as JSON. What only the list took is given
    /// back.
    ///
    /// # Errors
    /// As of [`Self::read`].
    pub(crate) async fn list<T, R, V>(
        &self,
        network: Network,
        challenge: Challenge,
        read: impl Fn(u64) -> R,
        view: impl FnOnce(T) -> V,
    ) -> Result<Option<Response>, ApiError>
    where
        R: Future<Output = Result<ForAuthor<Content<T>>, StorageError>>,
        V: Serialize,
    {
        let Some((list, mut reserved)) = self.reserved(network, challenge, read).await? else {
            return Ok(None);
        };
        let mut json = serde_json::to_vec(&view(list))?;
        json.shrink_to_fit();
        reserved.shrink_to(json.len());
        let json_type = HeaderValue::from_static("application/json");
        let body = charged(json.into(), reserved);
        Ok(Some(([(header::CONTENT_TYPE, json_type)], body).into_response()))
    }

    async fn reserved<T, R>(
        &self,
        network: Network,
        challenge: Challenge,
        read: impl Fn(u64) -> R,
    ) -> Result<Option<(T, Reserved)>, ApiError>
    where
        R: Future<Output = Result<ForAuthor<Content<T>>, StorageError>>,
    {
        let mut room = SHORT_BYTES;
        for _ in 0..TRIES_MAX {
            let reserved = self.reserve(network, room)?;
            let answer = read(room).await?.given();
            match answer.ok_or(ApiError::Unauthorized(challenge))? {
                Content::Absent => return Ok(None),
                Content::Here(content) => return Ok(Some((content, reserved))),
                Content::Longer { size } => room = size,
            }
        }
        Err(ApiError::Busy)
    }

    fn reserve(&self, network: Network, bytes: u64) -> Result<Reserved, ApiError> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).map_err(|_| ApiError::Busy)?;
        let share = self.networks.take(network, kib).ok_or(ApiError::Busy)?;
        let memory = Arc::clone(&self.free_kib)
            .try_acquire_many_owned(kib)
            .map_err(|_| ApiError::Busy)?;
        Ok(Reserved { memory, share })
    }
}

/// The bytes, which hold their place.
fn charged(bytes: Bytes, reserved: Reserved) -> Bytes {
    Bytes::from_owner(Charged {
        bytes,
        _reserved: reserved,
    })
}

/// What is read, with the bytes in it that take memory.
pub(crate) trait Chargeable {
    /// The same with other bytes.
    #[must_use]
    fn with_bytes(self, charge: impl FnOnce(Bytes) -> Bytes) -> Self;
}

impl Chargeable for keyhaven_storage::ObjectBytes {
    fn with_bytes(self, charge: impl FnOnce(Bytes) -> Bytes) -> Self {
        Self {
            bytes: charge(self.bytes),
            ..self
        }
    }
}

impl Chargeable for (u64, Bytes) {
    fn with_bytes(self, charge: impl FnOnce(Bytes) -> Bytes) -> Self {
        (self.0, charge(self.1))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use keyhaven_storage::objects::list_size;

    use super::*;

    const MIB: u64 = 1024 * KIB;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    /// A store with one object of this size.
    async fn read_of(budget: &AnswerBudget, network: Network, size: u64) -> Result<Option<Bytes>, ApiError> {
        let read = |room| async move {
            Ok(ForAuthor::Given(if size > room {
                Content::Longer { size }
            } else {
                Content::Here((1, Bytes::from(vec![7; size.try_into().unwrap()])))
            }))
        };
        let content = budget.read(network, Challenge::Bearer, read).await?;
        Ok(content.map(|(_, bytes)| bytes))
    }

    #[tokio::test]
    async fn an_answer_holds_its_memory_until_its_last_piece_is_dropped() {
        let budget = AnswerBudget::new(4 * 1024);
        let here = network("192.0.2.1");
        let mut bytes = read_of(&budget, here, 2 * MIB).await.unwrap().unwrap();
        assert_eq!(budget.held_bytes(), 2 * MIB);
        let last_piece = bytes.split_off(bytes.len() - 1);
        drop(bytes);
        assert_eq!(budget.held_bytes(), 2 * MIB);
        assert_eq!(last_piece.as_ref(), [7]);
        drop(last_piece);
        assert_eq!(budget.held_bytes(), 0);
    }

    #[tokio::test]
    async fn one_network_holds_half_at_most_and_all_together_no_more_than_there_is() {
        let budget = AnswerBudget::new(4 * 1024);
        let [here, there, elsewhere] = ["192.0.2.1", "198.51.100.1", "203.0.113.1"].map(network);
        let _first = read_of(&budget, here, 2 * MIB).await.unwrap().unwrap();
        assert!(matches!(read_of(&budget, here, 1).await, Err(ApiError::Busy)));
        let second = read_of(&budget, there, 2 * MIB).await.unwrap().unwrap();
        assert!(matches!(
            read_of(&budget, elsewhere, 1).await,
            Err(ApiError::Busy)
        ));
        drop(second);
        assert!(read_of(&budget, elsewhere, 1).await.is_ok());
        assert!(matches!(
            read_of(&budget, network("203.0.114.1"), u64::MAX).await,
            Err(ApiError::Busy)
        ));
    }

    #[tokio::test]
    async fn a_short_answer_asks_once_and_a_long_one_twice() {
        let budget = AnswerBudget::new(4 * 1024);
        for (size, rooms) in [(64 * KIB, vec![64 * KIB]), (65 * KIB, vec![64 * KIB, 65 * KIB])] {
            let asked = RefCell::new(Vec::new());
            let read = |room| {
                asked.borrow_mut().push(room);
                async move {
                    Ok(ForAuthor::Given(if size > room {
                        Content::Longer { size }
                    } else {
                        Content::Here((1, Bytes::new()))
                    }))
                }
            };
            let content = budget.read(network("192.0.2.1"), Challenge::Bearer, read).await;
            assert!(content.unwrap().is_some());
            assert_eq!(*asked.borrow(), rooms);
        }
    }

    #[tokio::test]
    async fn what_grows_faster_than_it_is_read_is_given_up() {
        let budget = AnswerBudget::new(4 * 1024);
        let read = |room| async move {
            Ok(ForAuthor::Given(Content::<(u64, Bytes)>::Longer {
                size: room + 1,
            }))
        };
        let content = budget.read(network("192.0.2.1"), Challenge::Bearer, read).await;
        assert!(matches!(content, Err(ApiError::Busy)));
        assert_eq!(budget.held_bytes(), 0);
    }

    #[tokio::test]
    async fn who_is_signed_in_no_more_gets_the_challenge_of_the_wire() {
        let budget = AnswerBudget::new(4 * 1024);
        let read = |_| async move { Ok(ForAuthor::<Content<(u64, Bytes)>>::SignedOut) };
        let content = budget.read(network("192.0.2.1"), Challenge::Basic, read).await;
        assert!(matches!(content, Err(ApiError::Unauthorized(Challenge::Basic))));
    }

    /// A store with a list of so many ids, each of quotes, which JSON writes as two bytes.
    async fn list_of(
        budget: &AnswerBudget,
        network: Network,
        ids: usize,
        id_bytes: usize,
    ) -> Result<Option<Response>, ApiError> {
        let size = list_size(ids.try_into().unwrap(), (ids * id_bytes).try_into().unwrap());
        let read = |room| async move {
            Ok(ForAuthor::Given(if size > room {
                Content::Longer { size }
            } else {
                Content::Here(vec!["\"".repeat(id_bytes); ids])
            }))
        };
        budget
            .list(network, Challenge::Bearer, read, |ids: Vec<String>| ids)
            .await
    }

    /// What nobody takes stays in memory, so that it is counted: lists as objects.
    #[tokio::test]
    async fn a_list_of_long_ids_holds_what_its_answer_takes_until_it_was_sent() {
        let budget = AnswerBudget::new(64 * 1024);
        let here = network("192.0.2.1");
        let answer = list_of(&budget, here, 10_000, 512).await.unwrap().unwrap();
        let held = budget.held_bytes();
        let mut answers = vec![answer];
        while let Ok(answer) = list_of(&budget, here, 10_000, 512).await {
            answers.extend(answer);
        }
        assert!((1..4).contains(&answers.len()), "{}", answers.len());
        assert!(list_of(&budget, network("198.51.100.1"), 1, 1).await.is_ok());
        let body = answers.swap_remove(0).into_body();
        answers.clear();
        let json = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        assert_eq!(json.len(), 2 + 10_000 * (2 + 1_024 + 1) - 1);
        let len = u64::try_from(json.len()).unwrap();
        assert!((len..2 * len + KIB).contains(&held), "{held} for {len}");
        assert_eq!(budget.held_bytes(), held);
        drop(json);
        assert_eq!(budget.held_bytes(), 0);
    }
}
