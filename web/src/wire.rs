//! How a job travels to the worker and its answer back: as a small array of numbers and byte arrays.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use keyhaven_core::job::{
    AesGcmJob, AesKey, Answer, Argon2idJob, Form, Job, JobError, NONCE_LEN, NormalFormJob, QrCodeJob,
};
use keyhaven_protocol::kdf::Argon2Params;
use wasm_bindgen::{JsCast as _, JsValue};
use zeroize::Zeroizing;

const DERIVE: f64 = 1.0;
const SEAL: f64 = 2.0;
const OPEN: f64 = 3.0;
const COMPOSE: f64 = 4.0;
const NORMALISE_ADDRESS: f64 = 5.0;
const QR_CODE: f64 = 6.0;
const FOLD: f64 = 7.0;

const ANSWERED: f64 = 0.0;
const NOT_AUTHENTIC: f64 = 1.0;
const OUT_OF_MEMORY: f64 = 2.0;
const ENGINE: f64 = 3.0;

/// The message for a job. `None` for a job that this version of the app does not know.
pub(crate) fn write_job(number: u32, job: &Job) -> Option<Array> {
    let message = Array::of1(&number.into());
    match job {
        Job::Argon2id(job) => {
            message.push(&DERIVE.into());
            message.push(&bytes(&job.password));
            message.push(&bytes(&job.salt));
            for number in [job.params.memory_kib, job.params.passes, job.params.lanes] {
                message.push(&number.into());
            }
        }
        Job::AesGcmSeal(job) => write_aes(&message, SEAL, job),
        Job::AesGcmOpen(job) => write_aes(&message, OPEN, job),
        Job::NormalForm(job) => {
            let kind = match job.form {
                Form::Composed => COMPOSE,
                Form::Folded => FOLD,
                Form::Address => NORMALISE_ADDRESS,
                _ => return None,
            };
            message.push(&kind.into());
            message.push(&bytes(&job.text));
        }
        Job::QrCode(job) => {
            message.push(&QR_CODE.into());
            message.push(&bytes(&job.text));
        }
        _ => return None,
    }
    Some(message)
}

fn write_aes(message: &Array, kind: f64, job: &AesGcmJob) {
    message.push(&kind.into());
    // EXPOSE: the worker is a part of this program, and nobody else can read what is posted to it.
    message.push(&bytes(job.key.expose_secret()));
    message.push(&bytes(&job.nonce));
    message.push(&bytes(&job.associated_data));
    message.push(&bytes(&job.text));
}

/// Number and job of a message; `None` for anything that [`write_job`] does not write.
pub(crate) fn read_job(message: &JsValue) -> Option<(u32, Job)> {
    let message = message.dyn_ref::<Array>()?;
    let job = match message.get(1).as_f64()? {
        DERIVE => Job::Argon2id(Argon2idJob {
            password: take_bytes(&message.get(2))?,
            salt: take_bytes(&message.get(3))?.as_slice().try_into().ok()?,
            params: Argon2Params {
                memory_kib: whole(&message.get(4))?,
                passes: whole(&message.get(5))?,
                lanes: whole(&message.get(6))?,
            },
        }),
        SEAL => Job::AesGcmSeal(read_aes(message)?),
        OPEN => Job::AesGcmOpen(read_aes(message)?),
        COMPOSE => Job::NormalForm(read_normal_form(message, Form::Composed)?),
        FOLD => Job::NormalForm(read_normal_form(message, Form::Folded)?),
        NORMALISE_ADDRESS => Job::NormalForm(read_normal_form(message, Form::Address)?),
        QR_CODE => Job::QrCode(QrCodeJob {
            text: take_bytes(&message.get(2))?,
        }),
        _ => return None,
    };
    Some((whole(&message.get(0))?, job))
}

fn read_aes(message: &Array) -> Option<AesGcmJob> {
    let mut key = take_bytes(&message.get(2))?;
    let nonce: [u8; NONCE_LEN] = take_bytes(&message.get(3))?.as_slice().try_into().ok()?;
    Some(AesGcmJob {
        key: Arc::new(AesKey::take_bytes(key.as_mut_slice().try_into().ok()?)),
        nonce,
        associated_data: take_bytes(&message.get(4))?.to_vec(),
        text: take_bytes(&message.get(5))?,
    })
}

fn read_normal_form(message: &Array, form: Form) -> Option<NormalFormJob> {
    let text = take_bytes(&message.get(2))?;
    Some(NormalFormJob { form, text })
}

/// The message for an answer.
pub(crate) fn write_answer(number: u32, answer: &Answer) -> Array {
    let (code, content) = match answer {
        Ok(content) => (ANSWERED, bytes(content)),
        Err(JobError::NotAuthentic) => (NOT_AUTHENTIC, bytes(&[])),
        Err(JobError::OutOfMemory) => (OUT_OF_MEMORY, bytes(&[])),
        Err(_) => (ENGINE, bytes(&[])),
    };
    Array::of3(&number.into(), &code.into(), &content)
}

/// Number and answer of a message; `None` for anything that [`write_answer`] does not write.
pub(crate) fn read_answer(message: &JsValue) -> Option<(u32, Answer)> {
    let message = message.dyn_ref::<Array>()?;
    let number = whole(&message.get(0))?;
    let answer = match message.get(1).as_f64()? {
        ANSWERED => Ok(take_bytes(&message.get(2))?),
        NOT_AUTHENTIC => Err(JobError::NotAuthentic),
        OUT_OF_MEMORY => Err(JobError::OutOfMemory),
        ENGINE => Err(JobError::Engine),
        _ => return None,
    };
    Some((number, answer))
}

/// Wipes what a message carried, once it was posted: the other side has a copy of its own.
pub(crate) fn wipe(message: &Array) {
    for part in message.iter() {
        if let Some(bytes) = part.dyn_ref::<Uint8Array>() {
            bytes.fill(0, 0, bytes.length());
        }
    }
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// Copies the bytes in and wipes the array they came from.
fn take_bytes(value: &JsValue) -> Option<Zeroizing<Vec<u8>>> {
    let array = value.dyn_ref::<Uint8Array>()?;
    let bytes = Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    Some(bytes)
}

fn whole(value: &JsValue) -> Option<u32> {
    let number = value.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "compared with the original below"
    )]
    let whole = number as u32;
    (f64::from(whole).to_bits() == number.to_bits()).then_some(whole)
}
