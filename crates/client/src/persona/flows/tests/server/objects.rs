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
            account.deleted_at.insert(id.to_owned(), second(version));
            request.body.to_vec()
        }
        Some((id, "undelete")) => {
            let object = account.deleted.remove(id).ok_or(ErrorCode::NoSuchItem)?;
            account.objects.insert(id.to_owned(), object);
            request.body.to_vec()
        }
        _ => return Err(ErrorCode::NotFound),
    };
    account.put_inventory(version, inventory);
    json(&ObjectWriteResponse {
        inventory_version: version,
    })
}

/// When the request was made that has this number.
pub(super) fn second(number: u64) -> i64 {
    1_795_000_000 + i64::try_from(number).unwrap()
}

/// The present inventory, read or written; or of its versions all, newest first, or one.
pub(super) fn inventory(
    account: &mut FakeAccount,
    versions: Option<&str>,
    request: &Request,
    version: u64,
) -> Answer {
    if request.method == Method::Put {
        if account.inventory.as_ref().map(|(version, _)| *version) != condition(request)? {
            return Err(ErrorCode::VersionConflict);
        }
        account.must_allow_changes()?;
        account.put_inventory(version, request.body.to_vec());
        return json(&ObjectWriteResponse {
            inventory_version: version,
        });
    }
    let stored = account.inventory_numbers.iter().zip(&account.inventories);
    let (version, bytes) = match versions {
        None => account.inventory.clone().ok_or(ErrorCode::NoSuchItem)?,
        Some("") => {
            let view = |(number, bytes): (&u64, &Vec<u8>)| ObjectVersionView {
                version: *number,
                written_at: second(*number),
                content: Some(VersionContentView {
                    size: bytes.len() as u64,
                    sha256: B64(Sha256::digest(bytes).into()),
                }),
            };
            return json(&ObjectVersionListResponse {
                versions: stored.rev().map(view).collect(),
            });
        }
        Some(wanted) => {
            let mut stored = stored.map(|(number, bytes)| (*number, bytes.clone()));
            let found = stored.find(|(number, _)| format!("/{number}") == wanted);
            found.ok_or(ErrorCode::NoSuchItem)?
        }
    };
    let mut response = answer(200, bytes);
    let tag = format!("\"{version}\"");
    response.headers.push(("ETag".to_owned(), tag));
    Ok(response)
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
