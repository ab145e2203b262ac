//! How much of something that all share one network may hold at a time.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::extract::Network;

/// What each network holds now, up to a bound for each. Networks that hold nothing are not kept.
#[derive(Clone)]
pub(crate) struct NetworkShares {
    each_max: u32,
    held: Arc<Mutex<HashMap<Network, u32>>>,
}

impl fmt::Debug for NetworkShares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkShares")
            .field("each_max", &self.each_max)
            .finish_non_exhaustive()
    }
}

impl NetworkShares {
    /// At most this much for each network.
    pub(crate) fn new(each_max: u32) -> Self {
        Self {
            each_max,
            held: Arc::default(),
        }
    }

    /// Takes an amount for a network until it is dropped; `None` if that would be more than its share.
    pub(crate) fn take(&self, network: Network, amount: u32) -> Option<NetworkShare> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let before = held.get(&network).copied().unwrap_or(0);
        let after = before
            .checked_add(amount)
            .filter(|after| *after <= self.each_max)?;
        held.insert(network, after);
        Some(NetworkShare {
            shares: self.clone(),
            network,
            amount,
        })
    }
}

/// What a network holds; given back on drop.
#[derive(Debug)]
pub(crate) struct NetworkShare {
    shares: NetworkShares,
    network: Network,
    amount: u32,
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(amount) = held.get_mut(&self.network) {
            *amount = amount.saturating_sub(self.amount);
            if *amount == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_no_more_than_its_share_and_leaves_others_theirs() {
        let shares = NetworkShares::new(3);
        let two = shares.take(network("192.0.2.1"), 2).unwrap();
        assert!(shares.take(network("192.0.2.200"), 2).is_none(), "a neighbour");
        let _one = shares.take(network("192.0.2.200"), 1).unwrap();
        let _three = shares.take(network("198.51.100.1"), 3).unwrap();
        drop(two);
        assert!(shares.take(network("192.0.2.1"), 2).is_some());
        assert!(shares.take(network("192.0.2.1"), u32::MAX).is_none());
    }

    #[test]
    fn who_holds_nothing_is_forgotten() {
        let shares = NetworkShares::new(3);
        drop(shares.take(network("192.0.2.1"), 3));
        assert!(shares.held.lock().unwrap().is_empty());
    }
}
