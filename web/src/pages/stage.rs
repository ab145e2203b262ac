//! What a flow shows, split in two: the screen the person is on, and the work that is being done meanwhile. The screen
//! stays in the document while work is done, so that what was typed is still there when it fails.

use keyhaven_client::progress::Progress as FlowProgress;
use leptos::html;
use leptos::prelude::*;

use super::pace::Pace;
use crate::browser::{clock, page};
use crate::components::{Progress, ProgressView};
use crate::messages::progress;
use crate::reader::Reader;

/// The two halves of a flow's view. `V` may hold secrets and does not leave this thread.
#[derive(Debug)]
pub struct Stage<V: 'static> {
    screen: RwSignal<V, LocalStorage>,
    working: RwSignal<Option<ProgressView>>,
    pace: StoredValue<Pace>,
}

impl<V> Clone for Stage<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Stage<V> {}

impl<V: 'static> Stage<V> {
    /// A stage with this screen and no work.
    pub(crate) fn new(screen: V) -> Self {
        Self {
            screen: RwSignal::new_local(screen),
            working: RwSignal::new(None),
            pace: StoredValue::new(Pace::default()),
        }
    }

    /// Work began or went on; the screen stays.
    pub(crate) fn work(self, progress: Option<FlowProgress>) {
        let view = progress.map_or_else(
            || ProgressView::of(progress::ONE_MOMENT),
            |progress| {
                let mut view = progress::describe(progress);
                view.left = self
                    .pace
                    .try_update_value(|pace| {
                        pace.seconds_left(progress, view.share, clock::now_milliseconds())
                    })
                    .flatten()
                    .map(progress::left);
                view
            },
        );
        self.working.set(Some(view));
    }

    /// Work began or went on, with words of its own; the screen stays.
    pub(crate) fn work_at(self, view: ProgressView) {
        self.working.set(Some(view));
    }

    /// The work is over; the screen stays.
    pub(crate) fn rest(self) {
        self.working.set(None);
    }

    /// As [`Self::work`], on a screen that is new too.
    pub(crate) fn work_on(self, screen: V, progress: Option<FlowProgress>) {
        self.screen.set(screen);
        self.work(progress);
    }

    /// The work is over, and this is where the person is now.
    pub(crate) fn show(self, screen: V) {
        self.screen.set(screen);
        self.working.set(None);
        self.pace.set_value(Pace::default());
    }

    /// Looks at the screen, and again whenever it changes.
    pub(crate) fn with<T>(self, look: impl FnOnce(&V) -> T) -> T {
        self.screen.with(look)
    }

    /// Looks at the screen once. A screen is made from it and must not be made anew for every change of it.
    pub(crate) fn peek<T>(self, look: impl FnOnce(&V) -> T) -> T {
        self.screen.with_untracked(look)
    }

    /// Whether work is done now.
    pub(crate) fn busy(self) -> Signal<bool> {
        Signal::derive(move || self.working.with(Option::is_some))
    }
}

/// A screen and, in its place once it takes longer, the progress of the work that was started from it.
#[component]
pub fn WorkOrScreen<V: 'static>(
    stage: Stage<V>,
    #[prop(into)] on_cancel: Callback<()>,
    children: Children,
) -> impl IntoView {
    let working = stage.working;
    // What was typed is read before the flow hears of it, and takes a moment where a worker has to be asked.
    let reader = use_context::<Reader>();
    let is_reading = move || reader.is_some_and(Reader::is_waiting);
    // A memo, so that the card is made anew only when work begins or ends, and not for each bit of progress.
    let busy = Memo::new(move |_| working.with(Option::is_some) || is_reading());
    let now = Signal::derive(move || {
        working
            .get()
            .unwrap_or_else(|| ProgressView::of(progress::ONE_MOMENT))
    });
    let on_cancel = Callback::new(move |()| match reader.filter(|_| untrack(is_reading)) {
        Some(reader) => reader.stop(),
        None => on_cancel.run(()),
    });
    let area = NodeRef::<html::Div>::new();
    // The button that had the focus could not keep it while the work was done. What is wrong, or the heading, gets it.
    Effect::new(move |before: Option<bool>| {
        let now = busy.get();
        if before == Some(true) && !now {
            request_animation_frame(move || {
                if let Some(area) = area.get_untracked() {
                    page::focus_in(&area, &["[role=alert]", "[aria-invalid=true]", "h1"]);
                }
            });
        }
        now
    });
    let card = move || view! { <Progress view=now on_cancel=on_cancel /> };
    view! {
        <div class="work-or-screen" data-working=move || busy.get().to_string() node_ref=area>
            {move || busy.get().then(card)}
            // Its heading steps aside too: a page that works has one, the one that says what is being done.
            <div class="screen" inert=move || busy.get() aria-hidden=move || busy.get().then_some("true")>
                {children()}
            </div>
        </div>
    }
}
