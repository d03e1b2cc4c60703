//! `testing::{disabled, isolated}`: functions without their caches, and with caches of their own, for the
//! calling thread.

mod disabling;
mod isolating;
mod kinds;
mod refreshes;
mod user_code;

/// A module with functions and methods of both scopes that call each other.
#[macro_export]
macro_rules! functions {
    ($module:ident) => {
        #[allow(dead_code)] // not every test uses all of it
        mod $module {
            use memofn::memoize;
            use std::cell::Cell;

            thread_local! {
                static RUNS: Cell<u32> = const { Cell::new(0) };
            }

            fn run() {
                RUNS.set(RUNS.get() + 1);
            }

            #[memoize(capacity = 10)]
            pub(super) fn square(n: u64) -> u64 {
                run();
                n * n
            }

            #[memoize(scope = "thread")]
            pub(super) fn of_thread(n: u64) -> u64 {
                run();
                square(n)
            }

            pub(super) struct Shape<const SIDES: u64>;

            impl<const SIDES: u64> Shape<SIDES> {
                #[memoize(skip(self))]
                pub(super) fn sides(&self, times: u64) -> u64 {
                    run();
                    of_thread(times) * SIDES
                }

                #[memoize(skip(self), scope = "thread")]
                pub(super) fn local(&self, times: u64) -> u64 {
                    run();
                    self.sides(times)
                }
            }

            /// Runs of bodies of this thread since this was last asked.
            pub(super) fn runs() -> u32 {
                RUNS.replace(0)
            }

            /// Hits, misses and entries, of all of them.
            pub(super) fn counts() -> [(u64, u64, usize); 5] {
                [
                    square_cache_info(),
                    of_thread_cache_info(),
                    Shape::<3>::sides_cache_info(),
                    Shape::<4>::sides_cache_info(),
                    Shape::<3>::local_cache_info(),
                ]
                .map(|info| (info.hits, info.misses, info.len))
            }
        }
    };
}
