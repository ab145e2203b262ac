//! A person's device with our own client on it: the real flows and the real keys, for what only both sides together can
//! get right.

use std::{
    cell::RefCell,
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use keyhaven_client::{
    driver::{Flow, drive, inbox},
    engine::Software,
    host::{Host, UnixSeconds},
    kept::Kept,
    persona::{
        Remembered, TypedText, Unlocked,
        flows::{
            access::{Access, AccessEnd, AccessInput, AccessView, Entrance},
            reset::{Reset, ResetInput, ResetView},
        },
    },
    transport::{self, Transferred, Transport, TransportError},
};
use keyhaven_core::{keys::ApiOrigin, password::Password};
use keyhaven_protocol::{address::Address, persona::AccountId};
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::{http, server::Server};

/// The parameters of quick derivations, as a setting of the server.
pub const QUICK_DERIVATION: &str = "kdf = [{ memory_kib = 19456, passes = 2, lanes = 1 }]";

/// A device that speaks to one server.
#[derive(Debug)]
pub struct Device {
    wire: Wire,
    origin: ApiOrigin,
    rng: RefCell<SystemRng>,
}

/// Plain HTTP, and what was asked over it.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    asked: RefCell<Vec<String>>,
}

/// The system's randomness.
#[derive(Debug)]
pub struct SystemRng;

impl Device {
    /// A device that knows nothing yet.
    ///
    /// # Panics
    /// Never: an address has an origin.
    #[must_use]
    pub fn new(server: &Server) -> Self {
        Self::called(server.address(), server)
    }

    /// A device that knows the server under another name than its address.
    ///
    /// # Panics
    /// Never: an address has an origin.
    #[must_use]
    pub fn called(name: SocketAddr, server: &Server) -> Self {
        let origin = format!("http://{name}");
        Self {
            wire: Wire {
                address: server.address(),
                asked: RefCell::default(),
            },
            origin: ApiOrigin::parse(&origin).expect("an origin"),
            rng: RefCell::new(SystemRng),
        }
    }

    /// How often this was asked since the last time somebody wanted to know: method and path, without the query.
    pub fn take_asked(&self, line: &str) -> usize {
        let asked = self.wire.asked.take();
        asked.iter().filter(|asked| *asked == line).count()
    }

    /// Signs up, writes the recovery code down and confirms it. Gives the code.
    ///
    /// # Panics
    /// If that does not end with an open backup.
    pub fn sign_up(&self, email: &str, password: &str) -> String {
        let (address, password) = typed(email, password);
        let first = AccessInput::SignUp { address, password };
        let mut code = String::new();
        self.get_in(Entrance::SignUp, first, None, |shown| code = shown.join(" "))
            .expect("a backup that is open");
        code
    }

    /// Sets a new password against the recovery code, without mail; gives the backup that it opens.
    #[must_use]
    pub fn recover(&self, email: &str, code: &str, password: &str) -> Option<Rc<Unlocked>> {
        let (address, password) = typed(email, password);
        let first = AccessInput::Recover {
            address,
            code: TypedText::new(code.to_owned()),
            password,
        };
        self.get_in(Entrance::RecoveryCode, first, None, |_| ())
    }

    /// Signs in; gives the backup if the password opens it.
    #[must_use]
    pub fn sign_in(&self, email: &str, password: &str) -> Option<Rc<Unlocked>> {
        let (address, password) = typed(email, password);
        self.get_in(
            Entrance::SignIn,
            AccessInput::SignIn { address, password },
            None,
            |_| (),
        )
    }

    /// Signs in to a backup that is locked since a reset, and opens it with the password before that.
    #[must_use]
    pub fn sign_in_with_old(&self, email: &str, password: &str, old: &str) -> Option<Rc<Unlocked>> {
        let (address, password) = typed(email, password);
        let old = AccessInput::UnlockByOldPassword(typed(email, old).1);
        let first = AccessInput::SignIn { address, password };
        self.get_in(Entrance::SignIn, first, Some(old), |_| ())
    }

