use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use zeroize::Zeroizing;

use super::text_field::FieldError;
use crate::browser::clipboard;
use crate::messages::{code, fields};

/// Characters in one group of a recovery code.
const GROUP_LEN: usize = 4;

/// What is wrong with a typed code, and in which group when that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFieldError {
    /// Counted from 1, as the page numbers them.
    pub group: Option<usize>,
    /// Said to the person.
    pub text: String,
    /// What may have been meant, where there is exactly one such thing.
    pub suggestion: Option<Suggestion>,
}

/// A group that would make the code whole. Put in only when the person says so.
#[derive(Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Counted from 1.
    pub group: usize,
    /// Its characters: a part of a secret.
    pub text: String,
}

impl std::fmt::Debug for Suggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suggestion({}, redacted)", self.group)
    }
}

/// The fields of a code, and what was typed into them.
#[derive(Debug, Clone)]
pub struct CodeInput {
    groups: Vec<NodeRef<html::Input>>,
    whole: NodeRef<html::Textarea>,
}

impl CodeInput {
    /// Fields for a code of this many groups.
    pub(crate) fn new(groups: usize) -> Self {
        Self {
            groups: (0..groups).map(|_| NodeRef::new()).collect(),
            whole: NodeRef::new(),
        }
    }

    /// Everything that was typed: the text of the large field if there is any, or else the groups with a space between.
    /// What is typed into a group empties the large field, so that no text counts that is out of sight.
    pub(crate) fn text(&self) -> String {
        let whole = self.whole_text();
        if !whole.is_empty() {
            return whole.as_str().to_owned();
        }
        let groups: Vec<String> = self.groups.iter().map(|group| value(*group)).collect();
        Zeroizing::new(groups.join(" ")).trim().to_owned()
    }

    /// Empties every field.
    pub(crate) fn clear(&self) {
        for group in &self.groups {
            set_value(*group, "");
        }
        self.clear_whole();
    }

    /// Shows a code in the groups, from the first one on.
    pub(crate) fn fill(&self, text: &str) {
        let characters: Vec<char> = text
            .chars()
            .filter(|character| character.is_alphanumeric())
            .collect();
        // Also the groups that this text does not reach: nothing of an earlier one stays.
        let mut parts = characters.chunks(GROUP_LEN);
        for group in &self.groups {
            let part = parts.next().unwrap_or_default();
            set_value(*group, &part.iter().collect::<String>());
        }
    }

    /// Empties the large field.
    fn clear_whole(&self) {
        if let Some(area) = self.whole.get_untracked() {
            area.set_value("");
        }
    }

    /// What was typed into the large field.
    fn whole_text(&self) -> Zeroizing<String> {
        let area = self.whole.get_untracked();
        let value = Zeroizing::new(area.map(|area| area.value()).unwrap_or_default());
        Zeroizing::new(value.trim().to_owned())
    }

    /// Whether a suggestion can be put in: it is one for groups, and a text around a code stays the person's own.
    fn takes_suggestion(&self) -> bool {
        let whole = self.whole_text();
        whole.is_empty() || self.holds(&whole)
    }

    fn apply(&self, suggestion: &Suggestion) {
        let whole = self.whole_text();
        if self.holds(&whole) {
            self.clear();
            self.fill(&whole);
        }
        if let Some(group) = self.groups.get(suggestion.group.saturating_sub(1)) {
            set_value(*group, &suggestion.text);
        }
        self.focus(suggestion.group.saturating_sub(1));
    }

    fn holds(&self, text: &str) -> bool {
        let count = text
            .chars()
            .filter(|character| character.is_alphanumeric())
            .count();
        count > GROUP_LEN && count <= self.groups.len() * GROUP_LEN && !has_long_words(text)
    }

    fn focus(&self, index: usize) {
        if let Some(input) = self.groups.get(index).and_then(NodeRef::get_untracked) {
            // A field that has gone in the meantime needs no focus.
            let _ = input.focus();
        }
    }
}

/// Words and whole kits go into the large field: groups have at most one code's characters.
fn has_long_words(text: &str) -> bool {
    let words = text.split_whitespace().count();
    words > 9
        && text
            .split_whitespace()
            .all(|word| word.chars().all(char::is_alphabetic))
}

fn value(input: NodeRef<html::Input>) -> String {
    input
        .get_untracked()
        .map(|input| input.value())
        .unwrap_or_default()
}

fn set_value(input: NodeRef<html::Input>, value: &str) {
    if let Some(input) = input.get_untracked() {
        input.set_value(value);
    }
}

