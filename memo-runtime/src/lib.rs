//! The caches behind [`memofn`](https://docs.rs/memofn): policies, expiry, statistics, and the calls
//! that `#[memoize]` expands to. Use it through that crate, which re-exports all of it.
//!
//! `ARCHITECTURE.md` in the repository says how the parts fit together.

mod aftermath;
mod anchor;
mod arena;
mod background;
mod barrier;
mod build;
mod builder;
mod cache;
mod call;
mod cause;
mod clock;
mod computation;
mod config;
mod dial;
mod events;
mod expiry;
mod flight;
mod hazard;
mod heads;
mod info;
mod instance;
#[cfg(feature = "test-util")]
mod isolation;
mod joined;
mod key;
mod lazy;
mod local;
mod local_instance;
mod look;
mod memo;
#[cfg(feature = "metrics")]
pub mod metrics;
mod miss;
#[cfg(all(loom, test))]
mod models;
mod ops;
mod outcome;
mod pick;
mod place;
mod policy;
mod publish;
mod pulse;
mod queue;
mod rebuild;
mod recency;
#[cfg(feature = "record")]
mod record;
mod refresh;
mod registry;
mod rng;
mod scope;
mod stats;
#[cfg(feature = "store")]
pub mod store;
mod sync;
mod table;
#[cfg(feature = "test-util")]
pub mod testing;
mod timer;
#[cfg(feature = "tracing")]
pub mod tracing;
mod trusted;
mod uses;
mod waits;
mod weight;
mod whole;

pub use builder::{CacheBuilder, DefaultHasher};
pub use cache::Cache;
pub use cause::Cause;
pub use info::{CacheInfo, CacheParameters};
pub use local::LocalCache;
pub use ops::LookUp;
pub use policy::{Policy, UnknownPolicy};
#[cfg(feature = "record")]
pub use record::{Recorded, Recording};
pub use registry::{CacheHandle, caches, clear_all};
pub use scope::{Local, Scope, Shared};
pub use weight::{Weight, weight_of};

/// What the expansion of `#[memoize]` is made of. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod private {
    pub use crate::anchor::{Anchor, Link, linked};
    pub use crate::builder::DefaultHasher;
    pub use crate::cache::Cache;
    pub use crate::computation::{AsyncCall, Computation, Step, Wait};
    pub use crate::config::{AllKept, Config, Kept, KeptBy, LocalConfig, kept, never};
    pub use crate::info::{CacheInfo, CacheParameters};
    pub use crate::instance::{Instance, Instances};
    pub use crate::key::{Arr, Bits, Key, Opt, Refused, Seq};
    pub use crate::local::LocalCache;
    pub use crate::local_instance::{LocalInstance, LocalInstanceMemo, LocalInstances};
    pub use crate::memo::Memo;
    pub use crate::outcome::Plain;
    pub use crate::pick::{
        CloneProbe, GivenProbe, HasherOption, KeyProbe, OutcomeProbe, WeightProbe,
    };
    pub use crate::place::{LocalMemo, LocalSlot};
    pub use crate::policy::Policy;
    pub use crate::rebuild::{Shelf, rebuilt_array, rebuilt_list};
    #[cfg(feature = "store")]
    pub use crate::store::private::*;
    pub use crate::weight::{Items, Pairs, beyond, entry_weight};
    pub use std::thread_local;

    /// The traits behind the probes: a glob import of these brings no name into scope.
    pub mod probes {
        pub use crate::pick::{
            ByClone as _, GivenByBits as _, GivenByEq as _, KeyByBits as _, KeyByEq as _,
            KnownWeight as _, NoClone as _, NoKey as _, NoOptionOutcome as _, NoOutcome as _,
            NoWholeOutcome as _, NotGiven as _, OptionOutcome as _, PlainOutcome as _,
            ResultOutcome as _, SharedErrOutcome as _, SizeAsWeight as _, WholeResultOutcome as _,
        };
    }
}
