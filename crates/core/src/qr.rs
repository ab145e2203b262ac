//! A text as a QR code (ISO/IEC 18004), as a plain matrix for whoever draws it.
//!
//! What makes one weighs as much as a page's own words: a program that draws one seldom asks for it as a [`Job`].

use core::fmt;

use fast_qr::{ECL, QRBuilder};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::job::{Answer, Job, JobError, Phase, Progress, QrCodeJob, Step};

/// Longest text: a code on paper stays readable at 40 mm.
pub const TEXT_MAX_BYTES: usize = 300;

/// The text does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit a QR code")]
pub struct QrError;

/// A square of modules, without the quiet zone of four modules that a drawing leaves around it. As secret as its text.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct QrMatrix {
    side: usize,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// The code of `text` at error correction level Q: a quarter of it may be lost to a fold or a stain.
    ///
    /// # Errors
    /// [`QrError`] if the text is longer than [`TEXT_MAX_BYTES`].
    pub fn generate(text: &str) -> Result<Self, QrError> {
        if text.len() > TEXT_MAX_BYTES {
            return Err(QrError);
        }
        let code = QRBuilder::new(text).ecl(ECL::Q).build().map_err(|_| QrError)?;
        let dark = code
            .data
            .iter()
            .take(code.size * code.size)
            .map(|module| module.value())
            .collect();
        Ok(Self {
            side: code.size,
            dark,
        })
    }

    /// The same, made by an engine. A text that is too long is [`JobError::Engine`].
    pub fn ask(text: &str) -> Step<Self, JobError> {
        let job = Job::QrCode(QrCodeJob {
            text: Zeroizing::new(text.as_bytes().to_vec()),
        });
        let progress = Progress {
            phase: Phase::QrCode,
            done_bytes: 0,
            total_bytes: 0,
        };
        Step::ask(job, progress, |answer| {
            Step::Done(answer.and_then(|modules| Self::of_modules(&modules).ok_or(JobError::Engine)))
        })
    }

    /// The square whose modules these are, row by row, 1 for a dark one.
    fn of_modules(modules: &[u8]) -> Option<Self> {
        let side = modules.len().isqrt();
        let is_square = side > 0 && side * side == modules.len();
        (is_square && modules.iter().all(|module| *module <= 1)).then(|| Self {
            side,
            dark: modules.iter().map(|module| *module == 1).collect(),
        })
    }

    /// Modules along one side.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The rows from the top; `true` is dark.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

impl fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrMatrix(redacted)")
    }
}

/// The answer to [`Job::QrCode`].
pub(crate) fn answer(job: &QrCodeJob) -> Answer {
    let text = core::str::from_utf8(&job.text).map_err(|_| JobError::Engine)?;
    let matrix = QrMatrix::generate(text).map_err(|_| JobError::Engine)?;
    Ok(Zeroizing::new(
        matrix.dark.iter().map(|dark| u8::from(*dark)).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::run_in_software;

    fn rows(matrix: &QrMatrix) -> Vec<Vec<bool>> {
        matrix.rows().map(<[bool]>::to_vec).collect()
    }

    #[test]
    fn an_engine_makes_the_same_code() {
        let asked = run_in_software(QrMatrix::ask("KH1TEST")).unwrap();
        assert_eq!(rows(&asked), rows(&QrMatrix::generate("KH1TEST").unwrap()));
    }

    #[test]
    fn a_text_that_does_not_fit_gives_none() {
        let long = "x".repeat(TEXT_MAX_BYTES + 1);
        assert_eq!(
            run_in_software(QrMatrix::ask(&long)).unwrap_err(),
            JobError::Engine
        );
    }

    #[test]
    fn what_is_no_square_of_modules_is_the_engines_fault() {
        for answer in [&[][..], &[1, 0], &[1, 0, 1, 2]] {
            let Step::Ask(question) = QrMatrix::ask("a") else {
                panic!("an engine is asked");
            };
            let (_, waiting) = question.into_job();
            let Step::Done(result) = waiting.answer(Ok(Zeroizing::new(answer.to_vec()))) else {
                panic!("nothing more is asked");
            };
            assert_eq!(result.unwrap_err(), JobError::Engine, "{answer:?}");
        }
    }
}
