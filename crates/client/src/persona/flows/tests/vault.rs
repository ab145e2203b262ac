//! Storing, listing, restoring, deleting: with an honest server, and with a connection that is not.

mod bounds;
mod deleted;
mod races;
mod repair;
mod restoring;
mod sealing_again;
mod sitting;
mod states;
mod storing;
mod versions;

const OBJECTS: &str = "/persona/v1/objects";
