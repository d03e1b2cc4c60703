//! The same suite by all ways to a server.

use crate::servers::conformance::{self, Blocked};
use crate::servers::{Server, is_installed, redis_cluster};
use memofn::store::redis::Redis;
use std::time::Duration;

/// Long enough for a loaded machine: what is asked here is what is answered, not how soon.
pub(crate) const AMPLE: Duration = Duration::from_secs(20);

pub(crate) fn opened(url: &str) -> Redis {
    Redis::open(url).unwrap().with_timeout(AMPLE)
}

/// Blocking, and async by three executors.
pub(crate) fn all_ways(url: &str) {
    conformance::of(&opened(url), "memo:blocking:");

    let store = opened(url);
    conformance::of(
        &Blocked {
            store: &store,
            run: &|future| smol::block_on(future),
        },
        "memo:smol:",
    );
    conformance::of(
        &Blocked {
            store: &store,
            run: &|future| futures::executor::block_on(future),
        },
        "memo:futures:",
    );
    // A runtime of its own for each operation: the connection outlives them.
    conformance::of(
        &Blocked {
            store: &store,
            run: &|future| {
                let runtime = tokio::runtime::Builder::new_current_thread();
                { runtime }.build().unwrap().block_on(future)
            },
        },
        "memo:runtimes:",
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    conformance::of(
        &Blocked {
            store: &store,
            run: &|future| runtime.block_on(future),
        },
        "memo:tokio:",
    );
}

#[test]
fn one_server() {
    if is_installed("redis-server") {
        all_ways(&Server::redis(&[]).url());
    }
}

#[test]
fn a_socket() {
    if is_installed("redis-server") {
        let server = Server::redis(&["--unixsocket", "socket"]);
        let path = server.folder.path().join("socket");
        all_ways(&format!("unix://{}?db=3", path.display()));
        assert!(server.ask(&["INFO keyspace"]).contains("db3:"));
    }
}

#[test]
fn a_cluster() {
    if is_installed("redis-server") {
        let nodes = redis_cluster();
        all_ways(&format!("redis-cluster://127.0.0.1:{}", nodes[1].port));
        // And all of them had a part in it.
        for node in &nodes {
            let size = node.ask(&["DBSIZE"]);
            assert!(!size.starts_with(":0\r\n"), "{size}");
        }
    }
}
