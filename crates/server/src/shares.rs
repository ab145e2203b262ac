//! How much of something that all share one network, or one account, may hold at a time.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use crate::extract::Network;

/// The shares of networks.
pub(crate) type NetworkShares = Shares<Network>;
/// What a network holds.
pub(crate) type NetworkShare = Share<Network>;

/// What each holder has now, up to a bound for each. Those that hold nothing are not kept.
pub(crate) struct Shares<Holder> {
    each_max: u32,
    held: Arc<Mutex<HashMap<Holder, u32>>>,
}

impl<Holder> Clone for Shares<Holder> {
    fn clone(&self) -> Self {
        Self {
            each_max: self.each_max,
            held: Arc::clone(&self.held),
        }
    }
}

impl<Holder> fmt::Debug for Shares<Holder> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shares")
            .field("each_max", &self.each_max)
            .finish_non_exhaustive()
    }
}

impl<Holder: Copy + Eq + Hash> Shares<Holder> {
    /// At most this much for each.
    pub(crate) fn new(each_max: u32) -> Self {
        Self {
            each_max,
            held: Arc::default(),
        }
    }

    /// Takes an amount for a holder until it is dropped; `None` if that would be more than its share.
    pub(crate) fn take(&self, holder: Holder, amount: u32) -> Option<Share<Holder>> {
        let mut share = Share {
            shares: self.clone(),
            holder,
            amount: 0,
        };
        share.add(amount)?;
        Some(share)
    }

    fn give_back(&self, holder: Holder, amount: u32) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = held.get_mut(&holder) {
            *left = left.saturating_sub(amount);
            if *left == 0 {
                held.remove(&holder);
            }
        }
    }
}

/// What one holds; given back on drop.
#[derive(Debug)]
pub(crate) struct Share<Holder: Copy + Eq + Hash> {
    shares: Shares<Holder>,
    holder: Holder,
    amount: u32,
}

impl<Holder: Copy + Eq + Hash> Share<Holder> {
    /// Takes more of it; `None`, and no more than before, if that would be too much.
    pub(crate) fn add(&mut self, amount: u32) -> Option<()> {
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        let before = held.get(&self.holder).copied().unwrap_or(0);
        let after = before
            .checked_add(amount)
            .filter(|after| *after <= self.shares.each_max)?;
        if after > 0 {
            held.insert(self.holder, after);
        }
        self.amount = self.amount.saturating_add(amount);
        Some(())
    }

    /// Gives some of it back, at most what is held.
    pub(crate) fn give_back(&mut self, amount: u32) {
        let amount = amount.min(self.amount);
        self.amount -= amount;
        self.shares.give_back(self.holder, amount);
    }
}

impl<Holder: Copy + Eq + Hash> Drop for Share<Holder> {
    fn drop(&mut self) {
        self.shares.give_back(self.holder, self.amount);
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
        let shares = Shares::new(3);
        let two = shares.take(network("192.0.2.1"), 2).unwrap();
        assert!(shares.take(network("192.0.2.200"), 2).is_none(), "a neighbour");
        let _one = shares.take(network("192.0.2.200"), 1).unwrap();
        let _three = shares.take(network("198.51.100.1"), 3).unwrap();
        drop(two);
        assert!(shares.take(network("192.0.2.1"), 2).is_some());
        assert!(shares.take(network("192.0.2.1"), u32::MAX).is_none());
    }

    #[test]
    fn what_is_taken_in_steps_is_given_back_as_one() {
        let shares = Shares::new(3);
        let mut share = shares.take(network("192.0.2.1"), 1).unwrap();
        share.add(2).unwrap();
        assert!(share.add(1).is_none());
        assert!(shares.take(network("192.0.2.1"), 1).is_none());
        share.give_back(2);
        assert!(shares.take(network("192.0.2.1"), 2).is_some());
        assert!(shares.take(network("192.0.2.1"), 3).is_none());
        drop(share);
        assert!(shares.held.lock().unwrap().is_empty());
    }

    #[test]
    fn who_holds_nothing_is_forgotten() {
        let shares = Shares::new(3);
        drop(shares.take(network("192.0.2.1"), 3));
        drop(shares.take(network("192.0.2.1"), 0));
        assert!(shares.held.lock().unwrap().is_empty());
    }
}
