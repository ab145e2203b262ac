//! Wire words that the client and the server must agree on; nothing in here decrypts.
