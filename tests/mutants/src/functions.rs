//! The functions of a source file, and which of them can carry a switch.

use std::ops::Range;

use anyhow::Context as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

/// An outermost function: what is inside of another one goes with it.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Its body in bytes of the source, braces included.
    pub(crate) body: Range<usize>,
    /// Where it says that it may be asked while compiling.
    pub(crate) constness: Option<Range<usize>>,
    /// Whether every mutant of its body has the same type.
    pub(crate) switchable: bool,
}

/// The functions of `source`, in order.
///
/// # Errors
/// When `source` is not Rust.
pub(crate) fn find(source: &str) -> anyhow::Result<Vec<Function>> {
    let file = syn::parse_file(source).context("does not parse")?;
    let mut finder = Finder::default();
    finder.visit_file(&file);
    Ok(finder.found)
}

#[derive(Default)]
struct Finder {
    found: Vec<Function>,
}

impl Finder {
    fn add(&mut self, signature: &syn::Signature, body: &syn::Block) {
        self.found.push(Function {
            name: signature.ident.to_string(),
            body: body.span().byte_range(),
            constness: signature.constness.map(|word| word.span().byte_range()),
            switchable: !is_opaque(&signature.output),
        });
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body);
        }
    }
}

/// Whether there is an `impl` in the type: two bodies would have two types.
fn is_opaque(output: &syn::ReturnType) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_type_impl_trait(&mut self, opaque: &'ast syn::TypeImplTrait) {
            self.0 = true;
            visit::visit_type_impl_trait(self, opaque);
        }
    }
    let mut search = Search(false);
    search.visit_return_type(output);
    search.0
}
