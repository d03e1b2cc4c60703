//! How the helpers of a function find what stands inside the function.
//!
//! A macro can't tell a free function from an associated one without `self`, so its siblings have
//! no name for each other that works in both places. What they share is a number: inside the
//! function stands `impl Link<Site> for Anchor<NUMBER>` with a local type `Site`, and since that
//! is the only such impl, [`linked`] can infer `Site`. Two functions with one number would not
//! compile (E0283); they can't get each other's cache.

/// The place of one function.
#[derive(Debug)]
pub struct Anchor<const ID: u128>;

/// Says which local type belongs to an anchor.
pub trait Link<Site> {
    /// Its only value.
    const SITE: Site;
}

/// The local type that belongs to an anchor.
#[must_use]
pub const fn linked<const ID: u128, Site>() -> Site
where
    Anchor<ID>: Link<Site>,
{
    <Anchor<ID> as Link<Site>>::SITE
}
