//! The library's suite for stores.

use crate::AMPLE;
use crate::double::Double;
use memofn::store::conformance;
use memofn::store::hazelcast::Hazelcast;

fn all_ways(url: &str) {
    let store = Hazelcast::open(url).unwrap().with_timeout(AMPLE);
    conformance::check(&store, "memo:blocking:");
    smol::block_on(conformance::check_async(&store, "memo:smol:"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(conformance::check_async(&store, "memo:tokio:"));
}

#[test]
fn the_double() {
    all_ways(&Double::new().url());
}

#[test]
fn a_member() {
    match std::env::var("MEMOFN_HAZELCAST_URL") {
        Ok(url) => all_ways(&url),
        Err(_) => eprintln!(
            "skipped: a_member needs a member of Hazelcast, named by MEMOFN_HAZELCAST_URL"
        ),
    }
}
