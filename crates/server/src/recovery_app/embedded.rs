//! The app inside the binary.

#[cfg(feature = "embed-app")]
mod built {
    use std::borrow::Cow;

    use bytes::Bytes;

    use crate::recovery_app::{AppError, RecoveryApp};

    #[derive(rust_embed::Embed)]
    #[folder = "../../target/app"]
    struct BuiltApp;

    impl RecoveryApp {
        /// The app that was built before this binary.
        ///
        /// # Errors
        /// [`AppError`] if what was embedded is no built app.
        pub fn embedded() -> Result<Self, AppError> {
            let bytes = |data| match data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            let contents = BuiltApp::iter()
                .filter_map(|name| BuiltApp::get(&name).map(|file| (name.into_owned(), bytes(file.data))));
            Self::from_contents(contents.collect())
        }
    }
}

#[cfg(not(feature = "embed-app"))]
mod absent {
    use crate::recovery_app::{AppError, RecoveryApp};

    impl RecoveryApp {
        /// This binary was built without the app: an API alone, unless a folder is named.
        ///
        /// # Errors
        /// Never; the signature is that of the build with the app.
        pub fn embedded() -> Result<Self, AppError> {
            Ok(Self::none())
        }
    }
}
