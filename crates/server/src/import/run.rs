//! Account by account into the store.

use std::collections::BTreeMap;

use bytes::Bytes;
use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, limits::OBJECT_MAX_BYTES},
};
use keyhaven_storage::{
    Account, Author, Confirmation, Content, CreateAccount, CredentialKind, IfTaken, NewAccount, StorageError,
    Store, Timestamp, WriteObject,
};
use sha2::{Digest as _, Sha256};

use super::{
    dump::{AccountFolder, Dump, ObjectFile},
    names::address_of,
    object_type::{ContentType, META_MAX_BYTES},
    report::{Reason, Report},
    user_file::{self, USER_FILE_MAX_BYTES},
};
use crate::{
    credential::ImportedHash,
    extract::persona_name,
    random::{self, RandomError},
};

/// Why an import ended before its end. A second run goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The store failed.
    #[error("the store failed")]
    Storage(#[from] StorageError),
    /// No randomness for the id of an account.
    #[error("no randomness")]
    Random(#[from] RandomError),
}

/// An import that is about to run.
#[expect(missing_debug_implementations, reason = "a store has nothing to show")]
pub struct Import<'a> {
    /// Where to.
    pub store: &'a dyn Store,
    /// Write nothing.
    pub dry_run: bool,
    /// When accounts and objects are made.
    pub now: Timestamp,
}

/// An account of the dump that can be taken over.
struct Candidate<'a> {
    folder: &'a AccountFolder,
    address: Address,
    hash: ImportedHash,
}

impl Candidate<'_> {
    /// Whether an earlier run made this account, to its end or not, and nobody has signed in since.
    fn is_of_an_earlier_run(&self, account: &Account) -> bool {
        let hash = &account.credential.hash;
        *hash == self.hash.to_stored() || *hash == self.hash.to_unfinished()
    }
}

