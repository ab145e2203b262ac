//! Files as the browser keeps them, outside the memory of this program.

use js_sys::{Array, Uint8Array};
use keyhaven_client::key_file::messages::Fault;
use keyhaven_client::key_file::source::{Sink, Source};
use keyhaven_client::key_file::together::Together;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

/// A file that the page handed over.
#[derive(Debug)]
pub(crate) struct BlobSource(pub(crate) Blob);

impl Source for BlobSource {
    fn len(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole number"
        )]
        let len = self.0.size() as u64;
        len
    }

    async fn read(&self, at: u64, len: usize) -> Result<Vec<u8>, Fault> {
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
        let (start, end) = (at as f64, (at + len as u64) as f64);
        let slice = self.0.slice_with_f64_and_f64(start, end);
        let buffer = JsFuture::from(slice.map_err(|_| Fault::Unreadable)?.array_buffer()).await;
        let bytes = Uint8Array::new(&buffer.map_err(|_| Fault::Unreadable)?);
        let copy = bytes.to_vec();
        // It may be keys that nothing protects.
        bytes.fill(0, 0, bytes.length());
        Ok(copy)
    }
}

/// Pieces that are put together in the memory of this program before the browser keeps them.
const PIECE_LEN: usize = 1024 * 1024;

/// Files that are written. What is in them is sealed.
#[derive(Debug, Default)]
pub(crate) struct BlobSink(Vec<Target>);

#[derive(Debug, Default)]
struct Target {
    kept: Vec<Blob>,
    text: Vec<u8>,
}

impl Sink for BlobSink {
    type File = BlobSource;

    fn write(&mut self, file: usize, text: Vec<u8>) -> Result<(), Fault> {
        while self.0.len() <= file {
            self.0.push(Target::default());
        }
        let Some(target) = self.0.get_mut(file) else {
            return Err(Fault::Engine);
        };
        target.text.extend_from_slice(&text);
        if target.text.len() >= PIECE_LEN {
            target.keep()?;
        }
        Ok(())
    }

    fn into_files(self) -> Result<Vec<BlobSource>, Fault> {
        self.0
            .into_iter()
            .map(|mut target| {
                target.keep()?;
                let options = BlobPropertyBag::new();
                options.set_type("text/plain");
                let parts: Array = target.kept.iter().collect();
                let blob = Blob::new_with_blob_sequence_and_options(&parts, &options);
                blob.map(BlobSource).map_err(|_| Fault::OutOfMemory)
            })
            .collect()
    }
}

/// A zip of files that were written. What is in its list is not sealed.
///
/// # Errors
/// [`Fault::OutOfMemory`] if the browser has no room for it.
pub(crate) fn zip(together: &Together, files: &[Blob]) -> Result<Blob, Fault> {
    let parts = Array::new();
    for (number, head) in &together.layout.files {
        parts.push(&Uint8Array::from(head.as_slice()));
        match files.get(*number) {
            Some(file) => parts.push(file),
            None => parts.push(&Uint8Array::from(together.list.as_slice())),
        };
    }
    parts.push(&Uint8Array::from(together.layout.end.as_slice()));
    let options = BlobPropertyBag::new();
    options.set_type("application/zip");
    Blob::new_with_blob_sequence_and_options(&parts, &options).map_err(|_| Fault::OutOfMemory)
}

impl Target {
    fn keep(&mut self) -> Result<(), Fault> {
        let text = core::mem::take(&mut self.text);
        let parts = Array::of1(&Uint8Array::from(text.as_slice()));
        let blob = Blob::new_with_u8_array_sequence(&parts).map_err(|_| Fault::OutOfMemory)?;
        self.kept.push(blob);
        Ok(())
    }
}
