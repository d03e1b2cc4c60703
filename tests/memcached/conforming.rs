//! The library's suite for stores, and what is special about this engine.

use crate::servers::{ask, until};
use crate::{AMPLE, opened, server};
use memofn::store::memcached::Memcached;
use memofn::store::{AsyncStore, Store, StoreErrorKind, conformance};
use std::time::Duration;

const KEY: &str = "memo:key";

#[test]
fn blocking() {
    if let Some(server) = server(&[]) {
        conformance::check(&opened(server.port), "memo:blocking:");
    }
}

#[test]
fn by_futures_on_three_executors() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    smol::block_on(conformance::check_async(&store, "memo:smol:"));
    futures::executor::block_on(conformance::check_async(&store, "memo:futures:"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(conformance::check_async(&store, "memo:tokio:"));
}

/// A connection isn't bound to the executor under which it was made.
#[test]
fn an_executor_for_each_operation() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    for round in 0..20 {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        let value = format!("{round}");
        runtime
            .block_on(store.put_async(KEY, value.as_bytes(), None))
            .unwrap();
        drop(runtime);
        let held = smol::block_on(store.get_async(KEY)).unwrap();
        assert_eq!(held, Some(value.into_bytes()));
    }
    assert!(ask(server.port, &["stats"]).contains("STAT curr_connections"));
}

/// 1,023 KiB, whatever the key; the server's bound is a little above.
#[test]
fn a_value_has_a_mebibyte_at_most() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    let longest = format!("memo:{}", "k".repeat(245));
    let most = store.capabilities().largest_value();
    assert_eq!(most, 1_023 << 10);
    store.put(&longest, &vec![1; most], None).unwrap();
    for too_large in [1 << 20, 3 << 20] {
        let error = store.put(KEY, &vec![1; too_large], None).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
        // And the bytes of it aren't taken for commands.
        assert!(store.get(&longest).unwrap().is_some());
    }
    let error = smol::block_on(store.put_async(KEY, &vec![1; 2 << 20], None)).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert_eq!(smol::block_on(store.get_async(KEY)).unwrap(), None);
}

/// A server that is set up for more has what we don't take in.
#[test]
fn what_is_too_large_is_not_read() {
    let Some(server) = server(&["-I", "4m"]) else {
        return;
    };
    let store = opened(server.port);
    store.put(KEY, &vec![1; 2 << 20], None).unwrap();
    let error = store.get(KEY).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(store.remove(KEY).unwrap());
    assert_eq!(store.get(KEY).unwrap(), None);
}

/// The commands of the protocol by which the bounds were found.
#[test]
fn what_the_server_makes_of_lifetimes_and_keys() {
    let Some(server) = server(&[]) else {
        return;
    };
    let said = |lines: &[&str]| ask(server.port, lines);
    // More than 30 days are a date, of 1970.
    let stored = said(&["set k 0 2592001 1", "x", "get k"]);
    assert_eq!(stored, "STORED\r\nEND\r\n");
    // What is over at once frees the key for a claim: so a `cas` can remove.
    let stored = said(&["set k 0 -1 1", "x", "get k", "add k 0 0 1", "y"]);
    assert_eq!(stored, "STORED\r\nEND\r\nSTORED\r\n");
    let long = "k".repeat(251);
    assert!(said(&[&format!("get {long}")]).contains("ERROR"));
}

/// Nothing in a key is a command: such a key isn't sent.
#[test]
fn no_key_is_a_command() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    let bad = "memo:x\r\nset memo:planted 0 0 3\r\npwn\r\nget memo:x";
    for error in [
        store.get(bad).unwrap_err(),
        store.put(bad, b"value", None).unwrap_err(),
        store.remove(bad).unwrap_err(),
        store.claim(bad, b"mine", AMPLE).unwrap_err(),
        smol::block_on(store.get_async(bad)).unwrap_err(),
        store.get("").unwrap_err(),
        store.get(&"k".repeat(251)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Refused);
    }
    assert_eq!(store.get("memo:planted").unwrap(), None);
    assert!(ask(server.port, &["stats"]).contains("STAT curr_items 0\r\n"));
}

/// Two that fill over one claim: one of them does, however they fall.
#[test]
fn of_many_fills_over_one_claim_one_holds() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    for round in 0..50 {
        let key = &format!("memo:fill:{round}");
        assert!(store.claim(key, b"mine", AMPLE).unwrap());
        let filled: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4_u8)
                .map(|thread| {
                    let store = &store;
                    scope.spawn(move || match thread {
                        0 => store.remove_if(key, b"mine").unwrap(),
                        _ => store.fill(key, b"mine", &[thread], None).unwrap(),
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let winners: Vec<_> = (0..4_u8)
            .filter(|&thread| filled[thread as usize])
            .collect();
        let [winner] = winners[..] else {
            panic!("{filled:?}");
        };
        let held = store.get(key).unwrap();
        assert_eq!(held, (winner > 0).then(|| vec![winner]));
    }
}

#[test]
fn lifetimes_of_a_second_and_less_end() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    for (key, life) in [("memo:a", 1), ("memo:b", 999), ("memo:c", 1_000)] {
        let life = Duration::from_millis(life);
        store.put(key, b"value", Some(life)).unwrap();
        until("it ends", || store.get(key).unwrap().is_none());
        assert!(store.claim(key, b"mine", life).unwrap());
        until("it ends", || store.claim(key, b"yours", life).unwrap());
    }
}

#[test]
fn a_host_has_a_name() {
    let Some(server) = server(&[]) else {
        return;
    };
    let url = format!("memcached://localhost:{}", server.port);
    let store = Memcached::open(&url).unwrap().with_timeout(AMPLE);
    store.put(KEY, b"value", None).unwrap();
    assert!(smol::block_on(store.get_async(KEY)).unwrap().is_some());
    let nowhere = Memcached::open("memcached://nowhere.invalid").unwrap();
    assert!(nowhere.get(KEY).unwrap_err().kind().is_out_of_reach());
}
