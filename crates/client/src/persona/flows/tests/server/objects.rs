//! Objects with their inventory.

use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    parts::split_parts,
    persona::{ObjectVersionListResponse, ObjectVersionView, ObjectWriteResponse, VersionContentView},
};

use sha2::{Digest as _, Sha256};

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
        if let Some((id, version)) = rest.split_once("/versions") {
            return versions(account, id, version.strip_prefix('/'));
        }
        let object = account.objects.get(rest).ok_or(ErrorCode::NoSuchItem)?;
        return Ok(answer(200, object.bytes.clone()));
    }
    if account.inventory.as_ref().map(|(version, _)| *version) != condition(request)? {
        return Err(ErrorCode::VersionConflict);
    }
    account.must_allow_changes()?;
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

/// All versions of an object, newest first, or the bytes of one. They are numbered from 1 over all objects.
fn versions(account: &FakeAccount, id: &str, wanted: Option<&str>) -> Answer {
    let stored = account.versions.iter().zip(1_u64..);
    let mut of_this: Vec<_> = stored.filter(|((owner, _), _)| owner == id).collect();
    if let Some(wanted) = wanted {
        let found = of_this.iter().find(|(_, number)| number.to_string() == wanted);
        let ((_, bytes), _) = found.ok_or(ErrorCode::NoSuchItem)?;
        return Ok(answer(200, bytes.clone()));
    }
    if of_this.is_empty() {
        return Err(ErrorCode::NoSuchItem);
    }
    of_this.reverse();
    let view = |((_, bytes), version): (&(String, Vec<u8>), u64)| ObjectVersionView {
        version,
        written_at: 1_795_000_000,
        content: Some(VersionContentView {
            size: bytes.len() as u64,
            sha256: B64(Sha256::digest(bytes).into()),
        }),
    };
    json(&ObjectVersionListResponse {
        versions: of_this.into_iter().map(view).collect(),
    })
}
