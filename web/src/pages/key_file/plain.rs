//! Keys that nothing protects: what that means, before they are opened.

use leptos::prelude::*;

use super::{FileFacts, KeyFileInput};
use crate::components::{BackLink, Callout, FileCard, FileKind, Form, PageHead, Tone};
use crate::messages::{Problem, key_file as text};

/// Says what a list of sessions without a lock is, and opens it.
#[component]
pub fn PlainScreen(
    file: FileFacts,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let facts = text::facts(text::PLAIN_KIND, file.bytes, file.date.as_deref());
    let back = Callback::new(move |()| on_input.run(KeyFileInput::OtherFile));
    let submit = move |()| on_input.run(KeyFileInput::OpenPlain);
    view! {
        <div class="stack">
            <BackLink label=text::OTHER_FILE on_back=back />
            <PageHead title=text::PLAIN_TITLE />
            <ul class="file-list">
                <FileCard kind=FileKind::File name=file.name facts=facts>
                    {None::<&str>}
                </FileCard>
            </ul>
            <Form submit=text::OPEN on_submit=submit busy=busy problem=problem>
                <Callout tone=Tone::Warning title=text::PLAIN_WARNING><p>{text::PLAIN_NEXT}</p></Callout>
            </Form>
        </div>
    }
}
