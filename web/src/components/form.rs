use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::ProblemCallout;
use crate::messages::Problem;

/// A form: its fields, what went wrong with the last try, and one primary button. It never leaves the page, and while
/// it is busy a second submit does nothing.
#[component]
pub fn Form(
    #[prop(into)] submit: String,
    #[prop(into)] on_submit: Callback<()>,
    #[prop(into, default = Signal::stored(false))] busy: Signal<bool>,
    #[prop(into, default = Signal::stored(None))] problem: Signal<Option<Problem>>,
    #[prop(optional)] aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            on_submit.run(());
        }
    };
    view! {
        <form class="form" novalidate on:submit=submitted>
            {move || problem.get().map(|problem| view! { <ProblemCallout problem=problem /> })}
            {children()}
            <div class="actions">
                <button type="submit" class="button button-primary" aria-disabled=move || busy.get().to_string()>
                    {submit}
                </button>
                {aside}
            </div>
        </form>
    }
}
