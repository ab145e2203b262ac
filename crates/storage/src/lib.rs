//! What the server stores: records, traits, and the conformance suite every backend must pass.
