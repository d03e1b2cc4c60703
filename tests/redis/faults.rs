//! What happens to a single operation when a server stops, ends, is full, can only be read, or when the
//! network is slow: it ends in time, with the right kind of failure, and the next good one is right.

use crate::conforming::{AMPLE, opened};
use crate::servers::proxy::Proxy;
use crate::servers::{PATIENCE, Server, is_installed, until};
use memofn::store::redis::Redis;
use memofn::store::{AsyncStore, Store, StoreError, StoreErrorKind};
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_millis(100);
const KEY: &str = "memo:key";

fn hasty(url: &str) -> Redis {
    Redis::open(url).unwrap().with_timeout(TIMEOUT)
}

/// As the library asks an async store: no longer than the time-out.
fn asked(store: &Redis) -> Result<Option<Vec<u8>>, StoreError> {
    let late = async {
        smol::Timer::after(TIMEOUT).await;
        Err(StoreError::new(StoreErrorKind::Timeout, "late"))
    };
    smol::block_on(smol::future::or(store.get_async(KEY), late))
}

/// Fails, and not later than a loaded machine can excuse.
#[track_caller]
fn fails(what: impl FnOnce() -> Result<Option<Vec<u8>>, StoreError>) -> StoreErrorKind {
    let begun = Instant::now();
    let error = what().unwrap_err();
    let took = begun.elapsed();
    assert!(took < TIMEOUT + Duration::from_secs(3), "{took:?}: {error}");
    error.kind()
}

/// Sooner or later both ways work again, and what they read is right.
#[track_caller]
fn recovers(store: &Redis, held: Option<&[u8]>) {
    until("blocking calls work again", || store.get(KEY).is_ok());
    assert_eq!(store.get(KEY).unwrap().as_deref(), held);
    until("async calls work again", || asked(store).is_ok());
    assert_eq!(asked(store).unwrap().as_deref(), held);
}

#[test]
fn a_server_that_is_stopped_and_continued() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = hasty(&server.url());
    until("the value is there", || {
        store.put(KEY, b"value", None).is_ok()
    });
    recovers(&store, Some(b"value"));
    server.pause();
    for _ in 0..3 {
        assert_eq!(fails(|| store.get(KEY)), StoreErrorKind::Timeout);
        assert_eq!(fails(|| asked(&store)), StoreErrorKind::Timeout);
    }
    server.resume();
    recovers(&store, Some(b"value"));
}

#[test]
fn a_server_that_is_killed_and_started_again() {
    if !is_installed("redis-server") {
        return;
    }
    let mut server = Server::redis(&[]);
    let store = opened(&server.url());
    store.put(KEY, b"value", None).unwrap();
    assert!(smol::block_on(store.get_async(KEY)).unwrap().is_some());
    server.kill();
    for _ in 0..3 {
        assert_eq!(
            store.get(KEY).unwrap_err().kind(),
            StoreErrorKind::Unavailable
        );
        let error = smol::block_on(store.get_async(KEY)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
    server.restart();
    // At once: nothing is left of the old connections.
    assert_eq!(store.get(KEY).unwrap(), None);
    assert_eq!(smol::block_on(store.get_async(KEY)).unwrap(), None);
}

/// A `get` finds it out and asks again; what writes is never sent twice.
#[test]
fn connections_that_were_cut_are_not_noticed_by_a_get() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = opened(&server.url());
    store.put(KEY, b"value", None).unwrap();
    for _ in 0..10 {
        assert!(store.get(KEY).unwrap().is_some());
        assert!(smol::block_on(store.get_async(KEY)).unwrap().is_some());
        let said = server.ask(&["CLIENT KILL TYPE normal SKIPME yes"]);
        assert!(!said.starts_with(":0"), "{said}");
    }
    assert!(store.get(KEY).unwrap().is_some());
}

#[test]
fn a_server_without_room() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&["--maxmemory-policy", "noeviction"]);
    let store = opened(&server.url());
    store.put(KEY, b"value", None).unwrap();
    assert!(store.claim("memo:claimed", b"mine", AMPLE * 10).unwrap());
    server.ask(&["CONFIG SET maxmemory 1"]);
    for error in [
        store.put("memo:other", b"value", None).unwrap_err(),
        store.claim("memo:other", b"mine", AMPLE).unwrap_err(),
        store
            .fill("memo:claimed", b"mine", b"value", None)
            .unwrap_err(),
        smol::block_on(store.put_async("memo:other", b"value", None)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    }
    // What is there can be read and removed.
    assert_eq!(
        store.get(KEY).unwrap().as_deref(),
        Some(b"value".as_slice())
    );
    assert!(store.remove_if("memo:claimed", b"mine").unwrap());
    assert!(store.remove(KEY).unwrap());
    server.ask(&["CONFIG SET maxmemory 0"]);
    store.put(KEY, b"value", None).unwrap();
}