/// A recovery code in its groups. Typing leads on from group to group, pasting anywhere fills them all, and an error
/// points at its group. A second, large field takes the code as words or a whole pasted kit.
#[component]
pub fn CodeField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] error: Signal<Option<CodeFieldError>>,
    input: CodeInput,
) -> impl IntoView {
    let groups = input.groups.len();
    let error_id = format!("{id}-error");
    let hint_id = format!("{id}-hint");
    let described = hint_id.clone();
    let error_text = Signal::derive(move || error.get().map(|error| error.text));
    let typing = StoredValue::new(input.clone());
    let pasted = move |event: web_sys::Event| {
        let Some(text) = clipboard::pasted_text(&event) else {
            return;
        };
        typing.with_value(|input| {
            if input.holds(&text) {
                event.prevent_default();
                input.clear_whole();
                input.fill(&text);
                input.focus(groups.saturating_sub(1));
            } else if text.chars().count() > GROUP_LEN {
                event.prevent_default();
                if let Some(area) = input.whole.get_untracked() {
                    if let Some(details) = area.closest("details").ok().flatten() {
                        // The attribute is always settable; a failure would leave the details closed, no more.
                        let _ = details.set_attribute("open", "");
                    }
                    area.set_value(&text);
                    let _ = area.focus();
                }
            }
        });
    };
    let fields: Vec<_> = input
        .groups
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let group_id = format!("{id}-group-{}", index + 1);
            let wrong = move || {
                error.with(|error| {
                    error
                        .as_ref()
                        .is_some_and(|error| error.group.is_none_or(|group| group == index + 1))
                }) && typing.with_value(|input| input.whole_text().is_empty())
            };
            let typed = move |_| {
                typing.with_value(|input| {
                    input.clear_whole();
                    if input
                        .groups
                        .get(index)
                        .is_some_and(|group| value(*group).trim().chars().count() >= GROUP_LEN)
                    {
                        input.focus(index + 1);
                    }
                });
            };
            let back = move |event: web_sys::KeyboardEvent| {
                typing.with_value(|input| {
                    let empty = input
                        .groups
                        .get(index)
                        .is_some_and(|group| value(*group).is_empty());
                    if event.key() == "Backspace" && empty && index > 0 {
                        event.prevent_default();
                        input.focus(index - 1);
                    }
                });
            };
            view! {
                <div class="code-group">
                    <label class="group-number" for=group_id.clone()>{fields::group(index + 1)}</label>
                    <input
                        class="input"
                        id=group_id
                        type="text"
                        maxlength="8"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-invalid=move || wrong().to_string()
                        aria-describedby=format!("{id}-error")
                        node_ref=*node
                        on:input=typed
                        on:keydown=back
                        on:paste=move |event| pasted(event.unchecked_into())
                    />
                </div>
            }
        })
        .collect();
    let whole_wrong = move || {
        let wrong = error.with(Option::is_some) && typing.with_value(|input| !input.whole_text().is_empty());
        wrong.to_string()
    };
    let suggest = move |suggestion: Suggestion| {
        let shown = suggestion.text.clone();
        let apply = move |_| typing.with_value(|input| input.apply(&suggestion));
        view! {
            <div class="actions">
                <button type="button" class="button button-small" on:click=apply>{code::USE_SUGGESTION} <span class="mono">{shown}</span></button>
            </div>
        }
    };
    view! {
        <fieldset class="code-field" aria-describedby=described>
            <legend class="label">{label}</legend>
            <p class="hint" id=hint_id>{fields::CODE_HINT}</p>
            <div class="code-groups">{fields}</div>
            <FieldError id=error_id error=error_text />
            {move || {
                let suggestion = error.get().and_then(|error| error.suggestion);
                suggestion.filter(|_| typing.with_value(CodeInput::takes_suggestion)).map(suggest)
            }}
        </fieldset>
        <details>
            <summary>{fields::OTHER_FORM}</summary>
            <div class="details-body">
                <label for=format!("{id}-whole")>{fields::WHOLE_LABEL}</label>
                <textarea
                    class="input mono"
                    id=format!("{id}-whole")
                    rows="4"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=whole_wrong
                    aria-describedby=format!("{id}-error")
                    node_ref=input.whole
                ></textarea>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::has_long_words;

    #[test]
    fn words_are_told_from_groups() {
        assert!(has_long_words(&"abandon ".repeat(12)));
        assert!(!has_long_words("kh1q abcd efgh jkmn pqrs tuvw xyz2 3456 789a"));
    }
}
