//! `keyhaven account`: what an operator sees of accounts, and the few moves that are the operator's.

use std::fmt::Write as _;
use std::io::{stderr, stdin};

use anyhow::{Context as _, bail};
use keyhaven_protocol::{address::Address, persona::AccountState};
use keyhaven_server::clock::{CivilTime, Clock as _, SystemClock};
use keyhaven_storage::{
    Account, AccountSummary, Author, Content, Listed, OperatorMove, Removal, Store, Timestamp,
};

mod kept;
mod typed_again;

use self::typed_again::typed_again;
use crate::{
    command_line::{self, AccountAction, AccountName},
    counted::counted,
    data_folder::DataFolder,
    once::{block_on, open_store, say, say_rows},
};

/// Accounts in one read.
const PAGE: u32 = 500;

/// Does what the words say, alone or beside a server.
pub(crate) fn account(words: &command_line::Account) -> anyhow::Result<()> {
    let config = words.place.load()?;
    let folder = DataFolder::of_store(&config.data)?;
    let said = block_on(async {
        let store = open_store(&folder, &config).await?;
        let done = act(&store, &words.action, SystemClock.now()).await;
        store.close().await;
        done
    })?;
    match &words.action {
        AccountAction::List => say_rows(&said, "no accounts"),
        AccountAction::Kept { .. } => say_rows(&said, "nothing is kept"),
        _ => say(said.trim_end()),
    }
}

async fn act(store: &dyn Store, action: &AccountAction, now: Timestamp) -> anyhow::Result<String> {
    match action {
        AccountAction::List => list(store, now).await,
        AccountAction::Show { account } => show(store, &find(store, account, now).await?, now).await,
        AccountAction::Kept { account } => kept::list(store, find(store, account, now).await?.id).await,
        AccountAction::BringBack {
            account,
            persona,
            version,
        } => {
            let id = find(store, account, now).await?.id;
            let brought = store.bring_back(id, persona, *version, now).await?;
            kept::outcome(brought)
        }
        AccountAction::Freeze { account } => {
            let id = find(store, account, now).await?.id;
            outcome(store.freeze_account(id, now).await?)
        }
        AccountAction::Lift { account } => {
            let id = find(store, account, now).await?.id;
            outcome(store.lift_account(id, now).await?)
        }
        AccountAction::Delete {
            account,
            now: at_once,
            yes,
        } => {
            let Account { id, address, .. } = find(store, account, now).await?;
            if *at_once && !yes {
                typed_again(&address, stdin().lock(), stderr().lock())?;
            }
            let removal = if *at_once { Removal::Now } else { Removal::Later };
            outcome(store.remove_account(id, removal, now).await?)
        }
        AccountAction::Undelete { account } => {
            let id = find(store, account, now).await?.id;
            outcome(store.take_removal_back(id, now).await?)
        }
    }
}

async fn find(store: &dyn Store, name: &AccountName, now: Timestamp) -> anyhow::Result<Account> {
    let found = match name {
        AccountName::Address(address) => store.account_by_address(address, now).await?,
        AccountName::Id(id) => store.account(*id, now).await?,
    };
    found.context("there is no such account")
}

async fn list(store: &dyn Store, now: Timestamp) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut after: Option<Address> = None;
    loop {
        let page = store.list_accounts(after.as_ref(), PAGE, now).await?;
        let Some(last) = page.last() else {
            return Ok(text);
        };
        after = Some(last.address.clone());
        for account in &page {
            writeln!(text, "{}", line(account))?;
        }
    }
}

/// One account in one line, fields apart by tabs.
fn line(account: &AccountSummary) -> String {
    let keys = if account.has_key_record { "keys" } else { "no keys" };
    format!(
        "{}\t{}\t{}\t{}\t{}\tsince {}",
        account.address.normalised(),
        account.id,
        in_state(account.state, account.state_until),
        keys,
        counted(account.used_bytes, "byte"),
        day(account.created_at)
    )
}

async fn show(store: &dyn Store, account: &Account, now: Timestamp) -> anyhow::Result<String> {
    let author = Author::by_password(account);
    let sessions = store.sessions(author, now).await?.given().unwrap_or_default();
    let Listed {
        inventory_version: inventory,
        objects,
        deleted,
    } = store
        .objects(author, u64::MAX)
        .await?
        .given()
        .and_then(Content::here)
        .unwrap_or_default();
    let mut text = String::new();
    writeln!(text, "address   {}", account.address.normalised())?;
    writeln!(text, "id        {}", account.id)?;
    writeln!(text, "state     {}", in_state(account.state, account.state_until))?;
    writeln!(text, "since     {}", day(account.created_at))?;
    let password = if account.credential.kind.is_typed() {
        "as it is typed"
    } else {
        "derived by the client"
    };
    writeln!(
        text,
        "password  {password}, changed {}",
        counted(account.credential.generation.saturating_sub(1), "time")
    )?;
    let keys = account
        .key_record_version
        .map_or_else(|| "none".to_owned(), |version| format!("version {version}"));
    writeln!(text, "keys      {keys}")?;
    let kept = match (account.proven_kept, account.proven_kept_until) {
        (false, _) => "none".to_owned(),
        (true, None) => "kept".to_owned(),
        (true, Some(until)) => format!("kept until {}", day(until)),
    };
    writeln!(text, "password before a reset  {kept}")?;
    writeln!(text, "sessions  {}", sessions.len())?;
    let inventory = inventory.map_or_else(
        || "no inventory".to_owned(),
        |version| format!("inventory {version}"),
    );
    writeln!(
        text,
        "objects   {}, {deleted} deleted and kept, {inventory}, {} in all their versions",
        objects.len(),
        counted(account.used_bytes, "byte")
    )?;
    Ok(text)
}

fn outcome(moved: OperatorMove) -> anyhow::Result<String> {
    match moved {
        OperatorMove::Moved(state) => Ok(format!(
            "the account is {} now; its owner is told by mail",
            word(state)
        )),
        OperatorMove::Unchanged(state) => Ok(format!(
            "the account is {} already; nothing was done",
            word(state)
        )),
        OperatorMove::Removed => Ok("the account is gone; its owner is told by mail".to_owned()),
        OperatorMove::NotAllowed(state) => bail!("that cannot be done to an account that is {}", word(state)),
        OperatorMove::NotFound => bail!("there is no such account any more"),
    }
}

fn in_state(state: AccountState, until: Option<Timestamp>) -> String {
    match until {
        Some(until) => format!("{} until {}", word(state), day(until)),
        None => word(state).to_owned(),
    }
}

const fn word(state: AccountState) -> &'static str {
    match state {
        AccountState::Unconfirmed => "unconfirmed",
        AccountState::Active => "active",
        AccountState::Unproven => "unproven",
        AccountState::Disputed => "disputed",
        AccountState::Frozen => "frozen",
        AccountState::Deleted => "deleted",
        _ => "in a state of a newer release",
    }
}

fn day(time: Timestamp) -> String {
    CivilTime::of(time).rfc3339()
}
