//! The open backup.

use core::task::Poll;
use std::rc::Rc;

use js_sys::Array;
use keyhaven_client::{
    driver::Flow as _,
    persona::{
        Finding, ItemId, SessionOver, Unlocked,
        flows::vault::{NewFile, Notice, Selection, Vault, VaultDone, VaultInput, VaultView},
    },
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    call::Course,
    host::Around,
    outcome::{Record, account_record, counted_against_name, file_record, finding_names, item_record},
};
use crate::{
    code::Code,
    failure::{Failure, list_of, thrown},
};

/// An open backup.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PersonaVault(Course<Vault>);

impl PersonaVault {
    pub(super) fn new(host: &Rc<Around>, unlocked: Rc<Unlocked>, remembered: &str) -> Self {
        Self(Course::new(host, Vault::new(unlocked, remembered.parse().ok())))
    }
}

#[wasm_bindgen]
impl PersonaVault {
    /// Reads what there is for the first time.
    pub fn open(&mut self) {
        self.0.start();
    }

    /// Reads it again.
    pub fn list(&mut self) {
        self.0.begin(async move |_| Ok(VaultInput::Refresh));
    }

    /// Stores a file, in the place of `id` if that is not empty.
    pub fn store(&mut self, id: String, name: String, media_type: String, content: Vec<u8>) {
        let file = NewFile {
            name,
            media_type,
            content: Zeroizing::new(content),
        };
        self.0.begin(async move |_| {
            Ok(if id.is_empty() {
                VaultInput::Store(file)
            } else {
                let id = id.parse().map_err(|_| Code::Gone)?;
                VaultInput::Replace { id, file }
            })
        });
    }

    /// Restores everything, or one.
    pub fn restore(&mut self, id: String) {
        let selection = if id.is_empty() {
            Selection::All
        } else {
            Selection::One(ItemId::new(id))
        };
        self.0.begin(async move |_| Ok(VaultInput::Restore(selection)));
    }

    /// Deletes.
    pub fn delete(&mut self, id: String) {
        self.0
            .begin(async move |_| Ok(VaultInput::Delete(id.parse().map_err(|_| Code::Gone)?)));
    }

    /// Goes on with the older list.
    #[wasm_bindgen(js_name = acceptOlder)]
    pub fn accept_older(&mut self) {
        self.0.begin(async move |_| Ok(VaultInput::AcceptOlder));
    }

    /// Ends the session.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&mut self) {
        self.0.begin(async move |_| Ok(VaultInput::SignOut));
    }

    /// Goes on; `undefined` while something is asked. Says what there is then.
    ///
    /// # Errors
    /// Why it did not work.
    pub fn go(&mut self) -> Result<Option<Array>, JsValue> {
        match self.0.go() {
            Poll::Pending => Ok(None),
            Poll::Ready(Err(failure)) => Err(thrown(failure)),
            Poll::Ready(Ok(Some(SessionOver::SignedOut))) => Ok(Some(Array::new())),
            Poll::Ready(Ok(Some(_))) => Err(thrown(Code::SignInAgain)),
            Poll::Ready(Ok(None)) => match self.0.look(|flow| flow.view(None)) {
                Some(view) => shown(view).map(Some).map_err(thrown),
                None => Err(thrown(Code::Internal)),
            },
        }
    }

    /// Stops the call.
    pub fn stop(&mut self) {
        self.0.stop();
    }
}

fn shown(view: VaultView) -> Result<Array, Failure> {
    let record = Record::new().with("account", account_record(&view.account).into_list());
    let record = match &view.remember {
        Some(remember) => record.text("remembered", &remember.to_string()),
        None => record,
    };
    let notices = view.notices.iter().map(|notice| {
        JsValue::from(match notice {
            Notice::WentBack { .. } => "went-back",
            Notice::InventoryNewer => "inventory-newer",
            _ => "inventory-damaged",
        })
    });
    let record = record.with("notices", notices.collect::<Array>());
    let record = match &view.listing {
        Some(listing) => record
            .text("checkedAgainst", counted_against_name(listing.counted_against))
            .with("items", listing.items.iter().map(item_record).collect::<Array>()),
        None => record,
    };
    Ok(match view.done {
        Some(VaultDone::Failed(problem)) => return Err(problem.into()),
        Some(VaultDone::Stored { id, .. }) => record.text("stored", &id.to_string()),
        Some(VaultDone::DeletionUnseen { problem, .. }) => return Err(problem.into()),
        Some(VaultDone::Restored { report, files }) => {
            let items = report.items.iter().map(|item| {
                let (finding, damage) = finding_names(&item.finding);
                let record = Record::new()
                    .text("id", item.id.as_str())
                    .text("name", &item.name)
                    .text("finding", finding)
                    .with("damage", damage);
                match &item.finding {
                    Finding::NotFetched(problem) => record.with("problem", list_of(problem.clone().into())),
                    _ => record,
                }
                .into_list()
            });
            record
                .text("restoredAgainst", counted_against_name(report.counted_against))
                .with("complete", report.is_complete())
                .number("restored", report.restored() as u64)
                .number("expected", report.expected() as u64)
                .with("report", items.collect::<Array>())
                .with("files", files.iter().map(file_record).collect::<Array>())
        }
        _ => record,
    }
    .into_list())
}
