//! What the reset page asks of the server.

use std::rc::Rc;

use keyhaven_core::{
    normal_form::{ReadError, read_address},
    password::Password,
};
use keyhaven_protocol::{address::Address, persona::ResetCodeKind};

use super::Link;
use crate::{
    engine,
    host::Host,
    persona::api::{Anonymous, NewSecret, SignedIn},
    problem::{Effect, InputFault, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// A piece of work.
#[derive(Debug)]
pub(super) enum Work {
    AskForLink(Address),
    SetPassword {
        link: Rc<Link>,
        password: Password,
        attempt: Attempt,
    },
}

/// Whether an earlier try with this link may have been acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    AfterUnanswered,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Asked,
    Set,
    Failed(Problem),
}

impl Work {
    pub(super) async fn perform(self, host: &impl Host, report: Report<'_>) -> Outcome {
        match self {
            Self::AskForLink(address) => {
                report(Progress::of(Doing::AskingForLink));
                match Anonymous::new(host).ask_reset(&address).await {
                    Ok(()) => Outcome::Asked,
                    Err(problem) => Outcome::Failed(problem),
                }
            }
            Self::SetPassword {
                link,
                password,
                attempt,
            } => match set_password(&link, &password, attempt, host, report).await {
                Ok(()) => Outcome::Set,
                // What an earlier try came to is as open as it was.
                Err(problem) if attempt == Attempt::AfterUnanswered => {
                    Outcome::Failed(problem.at_least(Effect::Open))
                }
                Err(problem) => Outcome::Failed(problem),
            },
        }
    }
}

async fn set_password(
    link: &Link,
    password: &Password,
    attempt: Attempt,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    let address = engine::run(read_address(link.address.clone()), host.engine(), &|_| {})
        .await
        .map_err(|error| match error {
            ReadError::Refused(_) => Problem::from(InputFault::LinkSpent),
            ReadError::Job(error) => error.into(),
        })?;
    let anonymous = Anonymous::new(host);
    let keys = match link.code.kind() {
        ResetCodeKind::Typed => {
            report(Progress::of(Doing::SettingPassword));
            return anonymous
                .reset(&address, &link.code, NewSecret::Typed(password))
                .await;
        }
        ResetCodeKind::Derived => {
            report(Progress::of(Doing::AskingServer));
            let derivations = anonymous.kdf(&address).await?;
            derivations.newest().derive(password, host, report).await?
        }
    };
    report(Progress::of(Doing::SettingPassword));
    match anonymous
        .reset(&address, &link.code, NewSecret::Derived(&keys.auth_key))
        .await
    {
        // The link may be spent by our own earlier try, whose answer was lost. If this very password signs in, it was.
        Err(problem)
            if attempt == Attempt::AfterUnanswered
                && problem.kind == ProblemKind::Input(InputFault::LinkSpent) =>
        {
            let signed_in = anonymous.sign_in(&address, &keys.auth_key).await;
            let (session, _) = signed_in.map_err(|met| match met.kind {
                ProblemKind::Input(InputFault::WrongCredentials) => problem,
                // Not known yet, so the link is not called spent: the same again can tell.
                _ => met,
            })?;
            // The page does not sign in. A session that is not ended here ends by itself.
            let _ = SignedIn::new(host, &session).sign_out().await;
            Ok(())
        }
        answer => answer,
    }
}
