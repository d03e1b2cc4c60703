//! Sentinel and Cluster when nodes fail.

use crate::conforming::{AMPLE, all_ways, opened};
use crate::servers::{Server, free_port, is_installed, redis_cluster, until};
use memofn::store::redis::Redis;
use memofn::store::{AsyncStore, Store};
use std::time::Duration;

/// A sentinel that watches this master under the name `memo-master`.
fn sentinel(master: &Server) -> Server {
    let port = free_port();
    let folder = crate::servers::Folder::new();
    let settings = format!(
        "port {port}\nbind 127.0.0.1\nsentinel monitor memo-master 127.0.0.1 {} 1\n\
         sentinel down-after-milliseconds memo-master 500\n\
         sentinel failover-timeout memo-master 2000\n",
        master.port
    );
    let file = folder.path().join("sentinel.conf");
    std::fs::write(&file, settings).unwrap();
    let mut server = Server::start(
        "redis-server",
        port,
        &[&file.display().to_string(), "--sentinel"],
    );
    // It writes into its file.
    server.keep(folder);
    server
}

fn url(sentinel: &Server) -> String {
    // The first one is dead.
    let dead = free_port();
    format!(
        "redis-sentinel://127.0.0.1:{dead},127.0.0.1:{}/memo-master",
        sentinel.port
    )
}

#[test]
fn sentinel_names_the_master() {
    if !is_installed("redis-server") {
        return;
    }
    let master = Server::redis(&[]);
    let sentinel = sentinel(&master);
    all_ways(&url(&sentinel));
    assert!(!master.ask(&["DBSIZE"]).starts_with(":0\r\n"));

    let address = format!("redis-sentinel://127.0.0.1:{}/other", sentinel.port);
    let error = opened(&address).get("memo:key").unwrap_err();
    assert!(
        error.to_string().contains("no sentinel knows the master"),
        "{error}"
    );
    let address = format!("redis-sentinel://127.0.0.1:{}/other", free_port());
    let error = opened(&address).get("memo:key").unwrap_err();
    assert!(
        error.to_string().contains("no sentinel can be reached"),
        "{error}"
    );
}

#[test]
fn after_a_failover_the_new_master_is_used() {
    if !is_installed("redis-server") {
        return;
    }
    let mut master = Server::redis(&["--repl-diskless-sync-delay", "0"]);
    let replica = Server::redis(&["--replicaof", "127.0.0.1", &master.port.to_string()]);
    let sentinel = sentinel(&master);
    let store = Redis::open(&url(&sentinel))
        .unwrap()
        .with_timeout(Duration::from_secs(2));
    until("the master is there", || {
        store.put("memo:key", b"old", None).is_ok()
    });
    assert!(
        smol::block_on(store.get_async("memo:key"))
            .unwrap()
            .is_some()
    );
    until("the replica has it", || {
        replica.ask(&["GET memo:key"]).contains("old")
    });
    until("the sentinel knows the replica", || {
        sentinel
            .ask(&["SENTINEL REPLICAS memo-master"])
            .contains(&replica.port.to_string())
    });
    master.kill();
    // Blocking and async calls find it by themselves.
    until("blocking calls reach the new master", || {
        store.put("memo:key", b"new", None).is_ok()
    });
    until("async calls reach it", || {
        smol::block_on(store.put_async("memo:other", b"new", None)).is_ok()
    });
    assert!(
        replica
            .ask(&["GET memo:key", "GET memo:other"])
            .matches("new")
            .count()
            == 2
    );
    // The old master comes back as a replica, and nobody writes to it.
    master.restart();
    assert!(store.put("memo:key", b"newer", None).is_ok());
    assert_eq!(
        store.get("memo:key").unwrap().as_deref(),
        Some(b"newer".as_slice())
    );
}

#[test]
fn a_slot_that_moves_is_followed() {
    if !is_installed("redis-server") {
        return;
    }
    let nodes = redis_cluster();
    let store = opened(&format!("redis-cluster://127.0.0.1:{}", nodes[0].port));
    store.put("memo:key", b"value", None).unwrap();
    let slot = nodes[0].ask(&["CLUSTER KEYSLOT memo:key"]);
    let slot: u16 = slot.split(['\r', ':']).nth(1).unwrap().parse().unwrap();
    let (from, to) = (
        &nodes[usize::from(slot / 5461)],
        &nodes[usize::from(slot / 5461 + 1) % 3],
    );
    // Empty, so that nothing needs to be carried over.
    assert!(store.remove("memo:key").unwrap());
    let id = to.ask(&["CLUSTER MYID"]).lines().nth(1).unwrap().to_owned();
    for node in [to, from] {
        let said = node.ask(&[&format!("CLUSTER SETSLOT {slot} NODE {id}")]);
        assert!(said.starts_with("+OK"), "{said}");
    }
    until("the key can be used again", || {
        store.put("memo:key", b"moved", None).is_ok()
    });
    assert_eq!(
        store.get("memo:key").unwrap().as_deref(),
        Some(b"moved".as_slice())
    );
    assert!(to.ask(&["GET memo:key"]).contains("moved"));
}

/// The keys of the others go on; its own fail in time, and work again with it.
#[test]
fn a_node_of_a_cluster_that_is_lost() {
    if !is_installed("redis-server") {
        return;
    }
    let nodes = redis_cluster();
    for node in &nodes {
        node.ask(&["CONFIG SET cluster-require-full-coverage no"]);
    }
    let timeout = Duration::from_millis(300);
    let store = opened(&format!("redis-cluster://127.0.0.1:{}", nodes[0].port));
    let keys: Vec<String> = (0..40).map(|number| format!("memo:{number}")).collect();
    for key in &keys {
        store.put(key, b"value", None).unwrap();
    }
    let store = store.with_timeout(timeout);
    let size: usize = {
        let said = nodes[2].ask(&["DBSIZE"]);
        said.split(['\r', ':']).nth(1).unwrap().parse().unwrap()
    };
    assert!(size > 0 && size < keys.len());
    nodes[2].pause();
    let begun = std::time::Instant::now();
    let failed = keys.iter().filter(|key| store.get(key).is_err()).count();
    let took = begun.elapsed();
    assert!(failed >= size, "{failed} of {size} failed");
    assert!(took < timeout * failed as u32 + AMPLE, "{took:?}");
    nodes[2].resume();
    until("all are there again", || {
        keys.iter()
            .all(|key| store.get(key).is_ok_and(|held| held.is_some()))
    });
}
