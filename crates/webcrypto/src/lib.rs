//! The jobs of keyhaven-core answered by the WebCrypto of a browser.
