//! Every letter: an occasion, put into the words of a language, as text and as HTML.

mod english;
mod german;
mod html;
mod plain_text;
mod wording;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use zeroize::Zeroizing;

pub(super) use html::LOGO_ID;

use self::wording::Wording;
use super::{
    language::Language,
    links::Link,
    logo::Logo,
    occasion::{Backup, News, Occasion, TakenBackBy},
};

/// Who writes: what the operator chose for all letters.
#[derive(Debug, Clone)]
pub struct House {
    /// What the service is called.
    pub name: String,
    /// What it writes in.
    pub language: Language,
    /// What stands above each HTML letter, in place of the name.
    pub logo: Option<Arc<Logo>>,
}

/// A letter as it is sent.
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: Zeroizing<String>,
    pub(super) html: Zeroizing<String>,
}

/// The letter about this news.
pub(super) fn write(news: &News, house: &House) -> Rendered {
    let wording = wording(news, house);
    Rendered {
        text: plain_text::render(&wording),
        html: html::render(&wording, house),
        subject: wording.subject,
    }
}

fn wording<'a>(news: &'a News, house: &House) -> Wording<'a> {
    match house.language {
        Language::English => english::wording(news, &house.name),
        Language::German => german::wording(news, &house.name),
    }
}