impl Import<'_> {
    /// Takes the dump over. `progress` hears of each account: how many are done, of how many.
    ///
    /// # Errors
    /// [`ImportError`]; what was done until then stands.
    pub async fn run(
        &self,
        dump: &Dump,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Report, ImportError> {
        let mut report = Report::new(dump.layout, self.dry_run);
        for (path, reason) in &dump.strange {
            report.leave_out(path, None, *reason);
        }
        let candidates = candidates(dump, &mut report);
        for (done, candidate) in candidates.iter().enumerate() {
            progress(done, candidates.len());
            self.take(dump, candidate, &mut report).await?;
        }
        progress(candidates.len(), candidates.len());
        Ok(report)
    }

    async fn take(
        &self,
        dump: &Dump,
        candidate: &Candidate<'_>,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let folder = candidate.folder.folder.as_str();
        let found = self
            .store
            .account_by_address(&candidate.address, self.now)
            .await?;
        let account = match found {
            // Whoever has signed in since, or signed up here, may not be the one whose objects these are.
            Some(account) if !candidate.is_of_an_earlier_run(&account) => {
                report.leave_out(folder, None, Reason::HasAnAccount);
                return Ok(());
            }
            Some(account) => {
                report.accounts_there_already += 1;
                Some(account)
            }
            None => {
                let made = self.create(candidate).await?;
                if made.is_none() && !self.dry_run {
                    report.leave_out(folder, None, Reason::HasAnAccount);
                    return Ok(());
                }
                report.accounts_created += 1;
                made
            }
        };
        let (objects, strange) = candidate.folder.objects(dump.layout);
        for (name, reason) in strange {
            report.leave_out(folder, Some(&name), reason);
        }
        let stored = self.stored_hashes(account.as_ref()).await?;
        for object in objects {
            report.objects_found += 1;
            let id = dump.layout.original_name(&object.name);
            if let Err(reason) = self
                .take_object(account.as_ref(), &stored, &object, &id, report)
                .await?
            {
                report.leave_out(folder, Some(&object.name), reason);
            }
        }
        if let Some(account) = account.filter(|_| !self.dry_run) {
            self.let_in(candidate, &account, report).await?;
        }
        Ok(())
    }

    /// From now on the owner can sign in: everything is there.
    async fn let_in(
        &self,
        candidate: &Candidate<'_>,
        account: &Account,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let unfinished = candidate.hash.to_unfinished();
        if account.credential.hash == unfinished {
            let renewed = candidate.hash.to_stored();
            if !self.store.renew_hash(account.id, &unfinished, renewed).await? {
                report.leave_out(&candidate.folder.folder, None, Reason::AccountChanged);
            }
        }
        Ok(())
    }

    /// The account that was made; `None` in a dry run, and when somebody signed up at the same moment.
    async fn create(&self, candidate: &Candidate<'_>) -> Result<Option<Account>, ImportError> {
        if self.dry_run {
            return Ok(None);
        }
        let id = AccountId::from_bytes(random::generate()?);
        let account = NewAccount {
            id,
            address: candidate.address.clone(),
            hash: candidate.hash.to_unfinished(),
            kind: CredentialKind::Typed,
            // They signed in there with this address; a letter would ask all of them at once.
            confirmation: Confirmation::NotAsked,
            if_taken: IfTaken::Refuse,
        };
        match self.store.create_account(account, self.now).await? {
            CreateAccount::Created => Ok(self.store.account(id, self.now).await?),
            CreateAccount::AddressTaken | CreateAccount::OwnerTold(_) | CreateAccount::IdTaken => Ok(None),
        }
    }

    /// What an account of an earlier run has, by id.
    async fn stored_hashes(
        &self,
        account: Option<&Account>,
    ) -> Result<BTreeMap<String, [u8; 32]>, ImportError> {
        let Some(account) = account else {
            return Ok(BTreeMap::new());
        };
        let listed = self.store.objects(Author::by_password(account), u64::MAX).await?;
        let objects = listed
            .given()
            .and_then(Content::here)
            .map(|listed| listed.objects)
            .unwrap_or_default();
        Ok(objects
            .into_iter()
            .map(|object| (object.id, object.sha256))
            .collect())
    }

    async fn take_object(
        &self,
        account: Option<&Account>,
        stored: &BTreeMap<String, [u8; 32]>,
        file: &ObjectFile,
        id: &str,
        report: &mut Report,
    ) -> Result<Result<(), Reason>, ImportError> {
        let bytes = match readable(file, id) {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(sha256) = stored.get(id) {
            let same = *sha256 == <[u8; 32]>::from(Sha256::digest(&bytes));
            report.objects_there_already += u64::from(same);
            return Ok(if same {
                Ok(())
            } else {
                Err(Reason::DiffersFromStored)
            });
        }
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let content_type = ContentType::of(file.meta(META_MAX_BYTES).as_deref(), &bytes);
        if let Some(account) = account.filter(|_| !self.dry_run) {
            let author = Author::by_password(account);
            let written = self
                .store
                .write_object(author, id, content_type.as_str(), Bytes::from(bytes), self.now)
                .await?;
            match written {
                WriteObject::Written(()) => {}
                WriteObject::QuotaExceeded => return Ok(Err(Reason::QuotaExceeded)),
                _ => return Ok(Err(Reason::AccountChanged)),
            }
        }
        report.objects_written += 1;
        report.bytes_written = report.bytes_written.saturating_add(len);
        report.content_types_told += u64::from(matches!(content_type, ContentType::Told(_)));
        Ok(Ok(()))
    }
}

/// The bytes of an object that a request could have stored.
fn readable(file: &ObjectFile, id: &str) -> Result<Vec<u8>, Reason> {
    persona_name(id.to_owned()).map_err(|_| Reason::IdUnusable)?;
    let max_bytes = u64::try_from(OBJECT_MAX_BYTES).unwrap_or(u64::MAX);
    let bytes = file.bytes(max_bytes)?;
    if bytes.is_empty() {
        Err(Reason::Empty)
    } else {
        Ok(bytes)
    }
}

/// Accounts with an address of their own and a hash that can be verified; the others are reported.
fn candidates<'a>(dump: &'a Dump, report: &mut Report) -> Vec<Candidate<'a>> {
    let mut by_address: BTreeMap<Address, Vec<&AccountFolder>> = BTreeMap::new();
    for folder in &dump.accounts {
        report.accounts_found += 1;
        let address = address_of(&folder.storage_name).and_then(|address| Address::parse(&address).ok());
        match address {
            Some(address) => by_address.entry(address).or_default().push(folder),
            None => report.leave_out(&folder.folder, None, Reason::AddressUnusable),
        }
    }
    let mut candidates = Vec::new();
    for (address, folders) in by_address {
        let [folder] = folders.as_slice() else {
            for folder in folders {
                report.leave_out(&folder.folder, None, Reason::SeveralSpellings);
            }
            continue;
        };
        match folder
            .user_file(USER_FILE_MAX_BYTES)
            .and_then(|bytes| user_file::parse(&bytes))
        {
            Ok(hash) => candidates.push(Candidate {
                folder,
                address,
                hash,
            }),
            Err(reason) => report.leave_out(&folder.folder, None, reason),
        }
    }
    candidates
}
