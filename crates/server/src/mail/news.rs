//! From a job to the news that its letter tells: the account is looked up here, and each link gets a code that is made
//! for this attempt only and stored hashed.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState, LinkCode, LinkKind, ResetCode, ResetCodeKind},
};
use keyhaven_storage::{
    Account, CredentialKind, MailRequest, NewLink, Notice, StorageError, Store, Timestamp,
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    links::Link,
    occasion::{Backup, News, Occasion, TakenBackBy},
};
use crate::{
    config::BaseUrl,
    random::{self, RandomError},
};

/// Why there is no news to tell.
#[derive(Debug, thiserror::Error)]
pub(super) enum NewsError {
    #[error("the store failed")]
    Storage(#[from] StorageError),
    #[error("no randomness for a code")]
    Random(#[from] RandomError),
}

/// Makes news.
pub(super) struct NewsDesk<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) base: &'a BaseUrl,
    pub(super) now: Timestamp,
}

impl NewsDesk<'_> {
    /// What somebody asked for, of the account that has the address now; `None` where there is nothing to send.
    pub(super) async fn of_request(
        &self,
        request: MailRequest,
        account: &Account,
        asked_at: Timestamp,
    ) -> Result<Option<News>, NewsError> {
        let occasion = match request {
            MailRequest::Reset => self.reset(account).await?,
            MailRequest::SignUpAttempt => Occasion::SignUpTaken,
            MailRequest::Confirm => match (account.state, account.state_until) {
                (AccountState::Unconfirmed, Some(until)) => Occasion::SignedUp {
                    confirm: self
                        .confirm(account.id, NewLink::Confirm, LinkKind::Confirm)
                        .await?,
                    until,
                },
                _ => return Ok(None),
            },
        };
        // The letter that confirms tells of the sign-up, whenever it was asked for.
        let at = match request {
            MailRequest::Confirm => account.created_at,
            MailRequest::Reset | MailRequest::SignUpAttempt => asked_at,
        };
        Ok(Some(News {
            backup: backup_of(account),
            ..self.news(account.address.as_typed(), at, occasion)
        }))
    }

    /// What happened. `None` for a notice that this version does not know.
    pub(super) async fn of_notice(
        &self,
        notice: &Notice,
        to: &Address,
        account: Option<&Account>,
        at: Timestamp,
    ) -> Result<Option<News>, NewsError> {
        let Some(occasion) = self.occasion(notice, to, account).await? else {
            return Ok(None);
        };
        let freeze = match account {
            Some(account) if may_freeze(notice, to, account) => {
                let code = LinkCode::new(LinkKind::Freeze, random::generate()?);
                self.store_code(account.id, NewLink::Freeze, &code).await?;
                Some(Link::freeze(self.base, &code))
            }
            _ => None,
        };
        Ok(Some(News {
            backup: account.map_or(Backup::Open, backup_of),
            freeze,
            ..self.news(to.as_typed(), at, occasion)
        }))
    }

    fn news(&self, address: &str, at: Timestamp, occasion: Occasion) -> News {
        News {
            address: address.to_owned(),
            at,
            occasion,
            backup: Backup::Open,
            freeze: None,
            sign_in: Link::sign_in(self.base),
            ask_for_reset: Link::ask_for_reset(self.base),
        }
    }

    /// A frozen account gets no code. One that nobody confirmed belongs to nobody, and its letter says so.
    async fn reset(&self, account: &Account) -> Result<Occasion, NewsError> {
        if account.state == AccountState::Frozen {
            return Ok(Occasion::ResetWhileFrozen {
                until: account.state_until,
            });
        }
        let kind = match account.credential.kind {
            CredentialKind::Derived(_) => ResetCodeKind::Derived,
            CredentialKind::Typed => ResetCodeKind::Typed,
        };
        let code = ResetCode::new(kind, random::generate()?);
        // EXPOSE: what is stored is its hash.
        let text = Zeroizing::new(code.expose_text());
        let hash = Sha256::digest(text.as_bytes()).into();
        self.store.add_reset_code(account.id, hash, self.now).await?;
        let reset = Link::reset(self.base, account.address.as_typed(), &code);
        Ok(match account.state {
            AccountState::Unconfirmed => Occasion::ResetOfUnconfirmedAsked { reset },
            _ => Occasion::ResetAsked { reset },
        })
    }

    async fn occasion(
        &self,
        notice: &Notice,
        to: &Address,
        account: Option<&Account>,
    ) -> Result<Option<Occasion>, NewsError> {
        Ok(Some(match notice {
            Notice::PasswordChanged => Occasion::PasswordChanged,
            Notice::PasswordReset => Occasion::PasswordReset,
            Notice::PasswordPutBack { disputed_until } => Occasion::PasswordPutBack {
                until: *disputed_until,
            },
            Notice::RecoveredByCode { .. } => Occasion::RecoveredByCode,
            Notice::NewRecoveryCode { former_decides_until } => Occasion::NewRecoveryCode {
                former_until: *former_decides_until,
            },
            Notice::NewBackupKey => Occasion::NewBackupKey,
            Notice::AddressChangeAsked {
                change,
                to: new,
                expires_at,
            } => Occasion::AddressChangeAsked {
                confirm: match pending(account, new, *expires_at) {
                    Some(id) => {
                        let link = NewLink::ChangeFrom(*change);
                        Some(self.confirm(id, link, LinkKind::ChangeFrom).await?)
                    }
                    None => None,
                },
                new_address: new.as_typed().to_owned(),
                until: *expires_at,
            },
            Notice::ConfirmNewAddress { change, expires_at } => Occasion::NewAddressAsked {
                confirm: match pending(account, to, *expires_at) {
                    Some(id) => {
                        let link = NewLink::ChangeTo(*change);
                        Some(self.confirm(id, link, LinkKind::ChangeTo).await?)
                    }
                    None => None,
                },
                until: *expires_at,
            },
            Notice::AddressTakenAsked => Occasion::TakenAddressAsked,
            Notice::AddressChanged { to: new, .. } if new == to => Occasion::MovedHere,
            Notice::AddressChanged { to: new, .. } => Occasion::MovedAway {
                new_address: new.as_typed().to_owned(),
            },
            Notice::Frozen { until } => Occasion::Frozen { until: *until },
            Notice::Lifted => Occasion::Lifted,
            Notice::DisputeDecided => Occasion::DisputeDecided,
            Notice::DeletionAsked { removed_at } => Occasion::DeletionAsked {
                until: *removed_at,
                by: account.map_or(TakenBackBy::Owner, taken_back_by),
            },
            Notice::DeletionTakenBack => Occasion::DeletionTakenBack,
            Notice::AccountRemoved => Occasion::AccountRemoved,
            _ => return Ok(None),
        }))
    }

    async fn confirm(&self, account: AccountId, link: NewLink, kind: LinkKind) -> Result<Link, NewsError> {
        let code = LinkCode::new(kind, random::generate()?);
        self.store_code(account, link, &code).await?;
        Ok(Link::confirm(self.base, &code))
    }

    async fn store_code(&self, account: AccountId, link: NewLink, code: &LinkCode) -> Result<(), NewsError> {
        // EXPOSE: what is stored is its hash.
        let text = Zeroizing::new(code.expose_text());
        let hash = Sha256::digest(text.as_bytes()).into();
        Ok(self.store.add_link(account, link, hash, self.now).await?)
    }
}

