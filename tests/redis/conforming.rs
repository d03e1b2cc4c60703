//! The same suite by all ways to a server.

use crate::servers::{Server, is_installed, redis_cluster};
use memofn::store::redis::Redis;
use memofn::store::{AsyncStore, Store, conformance};
use std::thread;
use std::time::Duration;

/// Long enough for a loaded machine: what is asked here is what is answered, not how soon.
pub(crate) const AMPLE: Duration = Duration::from_secs(20);

pub(crate) fn opened(url: &str) -> Redis {
    Redis::open(url).unwrap().with_timeout(AMPLE)
}

/// Blocking, and async by three executors.
pub(crate) fn all_ways(url: &str) {
    let store = opened(url);
    conformance::check(&store, "memo:blocking:");
    smol::block_on(conformance::check_async(&store, "memo:smol:"));
    futures::executor::block_on(conformance::check_async(&store, "memo:futures:"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(conformance::check_async(&store, "memo:tokio:"));
    drop(runtime);
    // The connection outlives the runtime that asked for it first.
    let one = || {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
    };
    for _ in 0..3 {
        let first = one().block_on(opened(url).get_async("memo:none")).unwrap();
        assert_eq!(first, None);
        assert_eq!(one().block_on(store.get_async("memo:none")).unwrap(), None);
    }
    answers_go_to_who_asked(&store);
}

/// Many threads and many futures at once, over few connections or one.
fn answers_go_to_who_asked(store: &Redis) {
    let key = |caller: u32, round: u32| format!("memo:crowd:{caller}:{round}");
    thread::scope(|scope| {
        for caller in 0..8 {
            scope.spawn(move || {
                for round in 0..30 {
                    let key = key(caller, round);
                    store.put(&key, key.as_bytes(), None).unwrap();
                    assert_eq!(store.get(&key).unwrap().as_deref(), Some(key.as_bytes()));
                }
            });
        }
    });
    let executor = smol::Executor::new();
    let callers = (0..64).map(|caller| {
        executor.spawn(async move {
            for round in 0..30 {
                let key = key(caller % 8, round);
                let held = store.get_async(&key).await.unwrap();
                assert_eq!(held.as_deref(), Some(key.as_bytes()));
            }
        })
    });
    smol::block_on(executor.run(futures::future::join_all(callers)));
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
