//! What a device remembers of an account, so that it notices a server that goes back in time.

use core::str::FromStr;

use keyhaven_protocol::persona::AccountId;

/// The newest inventory that this device has seen. Holds no secret: the app keeps its text in local storage under the
/// account's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// Of which account.
    pub account_id: AccountId,
    /// Which inventory.
    pub inventory: InventoryMark,
}

/// Tells one stored inventory from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InventoryMark {
    /// Its counter; 0 while there is none.
    pub counter: u64,
    /// The first 64 bits of the SHA-256 of it as it is stored. No client writes two with one counter on top of each other:
    /// where two have the same and differ, the server went back in between, and another device wrote the second. Only who
    /// has the backup key can make an inventory, so chance is all that this has to stand.
    pub hash: u64,
}

impl InventoryMark {
    /// The one with the larger counter; of two with the same, this one.
    #[must_use]
    pub fn newest(self, other: Self) -> Self {
        if other.counter > self.counter { other } else { self }
    }

    /// Whether a server that showed this one may show `found` later.
    #[must_use]
    pub fn may_become(self, found: Self) -> bool {
        found.counter > self.counter || found == self
    }
}

/// Largest counter that is believed: the largest whole number that every reader of JSON has.
const COUNTER_MAX: u64 = (1 << 53) - 1;

impl Remembered {
    /// What to keep where this is kept already: another tab may have seen more.
    #[must_use]
    pub fn newest(self, kept: Option<Self>) -> Self {
        match kept {
            Some(kept) if kept.account_id == self.account_id => Self {
                inventory: kept.inventory.newest(self.inventory),
                ..self
            },
            _ => self,
        }
    }
}

/// A text that is not what [`Remembered`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not what the app remembers of an account")]
pub struct RememberedError;

impl core::fmt::Display for Remembered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let InventoryMark { counter, hash } = &self.inventory;
        write!(f, "1 {} {counter} {hash}", self.account_id)
    }
}

impl FromStr for Remembered {
    type Err = RememberedError;

    fn from_str(text: &str) -> Result<Self, RememberedError> {
        let mut words = text.split(' ');
        let mut next = || words.next().ok_or(RememberedError);
        let (version, account_id, counter, hash) = (next()?, next()?, next()?, next()?);
        if version != "1" || words.next().is_some() {
            return Err(RememberedError);
        }
        let counter = counter.parse().map_err(|_| RememberedError)?;
        if counter > COUNTER_MAX {
            return Err(RememberedError);
        }
        let hash = hash.parse().map_err(|_| RememberedError)?;
        Ok(Self {
            account_id: account_id.parse().map_err(|_| RememberedError)?,
            inventory: InventoryMark { counter, hash },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(counter: u64, hash: u64) -> InventoryMark {
        InventoryMark { counter, hash }
    }

    #[test]
    fn it_survives_its_text() {
        for counter in [0, 41, COUNTER_MAX] {
            let remembered = Remembered {
                account_id: AccountId::from_bytes([3; 16]),
                inventory: mark(counter, 7),
            };
            assert_eq!(remembered.to_string().parse(), Ok(remembered));
        }
    }

    #[test]
    fn a_tab_that_saw_less_does_not_make_the_device_forget() {
        let of = |account: u8, counter| Remembered {
            account_id: AccountId::from_bytes([account; 16]),
            inventory: mark(counter, 1),
        };
        assert_eq!(of(3, 8).newest(Some(of(3, 9))), of(3, 9));
        assert_eq!(of(3, 9).newest(Some(of(3, 8))), of(3, 9));
        assert_eq!(of(3, 8).newest(None), of(3, 8));
        assert_eq!(of(3, 8).newest(Some(of(4, 9))), of(3, 8), "of another account");
    }

    #[test]
    fn of_two_inventories_with_one_counter_the_first_is_remembered() {
        let of = |byte| Remembered {
            account_id: AccountId::from_bytes([3; 16]),
            inventory: mark(8, byte),
        };
        assert_eq!(of(2).newest(Some(of(1))), of(1));
    }

    #[test]
    fn a_server_may_show_the_same_or_one_with_a_larger_counter() {
        assert!(mark(8, 1).may_become(mark(8, 1)));
        assert!(mark(8, 1).may_become(mark(9, 2)));
        assert!(!mark(8, 1).may_become(mark(8, 2)));
        assert!(!mark(8, 1).may_become(mark(7, 2)));
        assert!(InventoryMark::default().may_become(InventoryMark::default()));
        assert!(!mark(1, 1).may_become(InventoryMark::default()));
    }

    #[test]
    fn other_texts_are_refused() {
        const ACCOUNT: &str = "AwMDAwMDAwMDAwMDAwMDAw";
        let hash = u64::MAX;
        let good = format!("1 {ACCOUNT} 41 {hash}");
        assert!(good.parse::<Remembered>().is_ok());
        for text in [
            String::new(),
            "1".to_owned(),
            format!("2 {ACCOUNT} 41 {hash}"),
            format!("1 {ACCOUNT} 41"),
            format!("1 {ACCOUNT} -1 {hash}"),
            format!("1 {ACCOUNT} 41 {hash} "),
            format!("1 {ACCOUNT} 41 {hash}0"),
            format!("1 {ACCOUNT} 41 -1"),
            format!("1 short 41 {hash}"),
            format!("1 {ACCOUNT} 9007199254740992 {hash}"),
        ] {
            assert_eq!(text.parse::<Remembered>(), Err(RememberedError), "{text:?}");
        }
    }
}
