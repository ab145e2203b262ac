//! Where requests come in and replies go out.

use std::cell::RefCell;
use std::rc::Rc;

use getrandom::SysRng;
use js_sys::{Array, Uint8Array};
use keyhaven_client::key_file::messages::{
    Extent, Fault, LINES_MAX, Looked, Progress, Reply, Request, WRITTEN_ROUNDS,
};
use keyhaven_client::key_file::together;
use keyhaven_client::key_file::workshop::{self, IsPoint, NewFile, Plan, SAMPLE_ROUNDS, Workshop};
use rand_core::UnwrapErr;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};
use zeroize::Zeroizing;

use crate::blob::{self, BlobSink, BlobSource};
use crate::engine::{Browser, Derivations};
use crate::stopping::Stop;

const IS_POINT: IsPoint = keyhaven_curve25519_many::is_ed25519_point;

/// A request with what came beside it.
struct Asked {
    request: Request,
    file: Option<Blob>,
    passphrase: Zeroizing<String>,
}

/// Everything that is open, and who is at work.
#[derive(Clone)]
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    workshop: Rc<RefCell<Workshop<BlobSource>>>,
    at_work: Rc<RefCell<Stop>>,
}

/// Begins to answer, and tells the page so with one empty message.
pub(crate) fn open() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let desk = Desk {
        scope: scope.clone(),
        workshop: Rc::default(),
        at_work: Rc::default(),
    };
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // A message that is no request is not from this program, and gets no answer.
        if let Some(asked) = read(&event.data()) {
            desk.begin(asked);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It answers for as long as the worker lives.
    on_message.forget();
    let _ = scope.post_message(&JsValue::NULL);
}

impl Desk {
    /// One request at a time: what comes last stops what was asked before.
    fn begin(&self, asked: Asked) {
        let stop = Stop::default();
        self.at_work.replace(stop.clone()).tell();
        let desk = self.clone();
        spawn_local(async move {
            if let Some(Err(fault)) = stop.unless_told(desk.answer(asked)).await {
                desk.tell(&Reply::Failed(fault), &[]);
            }
        });
    }

    async fn answer(&self, asked: Asked) -> Result<(), Fault> {
        match asked.request {
            Request::Look => self.look(source(asked.file)?).await,
            Request::Open { max_rounds } => {
                let source = source(asked.file)?;
                self.open_file(source, asked.passphrase, max_rounds).await
            }
            Request::OpenPlain => self.open_plain(source(asked.file)?).await,
            Request::Save(extent) => self.save(extent, asked.passphrase).await,
            Request::Search(wanted) => {
                let found = self.workshop.borrow().search(wanted);
                self.tell(&Reply::Found(found), &[]);
                Ok(())
            }
            Request::Stop => {
                self.tell(&Reply::Stopped, &[]);
                Ok(())
            }
        }
    }

    async fn look(&self, source: BlobSource) -> Result<(), Fault> {
        let mut looked = workshop::look(&source).await?;
        match &mut looked {
            Looked::KeyFile {
                rounds,
                derivation_ms,
            } => *derivation_ms = measure(*rounds).await?,
            Looked::Plain { derivation_ms } => *derivation_ms = measure(WRITTEN_ROUNDS).await?,
            Looked::Refused(_) | Looked::Other(_) => {}
        }
        self.tell(&Reply::Looked(looked), &[]);
        Ok(())
    }

    async fn open_file(
        &self,
        source: BlobSource,
        passphrase: Zeroizing<String>,
        max_rounds: u32,
    ) -> Result<(), Fault> {
        let on_progress = |progress| self.progress(progress);
        // The page allows what the file asks for.
        let engine = Browser(Derivations::of(max_rounds));
        let file = workshop::open(source, &passphrase, max_rounds, IS_POINT, &engine, &on_progress);
        self.opened(file.await?);
        Ok(())
    }

