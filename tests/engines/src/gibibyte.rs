//! One GiB through sealing and opening in pieces, with the browser's cipher: what `cargo xtask bench sealing` times.

use keyhaven_core::{
    keys::BackupKey,
    object::{CounterExpectation, Header, ObjectContext, ObjectExpectation, Opener, Sealer},
};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use keyhaven_webcrypto::{OpenStream, SealStream};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::vectors::Drawn;

/// What is handed over at once, as a file is read.
const PIECE_LEN: usize = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Milliseconds.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// Of all calls of the sealer.
    pub seal: f64,
    /// Of all calls of the opener.
    pub open: f64,
}

/// Seals `pieces` MiB and opens them while they come, so that neither is ever whole.
///
/// # Errors
/// When what was sealed does not open.
#[wasm_bindgen(js_name = sealAndOpen)]
pub async fn seal_and_open(pieces: u32) -> Result<Took, JsError> {
    let key = BackupKey::take_bytes(&mut [7; 32]);
    let context = ObjectContext {
        account_id: AccountId::from_bytes([1; 16]),
        object_id: ObjectId::from_bytes([2; 16]),
        counter: 1,
    };
    let expected = ObjectExpectation {
        account_id: context.account_id,
        object_id: context.object_id,
        counter: CounterExpectation::Exactly(1),
    };
    let content_len = u64::from(pieces) * PIECE_LEN as u64;
    let piece = vec![9; PIECE_LEN];
    let (mut sealed, mut opened) = (Vec::with_capacity(2 * PIECE_LEN), Vec::new());
    let mut took = Took::default();
    let mut content = 0;

    let sealer = Sealer::new(&key, context, content_len, &mut Drawn(&[]), &mut sealed)?;
    let mut sealing = SealStream::new(sealer);
    let opener = Opener::new(&key, &expected, sealed.get(..Header::LEN).unwrap_or_default())?;
    let mut opening = OpenStream::new(opener);
    sealed.drain(..Header::LEN);
    for _ in 0..pieces {
        let began = now();
        sealing.push(&piece, &mut sealed).await?;
        took.seal += now() - began;
        let began = now();
        opening.push(&sealed, &mut opened).await?;
        took.open += now() - began;
        sealed.clear();
        content += len_of(&mut opened);
    }
    loop {
        let began = now();
        let more = sealing.finish_chunk(&mut sealed).await?;
        took.seal += now() - began;
        if !more {
            break;
        }
        let began = now();
        opening.push(&sealed, &mut opened).await?;
        took.open += now() - began;
        sealed.clear();
        content += len_of(&mut opened);
    }
    let began = now();
    let verified = opening.finish(&mut opened).await?;
    took.open += now() - began;
    content += len_of(&mut opened);
    if content == verified.content_len() && content == content_len {
        Ok(took)
    } else {
        Err(JsError::new("what was sealed did not come back"))
    }
}

/// Bytes of the content that was handed out; it is thrown away, as it would be given to a disk.
fn len_of<T: AsRef<[u8]>>(pieces: &mut Vec<keyhaven_core::object::Provisional<T>>) -> u64 {
    pieces
        .drain(..)
        .map(|piece| piece.dangerous_before_verified().as_ref().len() as u64)
        .sum()
}
