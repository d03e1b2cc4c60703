//! What an operation that let entries leave has still to do when the lock is free.

use crate::arena::Garbage;
use crate::cache::Cache;
use crate::call::Lock;
use crate::events::Departure;
use crate::scope::Scope;
use crate::table::Ledger;

/// When this is dropped, what has left is freed and told of. The lock must be free then.
#[must_use = "it is to be dropped when the lock is free"]
pub(crate) struct Aftermath<'c, K, V, S: Scope> {
    _garbage: Option<Garbage<'c, K, V, S, Ledger<K, V>>>,
    _departure: Departure,
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// The end of an operation: frees what has left, if it is time to.
    pub(crate) fn aftermath<'c>(
        &'c self,
        locked: &mut Lock<'c, K, V, S>,
    ) -> Aftermath<'c, K, V, S> {
        let (slots, table) = locked.parts();
        if table.has_garbage_to_free(slots) {
            return self.full_aftermath(locked);
        }
        Aftermath {
            _departure: table.told.take(self.name),
            _garbage: None,
        }
    }

    /// The same, and frees it in any case, but for what is being read.
    pub(crate) fn full_aftermath<'c>(
        &'c self,
        locked: &mut Lock<'c, K, V, S>,
    ) -> Aftermath<'c, K, V, S> {
        let (_, table) = locked.parts();
        table.garbage_taken();
        Aftermath {
            _departure: table.told.take(self.name),
            _garbage: Some(locked.garbage()),
        }
    }

    /// Ends an operation so.
    pub(crate) fn free_garbage<'c>(&'c self, mut locked: Lock<'c, K, V, S>) {
        let aftermath = self.full_aftermath(&mut locked);
        drop(locked);
        drop(aftermath);
    }
}