fn backup_of(account: &Account) -> Backup {
    match account.key_record_version {
        Some(_) => Backup::Locked,
        None => Backup::Open,
    }
}

fn taken_back_by(account: &Account) -> TakenBackBy {
    match account.credential.kind {
        CredentialKind::Derived(_) => TakenBackBy::Owner,
        CredentialKind::Typed => TakenBackBy::Operator,
    }
}

/// The account, while this change of its address waits.
fn pending(account: Option<&Account>, new: &Address, expires_at: Timestamp) -> Option<AccountId> {
    let account = account?;
    let change = account.address_change.as_ref()?;
    (change.address == *new && change.expires_at == expires_at).then_some(account.id)
}

/// Whether the reader of this notice may say "this was not me". Not where the letter goes to somebody else's address,
/// tells of the freeze itself, or of its end or a dispute's: whoever ended it proved the backup key, and a mailbox thief
/// would freeze for ever. Nor before the address is confirmed: whose mailbox it is, is not known then.
fn may_freeze(notice: &Notice, to: &Address, account: &Account) -> bool {
    let reader = match notice {
        Notice::Frozen { .. }
        | Notice::Lifted
        | Notice::DisputeDecided
        | Notice::RecoveredByCode { lifted: true }
        | Notice::ConfirmNewAddress { .. }
        | Notice::AddressTakenAsked
        | Notice::AccountRemoved => return false,
        // The address before is told as well: it may be the only one whose reader did not want this.
        Notice::AddressChanged { from, to: new } => *to == *from || *to == *new,
        _ => *to == account.address,
    };
    reader && !matches!(account.state, AccountState::Frozen | AccountState::Unconfirmed)
}
