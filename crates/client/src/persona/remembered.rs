//! What a device remembers of an account, so that it notices a server that goes back in time.

use core::str::FromStr;

use keyhaven_protocol::persona::AccountId;

/// The newest inventory that this device has seen. Holds no secret: the app keeps its text in local storage under the
/// account's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// Of which account.
    pub account_id: AccountId,
    /// Counter of the inventory; 0 while there was none.
    pub inventory_counter: u64,
}

/// Largest counter that is believed: the largest whole number that every reader of JSON has.
const COUNTER_MAX: u64 = (1 << 53) - 1;

impl Remembered {
    /// What to keep where this is kept already: another tab may have seen more.
    #[must_use]
    pub fn newest(self, kept: Option<Self>) -> Self {
        match kept {
            Some(kept) if kept.account_id == self.account_id => Self {
                inventory_counter: self.inventory_counter.max(kept.inventory_counter),
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
        write!(f, "1 {} {}", self.account_id, self.inventory_counter)
    }
}

impl FromStr for Remembered {
    type Err = RememberedError;

    fn from_str(text: &str) -> Result<Self, RememberedError> {
        let mut words = text.split(' ');
        let (Some("1"), Some(account_id), Some(counter), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(RememberedError);
        };
        let inventory_counter = counter.parse().map_err(|_| RememberedError)?;
        if inventory_counter > COUNTER_MAX {
            return Err(RememberedError);
        }
        Ok(Self {
            account_id: account_id.parse().map_err(|_| RememberedError)?,
            inventory_counter,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_its_text() {
        let remembered = Remembered {
            account_id: AccountId::from_bytes([3; 16]),
            inventory_counter: 41,
        };
        assert_eq!(remembered.to_string().parse(), Ok(remembered));
    }

    #[test]
    fn a_tab_that_saw_less_does_not_make_the_device_forget() {
        let of = |account: u8, inventory_counter| Remembered {
            account_id: AccountId::from_bytes([account; 16]),
            inventory_counter,
        };
        assert_eq!(of(3, 8).newest(Some(of(3, 9))), of(3, 9));
        assert_eq!(of(3, 9).newest(Some(of(3, 8))), of(3, 9));
        assert_eq!(of(3, 8).newest(None), of(3, 8));
        assert_eq!(of(3, 8).newest(Some(of(4, 9))), of(3, 8), "of another account");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1",
            "2 AwMDAwMDAwMDAwMDAwMDAw 41",
            "1 AwMDAwMDAwMDAwMDAwMDAw",
            "1 AwMDAwMDAwMDAwMDAwMDAw -1",
            "1 AwMDAwMDAwMDAwMDAwMDAw 41 ",
            "1 short 41",
            "1 AwMDAwMDAwMDAwMDAwMDAw 9007199254740992",
        ] {
            assert_eq!(text.parse::<Remembered>(), Err(RememberedError), "{text:?}");
        }
    }
}
