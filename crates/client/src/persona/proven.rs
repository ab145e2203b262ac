//! Signed in with a password whose keys are still at hand: it can open its wrap, and open a session again.

use core::cell::RefCell;
use std::rc::Rc;

use keyhaven_core::{
    former_keys::{BackupKeys, OpenFormerKeysError},
    keys::WrapKey,
    password::Password,
    wrap::{OpenWrapError, WrapContext, open_wrap},
};
use keyhaven_protocol::{address::Address, persona::Wrap};

use super::{
    account::Account,
    api::{Anonymous, Derivations, DerivedKeys, Release, Released, ReleasedWrap, Session, SignedIn},
};
use crate::{
    engine,
    host::Host,
    problem::{InputFault, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// Signed in. Looking for a recovery code, or writing one down, can take longer than a session lives, so the auth key
/// is kept to sign in again; it is wiped with this value.
#[derive(Debug)]
pub(super) struct Proven {
    pub(super) address: Address,
    pub(super) account: Account,
    pub(super) derivations: Derivations,
    pub(super) keys: DerivedKeys,
    session: RefCell<Rc<Session>>,
}

/// The backup key as the present password opened it, with those before it.
#[derive(Debug)]
pub(super) struct OpenedByPassword {
    pub(super) backup_keys: BackupKeys,
    pub(super) wrap: Wrap,
    pub(super) version: u64,
}

impl Proven {
    /// Signs in with a password: under each derivation that the address may have, newest first.
    pub(super) async fn sign_in(
        address: Address,
        password: &Password,
        host: &impl Host,
        report: Report<'_>,
    ) -> Result<Self, Problem> {
        report(Progress::of(Doing::AskingServer));
        let derivations = Anonymous::new(host).kdf(&address).await?;
        let mut refusal = Problem::from(InputFault::WrongCredentials);
        let tries: Vec<_> = derivations.each().collect();
        for derivation in tries {
            let keys = derivation.derive(password, host, report).await?;
            report(Progress::of(Doing::SigningIn));
            match Anonymous::new(host).sign_in(&address, &keys.auth_key).await {
                Ok((session, account)) => return Ok(Self::new(address, derivations, keys, session, account)),
                Err(problem) if problem.kind == ProblemKind::Input(InputFault::WrongCredentials) => {
                    refusal = problem
                }
                Err(problem) => return Err(problem),
            }
        }
        Err(refusal)
    }

    pub(super) fn new(
        address: Address,
        derivations: Derivations,
        keys: DerivedKeys,
        session: Session,
        account: Account,
    ) -> Self {
        Self {
            address,
            account,
            derivations,
            keys,
            session: RefCell::new(Rc::new(session)),
        }
    }

    pub(super) fn session(&self) -> Rc<Session> {
        Rc::clone(&self.session.borrow())
    }

    /// Asks with the session, and once more with a new one if it has ended.
    pub(super) async fn call<H: Host, T>(
        &self,
        host: &H,
        ask: impl AsyncFn(SignedIn<'_, H>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let session = self.session();
        match ask(SignedIn::new(host, &session)).await {
            Err(problem) if problem.kind == ProblemKind::SignInAgain => {
                self.open_session_again(host).await?;
                let session = self.session();
                ask(SignedIn::new(host, &session)).await
            }
            answer => answer,
        }
    }

    /// Whether the present password opens the backup. `None` if its wrap is not released: it was made under another
    /// credential.
    pub(super) async fn open_by_password(
        &self,
        host: &impl Host,
    ) -> Result<Option<OpenedByPassword>, Problem> {
        let released = self
            .call(host, async |signed_in| {
                signed_in.release(Release::Password(&self.keys.auth_key)).await
            })
            .await?;
        let Released::Wrap(released) = released else {
            return Ok(None);
        };
        let context =
            WrapContext::password(self.account.id, self.keys.params(), self.account.credential_epoch);
        open_released(released, &self.keys.wrap_key, &context, host)
            .await
            .map(Some)
    }

    async fn open_session_again(&self, host: &impl Host) -> Result<(), Problem> {
        let (session, account) = Anonymous::new(host)
            .sign_in(&self.address, &self.keys.auth_key)
            .await
            .map_err(|problem| {
                match problem.kind {
                    // The password was changed elsewhere meanwhile.
                    ProblemKind::Input(InputFault::WrongCredentials) => ProblemKind::SignInAgain.into(),
                    _ => problem,
                }
            })?;
        if account.id != self.account.id || account.credential_epoch != self.account.credential_epoch {
            return Err(ProblemKind::SignInAgain.into());
        }
        self.session.replace(Rc::new(session));
        Ok(())
    }
}

/// What was released against a password, opened with the key of the same password.
pub(super) async fn open_released(
    released: ReleasedWrap,
    wrap_key: &WrapKey,
    context: &WrapContext,
    host: &impl Host,
) -> Result<OpenedByPassword, Problem> {
    let ReleasedWrap {
        wrap,
        former_keys,
        version,
    } = released;
    let opening = open_wrap(wrap_key, context, &wrap);
    let opened = engine::run(opening, host.engine(), &|_| {}).await;
    let present = opened.map_err(|error| match error {
        OpenWrapError::Job(error) => Problem::from(error),
        _ => ServerFault::DamagedKeyRecord.into(),
    })?;
    let backup_keys = match former_keys {
        // Passing over what does not open would lose it at the next write.
        Some(sealed) => {
            let opening = BackupKeys::open(present, context.account_id, &sealed);
            let opened = engine::run(opening, host.engine(), &|_| {}).await;
            opened.map_err(|error| match error {
                OpenFormerKeysError::Job(error) => Problem::from(error),
                _ => ServerFault::DamagedKeyRecord.into(),
            })?
        }
        None => BackupKeys::first(present),
    };
    Ok(OpenedByPassword {
        backup_keys,
        wrap,
        version,
    })
}
