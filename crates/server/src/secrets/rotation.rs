//! One more salt key, in the file only: a running server takes it over when it is told to read the file again.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use zeroize::Zeroizing;

use super::{FILE, Secrets, SecretsError, failed, new_salt_key, text_of, write_unfinished};
use crate::{
    clock::Day,
    credential::{KdfGeneration, KdfPolicy, SPREAD_DAYS},
    private_file,
};

/// A salt key that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// From this day on, and over the 30 days after it, every address gets to it.
    pub offered_from: Day,
    /// How many keys there are now.
    pub keys: usize,
}

/// Whether one more key is wanted though the newest has not reached everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Somebody may have seen the newest one.
    Asked,
    /// The command may have been given twice by mistake.
    NotAsked,
}

/// Adds a salt key to the secrets of a data folder, which must have some. It is offered from the day after `today` on,
/// or after the day of the newest one if that is later: until then nobody derives anything under it, so that there is
/// time to tell a running server and to make a copy.
///
/// # Errors
/// [`SecretsError`]; the file is as it was. `NotWithEverybodyYet` if the newest key has not reached every address and this
/// was not asked for `again`: there is room for few keys, and none is ever given back. `NoMoreSaltKeys` if clients would have more to try than they do, beside the
/// parameters that are given out.
pub fn rotate_salt_key(
    data: &Path,
    generations: &[KdfGeneration],
    today: Day,
    again: Again,
) -> Result<Rotation, SecretsError> {
    let path = data.join(FILE);
    // Held to the end: of two commands at once, the second must not write over the key of the first.
    let folder = File::open(data).map_err(failed(data))?;
    match folder.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(SecretsError::InUse {
                folder: data.to_owned(),
            });
        }
        Err(TryLockError::Error(source)) => return Err(failed(data)(source)),
    }
    let present_text = text_of(&path)?;
    let present = Secrets::parse(&present_text, &path)?.salt_keys;
    if let (Again::NotAsked, Some(newest)) = (again, present.newest_day()) {
        let reached = newest.plus_days(SPREAD_DAYS);
        if today < reached {
            return Err(SecretsError::NotWithEverybodyYet { newest, reached });
        }
    }
    let newest = present.newest_day().map_or(today, |newest| newest.max(today));
    let offered_from = newest.next();
    // What an operator wrote beside the keys stays.
    let text = Zeroizing::new(format!(
        "{}\n\n{}",
        present_text.trim_end(),
        new_salt_key(Some(offered_from))?.as_str()
    ));
    let keys = Secrets::parse(&text, &path)?.salt_keys;
    let count = keys.count();
    let policy = KdfPolicy::new(present, generations).map_err(SecretsError::NoMoreSaltKeys)?;
    // As the server does it that will read the file.
    policy.take_over(keys).map_err(SecretsError::NoMoreSaltKeys)?;
    write_unfinished(data, text.as_bytes())
        .and_then(|unfinished| std::fs::rename(unfinished, &path))
        .and_then(|()| private_file::sync_names(data))
        .map_err(failed(&path))?;
    Ok(Rotation {
        offered_from,
        keys: count,
    })
}

#[cfg(test)]
mod tests {
    use keyhaven_storage::Timestamp;

    use super::*;
    use crate::credential::KdfPolicyError;

    const TODAY: Day = Day::of(Timestamp(1_795_262_400));

    fn rotate(data: &Path) -> Result<Rotation, SecretsError> {
        rotate_salt_key(data, &[], TODAY, Again::Asked)
    }

    #[test]
    fn a_key_is_added_for_tomorrow_and_the_next_one_for_the_day_after() {
        let folder = tempfile::tempdir().unwrap();
        let first = Secrets::open(folder.path()).unwrap().salt_keys;
        let path = folder.path().join(FILE);
        let written = std::fs::read_to_string(&path).unwrap() + "# the operator's own words\n";
        std::fs::write(&path, &written).unwrap();
        let added = rotate(folder.path()).unwrap();
        assert_eq!((added.offered_from, added.keys), (TODAY.next(), 2));
        let second = Secrets::read(folder.path()).unwrap().salt_keys;
        assert!(second.continues(&first) && second != first);
        let again = rotate(folder.path()).unwrap();
        assert_eq!((again.offered_from, again.keys), (TODAY.next().next(), 3));
        assert!(Secrets::read(folder.path()).unwrap().salt_keys.continues(&second));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&written), "{text}");
        let names = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn a_second_command_by_mistake_is_refused_until_the_key_is_with_everybody() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        let on = |day| rotate_salt_key(folder.path(), &[], day, Again::NotAsked);
        let newest = on(TODAY).unwrap().offered_from;
        let reached = newest.plus_days(SPREAD_DAYS);
        for day in [TODAY, newest, newest.plus_days(SPREAD_DAYS - 1)] {
            let refused = on(day).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!(
                    "the salt key of {newest} reaches the last address on {reached}, and there is room for four in all: \
                     --again adds another one before"
                )
            );
        }
        assert_eq!(on(reached).unwrap().keys, 3);
    }

    #[test]
    fn a_fifth_derivation_is_refused_and_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        for _ in 0..3 {
            rotate(folder.path()).unwrap();
        }
        let path = folder.path().join(FILE);
        let before = std::fs::read(&path).unwrap();
        let refused = rotate(folder.path()).unwrap_err();
        assert!(matches!(
            refused,
            SecretsError::NoMoreSaltKeys(KdfPolicyError::TooMany { found: 5 })
        ));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn of_two_commands_at_once_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        let other = File::open(folder.path()).unwrap();
        other.lock().unwrap();
        assert!(matches!(rotate(folder.path()), Err(SecretsError::InUse { .. })));
        drop(other);
        assert!(rotate(folder.path()).is_ok());
    }

    #[test]
    fn secrets_that_are_lost_or_damaged_are_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(rotate(folder.path()), Err(SecretsError::File { .. })));
        Secrets::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, "salt_keys = 3\n").unwrap();
        assert!(matches!(rotate(folder.path()), Err(SecretsError::Damaged { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "salt_keys = 3\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_new_file_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        rotate(folder.path()).unwrap();
        let metadata = std::fs::metadata(folder.path().join(FILE)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}
