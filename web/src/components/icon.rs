use leptos::prelude::*;

/// The icons of the app, drawn on one grid of 24 units with one stroke width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// Something is right.
    Check,
    /// Something failed.
    Cross,
    /// Leads on.
    ChevronRight,
    /// Leads back.
    ChevronLeft,
    /// A recovery code.
    Code,
    /// A document.
    File,
    /// A folder.
    Folder,
    /// A neutral remark.
    Info,
    /// A password.
    Key,
    /// Locked data.
    Lock,
    /// E-mail.
    Mail,
    /// A protected place.
    Shield,
    /// Look out.
    Warning,
    /// Get a file.
    Download,
    /// A device that is signed in.
    Device,
    /// Light and dark.
    Contrast,
}

impl Picture {
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Cross => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::ChevronRight => "M9.5 5.5l6 6.5-6 6.5",
            Self::ChevronLeft => "M14.5 5.5l-6 6.5 6 6.5",
            Self::Code => "M4 6.5h16v11H4zM7.5 10v4M10.5 10v4M13.5 10v4M16.5 10v4",
            Self::File => "M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4",
            Self::Folder => "M3.5 6.5h6l2 2.5h9v9.5h-17z",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17M12 11v5M12 8v.1",
            Self::Key => "M8 11.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8M11 12.5l8-8M15.5 8l3 3",
            Self::Lock => "M5.5 10.5h13v9.5h-13zM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3M12 14v2.5",
            Self::Mail => "M3.5 5.5h17v13h-17zM3.5 7l8.5 6.5L20.5 7",
            Self::Shield => "M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9c-4-1.5-7-4.5-7-9V6z",
            Self::Warning => "M12 4L3 19.5h18zM12 10v4.5M12 17v.1",
            Self::Download => "M12 4.5V15M7.5 11L12 15.5 16.5 11M4.5 16v4h15v-4",
            Self::Device => "M4.5 5.5h15v10h-15zM9 19.5h6M12 15.5v4",
            Self::Contrast => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17M12 3.5v17",
        }
    }
}

/// An icon. Screen readers skip it: a word beside it says the same.
#[component]
pub fn Icon(picture: Picture) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=picture.path()></path>
        </svg>
    }
}
