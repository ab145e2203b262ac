//! AES-256 in counter mode and in CBC (NIST SP 800-38A), over one place that encrypts blocks and one that decrypts them:
//! a cipher that is compiled into each mode and each direction of its own is most of what a page that restores would load.

use aes::{
    Aes256Dec, Aes256Enc, Block,
    cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _},
};
use zeroize::{Zeroize as _, Zeroizing};

use crate::job::CounterWidth;

const BLOCK_LEN: usize = 16;
/// Blocks at a time: as many as the cipher computes side by side, twice.
const BATCH: usize = 8;

/// Combines `text` with the key stream, in either direction.
#[inline(never)]
pub(crate) fn apply_ctr(key: &[u8; 32], counter: [u8; BLOCK_LEN], width: CounterWidth, text: &mut [u8]) {
    let cipher = Aes256Enc::new(key.into());
    let mut counter = u128::from_be_bytes(counter);
    let mut stream = [Block::default(); BATCH];
    for chunk in text.chunks_mut(BATCH * BLOCK_LEN) {
        for block in &mut stream {
            *block = counter.to_be_bytes().into();
            counter = width.after(counter, 1);
        }
        encrypt(&cipher, &mut stream);
        for (part, block) in chunk.chunks_mut(BLOCK_LEN).zip(&stream) {
            combine(part, block);
        }
    }
    stream.iter_mut().for_each(|block| block.as_mut_slice().zeroize());
}

/// The ciphertext of `text` with the padding of PKCS #7 (RFC 5652, section 6.3).
pub(crate) fn encrypt_cbc(key: &[u8; 32], iv: &[u8; BLOCK_LEN], text: &[u8]) -> Vec<u8> {
    let cipher = Aes256Enc::new(key.into());
    let padding = BLOCK_LEN - text.len() % BLOCK_LEN;
    let mut ciphertext = Zeroizing::new(Vec::with_capacity(text.len() + padding));
    ciphertext.extend_from_slice(text);
    #[expect(clippy::cast_possible_truncation, reason = "a block has 16 bytes")]
    ciphertext.resize(text.len() + padding, padding as u8);
    let mut before = Block::from(*iv);
    for part in ciphertext.as_chunks_mut::<BLOCK_LEN>().0 {
        combine(before.as_mut_slice(), part);
        encrypt(&cipher, core::slice::from_mut(&mut before));
        part.copy_from_slice(&before);
    }
    core::mem::take(&mut *ciphertext)
}

/// The text in `ciphertext`; `None` if it is no whole number of blocks, or its end is no padding.
pub(crate) fn decrypt_cbc(
    key: &[u8; 32],
    iv: &[u8; BLOCK_LEN],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Aes256Dec::new(key.into());
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let (blocks, []) = text.as_chunks_mut::<BLOCK_LEN>() else {
        return None;
    };
    for batch in blocks.chunks_mut(BATCH) {
        decrypt(&cipher, Block::cast_slice_from_core_mut(batch));
    }
    let before = core::iter::once(iv).chain(ciphertext.as_chunks().0);
    for (block, before) in blocks.iter_mut().zip(before) {
        combine(block, before);
    }
    let padding = usize::from(*text.last()?);
    let len = text.len().checked_sub(padding)?;
    let is_padding = text.get(len..)?.iter().all(|byte| usize::from(*byte) == padding);
    if !is_padding || !(1..=BLOCK_LEN).contains(&padding) {
        return None;
    }
    text.truncate(len);
    Some(text)
}

#[inline(never)]
fn encrypt(cipher: &Aes256Enc, blocks: &mut [Block]) {
    cipher.encrypt_blocks(blocks);
}

#[inline(never)]
fn decrypt(cipher: &Aes256Dec, blocks: &mut [Block]) {
    cipher.decrypt_blocks(blocks);
}

fn combine(text: &mut [u8], with: &[u8]) {
    for (byte, other) in text.iter_mut().zip(with) {
        *byte ^= other;
    }
}

#[cfg(test)]
mod tests;
