//! Programs that must compile without a warning, and run. Each is a module with its own lints; those that
//! need a crate of their own are in `tests/pass_roots`.

// Each has the lints it names, and none of the workspace's.
#![allow(
    unused_qualifications,
    unsafe_code,
    unreachable_pub,
    missing_docs,
    clippy::all
)]

macro_rules! programs {
    ($($name:ident)*) => {
        $(mod $name;)*

        $(
            #[test]
            fn $name() {
                $name::main();
            }
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

programs! {
    associated_functions
    async_attributes
    async_bodies
    async_in_macros
    async_names
    async_recursion
    async_send
    attributes
    bodies_as_they_are
    closures_and_paths
    conditional_functions
    control_flow
    flights_and_listeners
    floats
    forbid_unsafe_code
    freshness
    function_types
    generic_impl
    generics_in_macros
    generics_lifetimes
    generics_options
    generics_traits
    generics_unsized
    hashers
    helpers
    helpers_false
    inner_attributes
    items_in_the_body
    key_expressions
    key_with_names_and_expressions
    keys_at_depth
    keys_of_std
    keys_of_the_user
    lifetimes
    lints_of_signatures
    local_functions
    macro_fragments_in_options
    macro_fragments_in_signatures
    macro_invoked_twice
    many_arguments
    many_instances
    methods
    names_against_the_style
    names_of_arguments
    names_of_functions
    one_cache_for_all_threads
    patterns
    plain_returns
    policies
    raw_identifiers
    recursion
    result_aliases
    run_time_options
    self_in_the_body
    self_that_tokens_hide
    shadowed_methods
    shapes_of_types
    skip
    trait_implementations
    type_of_the_key
    unused_helpers
}

#[test]
fn all_that_are_in_the_folder_are_here() {
    let folder = std::fs::read_dir("tests/pass").expect("the folder is there");
    let names = folder.map(|file| file.expect("a file").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    names.retain(|name| name != "main.rs");
    names.sort();
    let expected: Vec<_> = NAMES.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names, expected);
}
