//! Objects with their inventory.

use keyhaven_protocol::{
    error::ErrorCode,
    parts::split_parts,
    persona::{AccountState, ObjectWriteResponse},
};

use super::{
    answer,
    routes::{Answer, condition, json},
    state::{FakeAccount, FakeObject},
};
use crate::transport::{Method, Request};

pub(super) fn object(
    account: &mut FakeAccount,
    method: Method,
    rest: &str,
    request: &Request,
    version: u64,
) -> Answer {
    if method == Method::Get {
        let object = account.objects.get(rest).ok_or(ErrorCode::NoSuchItem)?;
        return Ok(answer(200, object.bytes.clone()));
    }
    if account.inventory.as_ref().map(|(version, _)| *version) != condition(request)? {
        return Err(ErrorCode::VersionConflict);
    }
    if account.state != AccountState::Active {
        return Err(ErrorCode::AccountUnproven);
    }
    let inventory = match rest.split_once('/') {
        None if method == Method::Put => {
            let [inventory, object] = split_parts(&request.body).map_err(|_| ErrorCode::MalformedBody)?;
            account.versions.push((rest.to_owned(), object.to_vec()));
            account.objects.insert(
                rest.to_owned(),
                FakeObject {
                    bytes: object.to_vec(),
                    version,
                },
            );
            inventory.to_vec()
        }
        Some((id, "delete")) => {
            let object = account.objects.remove(id).ok_or(ErrorCode::NoSuchItem)?;
            account.deleted.insert(id.to_owned(), object);
            request.body.to_vec()
        }
        Some((id, "undelete")) => {
            let object = account.deleted.remove(id).ok_or(ErrorCode::NoSuchItem)?;
            account.objects.insert(id.to_owned(), object);
            request.body.to_vec()
        }
        _ => return Err(ErrorCode::NotFound),
    };
    account.inventories.push(inventory.clone());
    account.inventory = Some((version, inventory));
    json(&ObjectWriteResponse {
        inventory_version: version,
    })
}
