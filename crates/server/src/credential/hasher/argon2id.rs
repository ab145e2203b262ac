//! Argon2id in memory that is kept between hashes.
//!
//! A hash takes 19 MiB. Asked of the allocator each time, on whichever thread is free, it stays behind in the arena of
//! that thread: dozens of them were held after dozens of hashes. Kept here, it is as many as hashes run at once.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt},
};
use zeroize::{Zeroize as _, Zeroizing};

use super::HashError;
use crate::random;

/// OWASP's floor of 2026: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_LEN: usize = 16;

/// The function with its memory. Clones share it.
#[derive(Clone)]
pub(super) struct Argon2id {
    params: Params,
    free: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Argon2id {
    /// The function with today's parameters.
    pub(super) fn new() -> Result<Self, HashError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(refused)?;
        Ok(Self {
            params,
            free: Arc::default(),
        })
    }

    /// The PHC string of a password under a fresh salt.
    pub(super) fn hash(&self, password: &[u8]) -> Result<String, HashError> {
        let salt = random::generate::<SALT_LEN>()?;
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let function = Argon2::new(algorithm, version, self.params.clone());
        let output = self.compute(&function, password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
        let hash = PasswordHash {
            algorithm: Ident::from(algorithm),
            version: Some(version.into()),
            params: ParamsString::try_from(&self.params).map_err(HashError::Function)?,
            salt: Some(Salt::new(&salt).map_err(HashError::Stored)?),
            hash: Some(output),
        };
        Ok(hash.to_string())
    }

    /// Whether the password is that of the PHC string, computed with the parameters that stand in it.
    pub(super) fn verify(&self, password: &[u8], hash: &str) -> Result<bool, HashError> {
        let hash = PasswordHash::new(hash).map_err(HashError::Stored)?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(HashError::Function)?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from);
        let params = Params::try_from(&hash).map_err(HashError::Function)?;
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
            return Err(HashError::Function(argon2::password_hash::Error::PasswordInvalid));
        };
        let function = Argon2::new(algorithm, version.map_err(refused)?, params);
        // `Output` is compared in constant time.
        Ok(self.compute(&function, password, salt, expected.len())? == *expected)
    }

    fn compute(
        &self,
        function: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        len: usize,
    ) -> Result<Output, HashError> {
        let mut output = Zeroizing::new(vec![0; len]);
        let count = function.params().block_count();
        let mut blocks = self.lock().pop().unwrap_or_default();
        if blocks.len() < count {
            blocks.resize(count, Block::default());
        }
        let used = blocks.get_mut(..count).unwrap_or_default();
        let computed = function.hash_password_into_with_memory(password, salt, &mut output, &mut *used);
        used.iter_mut().for_each(|block| block.zeroize());
        self.lock().push(blocks);
        computed.map_err(refused)?;
        Output::new(&output).map_err(HashError::Stored)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(error: argon2::Error) -> HashError {
    HashError::Function(error.into())
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn hashes_are_those_of_the_library() {
        let ours = Argon2id::new().unwrap();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, ours.params.clone());
        let hash = ours.hash(b"right").unwrap();
        library.verify_password(b"right", hash.as_str()).unwrap();
        let hash = library
            .hash_password_with_salt(b"right", &[7; 16])
            .unwrap()
            .to_string();
        assert!(ours.verify(b"right", &hash).unwrap());
        assert!(!ours.verify(b"wrong", &hash).unwrap());
    }

    #[test]
    fn a_hash_of_other_parameters_verifies_in_the_same_memory() {
        let ours = Argon2id::new().unwrap();
        for (memory_kib, passes) in [(64, 1), (20 * 1024, 1), (19 * 1024, 2)] {
            let params = Params::new(memory_kib, passes, 1, Some(24)).unwrap();
            let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = library
                .hash_password_with_salt(b"right", &[7; 16])
                .unwrap()
                .to_string();
            assert!(ours.verify(b"right", &hash).unwrap(), "{hash}");
            assert!(!ours.verify(b"wrong", &hash).unwrap(), "{hash}");
        }
        assert_eq!(ours.lock().len(), 1, "one after the other, they share one memory");
    }

    #[test]
    fn the_memory_is_wiped_after_each_hash() {
        let ours = Argon2id::new().unwrap();
        ours.hash(b"secret").unwrap();
        let kept = ours.lock();
        assert_eq!(kept.len(), 1, "control: it is kept");
        let words = kept.iter().flatten().flat_map(AsRef::<[u64]>::as_ref);
        assert!(words.copied().all(|word| word == 0));
    }
}