#[test]
fn a_replica_can_only_be_read() {
    if !is_installed("redis-server") {
        return;
    }
    let master = Server::redis(&["--repl-diskless-sync-delay", "0"]);
    opened(&master.url()).put(KEY, b"value", None).unwrap();
    let replica = Server::redis(&["--replicaof", "127.0.0.1", &master.port.to_string()]);
    let store = opened(&replica.url());
    until("the replica has it", || {
        store.get(KEY).is_ok_and(|held| held.is_some())
    });
    for error in [
        store.put(KEY, b"x", None).unwrap_err(),
        store.claim("memo:other", b"x", AMPLE).unwrap_err(),
        store.remove(KEY).unwrap_err(),
        smol::block_on(store.remove_async(KEY)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        assert!(error.to_string().contains("READONLY"), "{error}");
    }
    assert_eq!(
        store.get(KEY).unwrap().as_deref(),
        Some(b"value".as_slice())
    );
}

/// Slower than the time-out, and then a value in pieces that are each fast and together are not.
#[test]
fn a_slow_network() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    let store = hasty(&proxy.url());
    let large = vec![7; 200_000];
    until("the value is there", || {
        store.put(KEY, &large, None).is_ok()
    });
    recovers(&store, Some(&large));

    proxy.delay(TIMEOUT * 3);
    for _ in 0..3 {
        assert_eq!(fails(|| store.get(KEY)), StoreErrorKind::Timeout);
        assert_eq!(fails(|| asked(&store)), StoreErrorKind::Timeout);
    }
    proxy.delay(TIMEOUT / 10);
    proxy.pieces(1_000);
    for _ in 0..3 {
        assert_eq!(fails(|| store.get(KEY)), StoreErrorKind::Timeout);
        assert_eq!(fails(|| asked(&store)), StoreErrorKind::Timeout);
    }
    proxy.delay(Duration::ZERO);
    proxy.pieces(0);
    recovers(&store, Some(&large));
}

/// A late answer never goes to the next caller.
#[test]
fn an_answer_that_came_late_belongs_to_nobody() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    let store = hasty(&proxy.url());
    let keys: Vec<String> = (0..50).map(|number| format!("memo:{number}")).collect();
    let direct = opened(&server.url());
    for key in &keys {
        direct.put(key, key.as_bytes(), None).unwrap();
    }
    let (mut late, mut right) = (0, 0);
    for (turn, key) in keys.iter().cycle().take(150).enumerate() {
        proxy.hold(turn % 10 == 3);
        let timer = async {
            smol::Timer::after(TIMEOUT).await;
            Err(StoreError::new(StoreErrorKind::Timeout, "late"))
        };
        let held = match turn % 2 {
            0 => store.get(key),
            _ => smol::block_on(smol::future::or(store.get_async(key), timer)),
        };
        match held {
            Ok(held) => {
                assert_eq!(held.as_deref(), Some(key.as_bytes()));
                right += 1;
            }
            Err(_) => late += 1,
        }
    }
    assert!(late >= 15 && right > 0, "{late} late, {right} right");
}

/// What is sent is lost, and no end of the connection is ever heard of: a new one is made all the same.
#[test]
fn a_network_that_swallows() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    let store = hasty(&proxy.url());
    until("the value is there", || {
        store.put(KEY, b"value", None).is_ok()
    });
    recovers(&store, Some(b"value"));
    proxy.swallow(true);
    assert_eq!(fails(|| store.get(KEY)), StoreErrorKind::Timeout);
    assert_eq!(fails(|| asked(&store)), StoreErrorKind::Timeout);
    let before = proxy.accepted();
    proxy.swallow(false);
    recovers(&store, Some(b"value"));
    assert!(proxy.accepted() > before);
}

/// One larger than what we take in is not taken in.
#[test]
fn a_value_that_is_too_large_is_not_read() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = opened(&server.url());
    let large = vec![1; (1 << 20) + (65 << 10)];
    store.put(KEY, &large, None).unwrap();
    let error = store.get(KEY).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(store.remove(KEY).unwrap());
}

/// Through all of this neither threads nor connections become more and more.
#[test]
fn connections_are_bounded_and_end() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let count = || {
        let clients = server.ask(&["CLIENT LIST"]);
        clients
            .lines()
            .filter(|line| line.contains("addr="))
            .count()
            - 1
    };
    let store = opened(&server.url());
    std::thread::scope(|scope| {
        for thread in 0..100 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..20 {
                    let key = format!("memo:{thread}:{round}");
                    store.put(&key, b"value", None).unwrap();
                    assert!(store.get(&key).unwrap().is_some());
                }
            });
        }
    });
    let open = count();
    assert!((1..=32).contains(&open), "{open} connections");
    let proxy = Proxy::to(server.port);
    let through = hasty(&proxy.url());
    proxy.delay(TIMEOUT * 2);
    for _ in 0..5 {
        let _ = through.get(KEY);
        let _ = asked(&through);
    }
    drop((store, through));
    let begun = Instant::now();
    while count() > 0 {
        assert!(begun.elapsed() < PATIENCE, "{} connections stay", count());
    }
}