    /// Sets a password by the code of a letter.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn reset(&self, email: &str, code: &str, password: &str) {
        let mut password = Some(typed(email, password).1);
        let mut done = false;
        self.play(Reset::open_link(email, code), |view| match view {
            ResetView::ChoosePassword { problem: None, .. } => match password.take() {
                Some(password) => Reply::Send(ResetInput::SetPassword(password)),
                None => Reply::Leave,
            },
            ResetView::Working { .. } => Reply::Wait,
            view => {
                done = matches!(view, ResetView::Done { .. });
                Reply::Leave
            }
        });
        assert!(done, "the password was not set");
    }

    fn get_in(
        &self,
        entrance: Entrance,
        first: AccessInput,
        mut once_locked: Option<AccessInput>,
        mut write_down: impl FnMut(&[String]),
    ) -> Option<Rc<Unlocked>> {
        let mut first = Some(first);
        let mut shown = Vec::<String>::new();
        let end = self.play(Access::new(entrance), |view| match view {
            AccessView::Form { .. } | AccessView::Recover { .. } => {
                first.take().map_or(Reply::Leave, Reply::Send)
            }
            AccessView::Working { .. } => Reply::Wait,
            AccessView::ShowCode { code, .. } => {
                shown = code
                    .code()
                    .to_groups()
                    .iter()
                    .map(|group| group.to_string())
                    .collect();
                write_down(&shown);
                Reply::Send(AccessInput::CodeSaved)
            }
            AccessView::ConfirmCode { groups, .. } => {
                let typed = groups.map(|group| TypedText::new(shown[group.0 - 1].clone()));
                Reply::Send(AccessInput::ConfirmGroups(typed))
            }
            AccessView::Locked { .. } => once_locked.take().map_or(Reply::Leave, Reply::Send),
            _ => Reply::Leave,
        });
        match end {
            Some(AccessEnd::Unlocked(unlocked)) => Some(unlocked),
            _ => None,
        }
    }

    /// Runs a flow until it ends or the person goes away.
    fn play<F: Flow>(&self, flow: F, mut script: impl FnMut(&F::View) -> Reply<F::Input>) -> Option<F::End> {
        let (remote, inbox) = inbox();
        let remote = RefCell::new(Some(remote));
        let show = |view: F::View| {
            let mut remote = remote.borrow_mut();
            match (script(&view), remote.as_ref()) {
                (Reply::Send(input), Some(open)) => open.send(input),
                (Reply::Leave, Some(_)) => *remote = None,
                _ => {}
            }
        };
        let mut flow = pin!(drive(flow, self, inbox, show));
        let mut context = Context::from_waker(Waker::noop());
        // Transport and engine answer on the spot, so that only a script that says nothing would make it wait.
        for _ in 0..1_000 {
            if let Poll::Ready(end) = flow.as_mut().poll(&mut context) {
                return end;
            }
        }
        panic!("the script left the flow waiting")
    }
}

enum Reply<I> {
    Send(I),
    Wait,
    Leave,
}

fn typed(email: &str, password: &str) -> (Address, Password) {
    let address = Address::parse(email).expect("an address");
    (address, Password::parse(password).expect("a password"))
}

impl Host for Device {
    type Transport = Wire;
    type Engine = Software;
    type Rng = SystemRng;

    fn transport(&self) -> &Wire {
        &self.wire
    }

    fn engine(&self) -> &Software {
        &Software
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut SystemRng) -> T) -> T {
        draw(&mut self.rng.borrow_mut())
    }

    fn now(&self) -> UnixSeconds {
        UnixSeconds(0)
    }

    async fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }

    fn remembered(&self, _: AccountId) -> Option<Remembered> {
        None
    }

    fn keep(&self, content: Zeroizing<Vec<u8>>) -> Option<Kept> {
        Some(Kept::new(content))
    }

    fn api_origin(&self) -> &ApiOrigin {
        &self.origin
    }
}

impl Transport for Wire {
    async fn send(
        &self,
        request: transport::Request,
        _: &dyn Fn(Transferred),
    ) -> Result<transport::Response, TransportError> {
        let path = request.path.split('?').next().unwrap_or_default();
        let line = format!("{} {path}", request.method.as_str());
        self.asked.borrow_mut().push(line);
        let mut sent = http::Request::new(self.address, request.method.as_str(), &request.path);
        for (name, value) in &request.headers {
            sent = sent.header(name, value.as_bytes());
        }
        let answer = sent.bytes(request.body.to_vec()).try_send();
        let answer = answer.ok_or(TransportError::Offline)?;
        Ok(transport::Response {
            status: answer.status,
            headers: answer.headers.into_iter().collect(),
            body: Zeroizing::new(answer.body),
        })
    }
}

impl TryRng for SystemRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        getrandom::fill(bytes).expect("randomness");
        Ok(())
    }
}

impl TryCryptoRng for SystemRng {}
