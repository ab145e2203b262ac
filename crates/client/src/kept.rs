//! Content that came back, in the keeping of the host.

use core::{any::Any, fmt};
use std::rc::Rc;

/// What a host made of content that it was given to keep. Copies share it; whoever made it knows what it is.
#[derive(Clone)]
pub struct Kept(Rc<dyn Any>);

impl Kept {
    /// Keeps this.
    #[must_use]
    pub fn new<T: 'static>(what: T) -> Self {
        Self(Rc::new(what))
    }

    /// What is kept, if it is of this type.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

/// Equal are copies of each other.
impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Kept {}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_equal_and_another_one_of_the_same_is_not() {
        let kept = Kept::new("keys");
        assert_eq!(kept, kept.clone());
        assert_ne!(kept, Kept::new("keys"));
    }

    #[test]
    fn it_comes_back_as_what_it_was_and_as_nothing_else() {
        let kept = Kept::new("keys");
        assert_eq!(kept.get::<&str>(), Some(&"keys"));
        assert_eq!(kept.get::<u64>(), None);
    }
}
