//! What a language makes of an occasion: blocks that are shown as text and as HTML alike, so that the two never say
//! different things.

use super::Link;

/// A letter in words.
#[derive(Debug)]
pub(super) struct Wording<'a> {
    /// One line; in HTML also the heading.
    pub(super) subject: String,
    /// What a list of mails shows beside the subject.
    pub(super) preview: String,
    /// In reading order.
    pub(super) body: Vec<Block<'a>>,
}

/// A part of a letter.
#[derive(Debug)]
pub(super) enum Block<'a> {
    /// A paragraph. Line breaks are the renderer's.
    Text(String),
    /// A link, alone on its line, announced by the paragraph before it.
    Link {
        /// What a button says.
        label: &'static str,
        /// How it looks.
        weight: Weight,
        /// Where it leads.
        target: &'a Link,
    },
    /// What stands under every letter.
    Small(String),
}

/// How much a link stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// What the letter is for.
    Main,
    /// What somebody needs who did not cause the letter.
    Side,
}

impl<'a> Wording<'a> {
    pub(super) fn new(subject: String, preview: impl Into<String>) -> Self {
        Self {
            subject,
            preview: preview.into(),
            body: Vec::new(),
        }
    }

    pub(super) fn text(mut self, paragraph: impl Into<String>) -> Self {
        self.body.push(Block::Text(paragraph.into()));
        self
    }

    pub(super) fn text_if(self, paragraph: Option<String>) -> Self {
        match paragraph {
            Some(paragraph) => self.text(paragraph),
            None => self,
        }
    }

    pub(super) fn main(self, label: &'static str, target: &'a Link) -> Self {
        self.link(label, Weight::Main, target)
    }

    pub(super) fn side(self, label: &'static str, target: &'a Link) -> Self {
        self.link(label, Weight::Side, target)
    }

    pub(super) fn small(mut self, paragraph: impl Into<String>) -> Self {
        self.body.push(Block::Small(paragraph.into()));
        self
    }

    fn link(mut self, label: &'static str, weight: Weight, target: &'a Link) -> Self {
        self.body.push(Block::Link {
            label,
            weight,
            target,
        });
        self
    }
}