    async fn open_plain(&self, source: BlobSource) -> Result<(), Fault> {
        let on_progress = |progress| self.progress(progress);
        let engine = Browser(Derivations::Fast);
        let file = workshop::open_plain(source, IS_POINT, &engine, &on_progress);
        self.opened(file.await?);
        Ok(())
    }

    fn opened(&self, mut file: NewFile<BlobSource>) {
        let skipped = core::mem::take(&mut file.skipped);
        let (opened, rooms) = {
            let mut workshop = self.workshop.borrow_mut();
            (workshop.add(file), workshop.rooms())
        };
        for rooms in rooms.chunks(LINES_MAX) {
            self.tell(&Reply::Rooms(rooms.to_vec()), &[]);
        }
        for skipped in skipped.chunks(LINES_MAX) {
            self.tell(&Reply::Skipped(skipped.to_vec()), &[]);
        }
        self.tell(&Reply::Opened(opened), &[]);
    }

    async fn save(&self, extent: Extent, passphrase: Zeroizing<String>) -> Result<(), Fault> {
        let plan = Plan::of(&self.workshop.borrow(), extent).ok_or(Fault::Engine)?;
        let sink = BlobSink::default();
        let on_progress = |progress| self.progress(progress);
        let engine = Browser(Derivations::Fast);
        let mut rng = UnwrapErr(SysRng);
        let written = plan
            .write(&passphrase, &mut rng, sink, &engine, &on_progress)
            .await?;
        let together = match extent {
            Extent::EachRoom => together::zip(&written, &engine).await?,
            Extent::All | Extent::Room(_) => None,
        };
        let (saved, mut files): (_, Vec<Blob>) =
            written.into_iter().map(|(saved, file)| (saved, file.0)).unzip();
        if let Some(together) = together {
            files.push(blob::zip(&together, &files)?);
        }
        self.tell(&Reply::Saved(saved), &files);
        Ok(())
    }

    fn progress(&self, progress: Progress) {
        self.tell(&Reply::Progress(progress), &[]);
    }

    fn tell(&self, reply: &Reply, files: &[Blob]) {
        // These types have nothing that JSON cannot hold.
        let Ok(json) = serde_json::to_string(reply) else {
            return;
        };
        let message = Array::of1(&JsValue::from_str(&json));
        for file in files {
            message.push(file);
        }
        // Posting text and files fails only when the page has gone.
        let _ = self.scope.post_message(&message);
    }
}

/// About how many milliseconds so many rounds take here.
async fn measure(rounds: u32) -> Result<u32, Fault> {
    let before = js_sys::Date::now();
    workshop::derive_sample(&Browser(Derivations::of(rounds))).await?;
    let took = (js_sys::Date::now() - before).max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a guess, and not negative"
    )]
    let whole = (took * f64::from(rounds) / f64::from(SAMPLE_ROUNDS.get())) as u32;
    Ok(whole)
}

fn source(file: Option<Blob>) -> Result<BlobSource, Fault> {
    file.map(BlobSource).ok_or(Fault::Unreadable)
}

/// What the page sent: JSON, the bytes of a passphrase, a file. The passphrase's array is wiped.
fn read(message: &JsValue) -> Option<Asked> {
    let message = message.dyn_ref::<Array>()?;
    let request = serde_json::from_str(&message.get(0).as_string()?).ok()?;
    let mut passphrase = Zeroizing::new(String::new());
    let mut file = None;
    for part in message.iter().skip(1) {
        if let Some(bytes) = part.dyn_ref::<Uint8Array>() {
            let mut typed = Zeroizing::new(bytes.to_vec());
            bytes.fill(0, 0, bytes.length());
            passphrase = Zeroizing::new(String::from_utf8(core::mem::take(&mut *typed)).ok()?);
        } else if let Some(blob) = part.dyn_ref::<Blob>() {
            file = Some(blob.clone());
        }
    }
    Some(Asked {
        request,
        file,
        passphrase,
    })
}
