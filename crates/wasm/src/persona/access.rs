//! Getting in.

use core::task::Poll;
use std::rc::Rc;

use js_sys::Array;
use keyhaven_client::{
    driver::Flow as _,
    persona::{
        TypedText, Unlocked,
        flows::access::{Access, AccessEnd, AccessInput, AccessView, CodeReason, Entrance},
    },
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    call::Course,
    outcome::{Record, account_record},
    question::PersonaHost,
    typed::{self, text},
    vault::PersonaVault,
};
use crate::{
    code::Code,
    failure::{list_of, thrown},
};

/// Somebody on the way in.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PersonaAccess {
    course: Course<Access>,
    unlocked: Option<Rc<Unlocked>>,
    /// Whether the call tries to unlock: one that signs in finds a backup locked, and that is no failure.
    is_unlocking: bool,
}

#[wasm_bindgen]
impl PersonaAccess {
    /// Outside. `recover` for somebody with a recovery code and no password.
    #[wasm_bindgen(constructor)]
    pub fn new(host: &PersonaHost, recover: bool) -> Self {
        let entrance = if recover {
            Entrance::RecoveryCode
        } else {
            Entrance::SignIn
        };
        Self {
            course: Course::new(&host.0, Access::new(entrance)),
            unlocked: None,
            is_unlocking: false,
        }
    }

    /// Makes an account.
    #[wasm_bindgen(js_name = signUp)]
    pub fn sign_up(&mut self, address: Vec<u8>, password: Vec<u8>) {
        let (address, password) = (text(address), text(password));
        self.course.begin(async move |host| {
            let address = typed::address(&address, host).await?;
            let password = typed::password(&password, host).await?;
            Ok(AccessInput::SignUp { address, password })
        });
    }

    /// Signs in; `old` puts the last proven password back in force first.
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&mut self, address: Vec<u8>, password: Vec<u8>, old: bool) {
        let (address, password) = (text(address), text(password));
        self.course.begin(async move |host| {
            let address = typed::address(&address, host).await?;
            let password = typed::password(&password, host).await?;
            Ok(if old {
                AccessInput::PutPasswordBack { address, password }
            } else {
                AccessInput::SignIn { address, password }
            })
        });
    }

    /// Sets a new password against the recovery code.
    pub fn recover(&mut self, address: Vec<u8>, code: Vec<u8>, password: Vec<u8>) {
        let (address, mut code, password) = (text(address), text(code), text(password));
        self.course.begin(async move |host| {
            let address = typed::address(&address, host).await?;
            let password = typed::password(&password, host).await?;
            let code = TypedText::new(core::mem::take(&mut *code));
            Ok(AccessInput::Recover {
                address,
                code,
                password,
            })
        });
    }

    /// The two groups that were asked for.
    pub fn confirm(&mut self, first: Vec<u8>, second: Vec<u8>) {
        let groups = [first, second].map(|group| TypedText::new(core::mem::take(&mut *text(group))));
        self.course
            .begin(async move |_| Ok(AccessInput::ConfirmGroups(groups)));
    }

    /// Unlocks with the recovery code, or with the password from before a reset.
    pub fn unlock(&mut self, secret: Vec<u8>, is_password: bool) {
        let mut secret = text(secret);
        self.is_unlocking = true;
        let again = self
            .course
            .look(|flow| matches!(flow.view(None), AccessView::NotYetRewrapped { .. }));
        self.course.begin(async move |host| {
            Ok(if again == Some(true) {
                AccessInput::TryAgain
            } else if is_password {
                AccessInput::UnlockByOldPassword(typed::password(&secret, host).await?)
            } else {
                AccessInput::UnlockByCode(TypedText::new(core::mem::take(&mut *secret)))
            })
        });
    }

    /// Ends the session of a backup that stays locked.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&mut self) {
        self.course.begin(async move |_| Ok(AccessInput::Later));
    }

    /// Goes on; `undefined` while something is asked. Says where the person stands then: names and values.
    ///
    /// # Errors
    /// Why it did not work. The person stands where they stood.
    pub fn go(&mut self) -> Result<Option<Array>, JsValue> {
        match self.course.go() {
            Poll::Pending => Ok(None),
            Poll::Ready(Err(failure)) => Err(thrown(failure)),
            Poll::Ready(Ok(Some(AccessEnd::Unlocked(unlocked)))) => {
                self.unlocked = Some(unlocked);
                Ok(Some(Record::new().text("at", "open").into_list()))
            }
            Poll::Ready(Ok(Some(AccessEnd::LeftLocked))) => Ok(Some(Array::new())),
            Poll::Ready(Ok(None)) => self.stand().map(Some),
        }
    }

    /// Stops the call.
    pub fn stop(&mut self) {
        self.course.stop();
    }

    /// The open backup.
    ///
    /// # Errors
    /// If it is not open, which is a mistake of this package.
    #[wasm_bindgen(js_name = toVault)]
    pub fn to_vault(&mut self, remembered: &str) -> Result<PersonaVault, JsValue> {
        let unlocked = self.unlocked.take().ok_or_else(|| thrown(Code::Internal))?;
        Ok(PersonaVault::new(&self.course.host, unlocked, remembered))
    }
}

impl PersonaAccess {
    /// Where the person stands, or why nothing came of the call.
    fn stand(&mut self) -> Result<Array, JsValue> {
        let problem = match self.course.look(|flow| flow.view(None)) {
            Some(AccessView::ShowCode {
                code,
                reason,
                account,
            }) => {
                // Whoever calls shows it, and says by `confirm` that it was saved.
                self.course.hear(AccessInput::CodeSaved);
                return Ok(self
                    .groups(account_record(&account))
                    .text("at", "code")
                    .text("code", &code.code().to_text())
                    .with("resumed", reason == CodeReason::ResumedSignUp)
                    .into_list());
            }
            Some(AccessView::Locked { account, problem }) => match problem.filter(|_| self.is_unlocking) {
                None => return Ok(account_record(&account).text("at", "locked").into_list()),
                Some(problem) => problem.into(),
            },
            Some(AccessView::ConfirmCode { problem: None, .. }) => {
                return Ok(Record::new().text("at", "groups").into_list());
            }
            Some(
                AccessView::Form {
                    problem: Some(problem),
                    ..
                }
                | AccessView::ConfirmCode {
                    problem: Some(problem),
                    ..
                }
                | AccessView::NotYetRewrapped { problem, .. },
            ) => problem.into(),
            Some(AccessView::Recover {
                problem: Some(problem),
            }) => problem.into(),
            _ => Code::Internal.into(),
        };
        Err(list_of(problem))
    }

    /// With the groups that are asked for.
    fn groups(&self, record: Record) -> Record {
        match self.course.look(|flow| flow.view(None)) {
            Some(AccessView::ConfirmCode { groups, .. }) => {
                let numbers = groups.map(|group| JsValue::from(group.0));
                record.with("groups", numbers.into_iter().collect::<Array>())
            }
            _ => record,
        }
    }
}
