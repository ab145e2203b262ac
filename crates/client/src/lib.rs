//! Typed clients of the backup APIs, and the recovery flows as state machines.
