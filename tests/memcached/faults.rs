//! What happens to a single operation when a server stops, ends, is another one, or when the network is slow:
//! it ends in time, with the right kind of failure, and the next good one is right.

use crate::servers::proxy::Proxy;
use crate::servers::{PATIENCE, Server, ask, until};
use crate::{AMPLE, opened, server, url};
use memofn::store::memcached::Memcached;
use memofn::store::{AsyncStore, Store, StoreError, StoreErrorKind};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_millis(100);
const KEY: &str = "memo:key";

fn hasty(port: u16) -> Memcached {
    Memcached::open(&url(port)).unwrap().with_timeout(TIMEOUT)
}

/// A future ends by itself as well.
fn asked(store: &Memcached) -> Result<Option<Vec<u8>>, StoreError> {
    smol::block_on(store.get_async(KEY))
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
fn recovers(store: &Memcached, held: Option<&[u8]>) {
    until("blocking calls work again", || store.get(KEY).is_ok());
    assert_eq!(store.get(KEY).unwrap().as_deref(), held);
    until("futures work again", || asked(store).is_ok());
    assert_eq!(asked(store).unwrap().as_deref(), held);
}

fn connections(server: &Server) -> usize {
    let stats = ask(server.port, &["stats"]);
    let line = { stats.lines() }.find_map(|line| line.strip_prefix("STAT curr_connections "));
    line.unwrap().parse().unwrap()
}

#[test]
fn a_server_that_is_stopped_and_continued() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = hasty(server.port);
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
    let Some(mut server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    store.put(KEY, b"value", None).unwrap();
    assert!(asked(&store).unwrap().is_some());
    server.kill();
    for _ in 0..3 {
        assert_eq!(
            store.get(KEY).unwrap_err().kind(),
            StoreErrorKind::Unavailable
        );
        assert_eq!(
            asked(&store).unwrap_err().kind(),
            StoreErrorKind::Unavailable
        );
    }
    server.restart();
    // At once: nothing is left of the old connections.
    assert_eq!(store.get(KEY).unwrap(), None);
    assert_eq!(asked(&store).unwrap(), None);
}

/// A `get` finds it out and asks again; what writes is never sent twice.
#[test]
fn connections_that_were_cut_are_not_noticed_by_a_get() {
    let Some(server) = server(&[]) else {
        return;
    };
    let proxy = Proxy::to(server.port);
    let store = opened(proxy.port);
    store.put(KEY, b"value", None).unwrap();
    for _ in 0..10 {
        assert!(store.get(KEY).unwrap().is_some());
        assert!(asked(&store).unwrap().is_some());
        proxy.cut();
    }
    assert!(store.get(KEY).unwrap().is_some());
    proxy.cut();
    let before = ask(server.port, &["stats"]);
    if let Err(error) = store.put(KEY, b"other", None) {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        let sets = |stats: &str| {
            stats
                .lines()
                .find(|line| line.starts_with("STAT cmd_set"))
                .unwrap()
                .to_owned()
        };
        assert_eq!(sets(&ask(server.port, &["stats"])), sets(&before));
    }
    store.put(KEY, b"other", None).unwrap();
}

/// Slower than the time-out, and then a value in pieces that are each fast and together are not.
#[test]
fn a_slow_network() {
    let Some(server) = server(&[]) else {
        return;
    };
    let proxy = Proxy::to(server.port);
    let store = hasty(proxy.port);
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
    // In pieces of one byte it is the same value.
    let patient = opened(proxy.port);
    patient.put(KEY, b"\r\nEND\r\n", None).unwrap();
    proxy.pieces(1);
    assert_eq!(
        patient.get(KEY).unwrap().as_deref(),
        Some(b"\r\nEND\r\n".as_slice())
    );
    assert_eq!(
        asked(&patient).unwrap().as_deref(),
        Some(b"\r\nEND\r\n".as_slice())
    );
}

/// A late answer never goes to the next caller; nor does that of a future that was dropped.
#[test]
fn an_answer_that_came_late_belongs_to_nobody() {
    let Some(server) = server(&[]) else {
        return;
    };
    let proxy = Proxy::to(server.port);
    let store = hasty(proxy.port);
    let patient = opened(proxy.port);
    let keys: Vec<String> = (0..50).map(|number| format!("memo:{number}")).collect();
    let direct = opened(server.port);
    for key in &keys {
        direct.put(key, key.as_bytes(), None).unwrap();
    }
    let (mut failed, mut right) = (0, 0);
    for (turn, key) in keys.iter().cycle().take(150).enumerate() {
        let late = if turn % 10 < 3 { 3 } else { 0 };
        proxy.delay(TIMEOUT * late);
        let dropped = async {
            smol::Timer::after(TIMEOUT).await;
            Err(StoreError::new(StoreErrorKind::Timeout, "dropped"))
        };
        let held = match turn % 3 {
            0 => store.get(key),
            1 => smol::block_on(store.get_async(key)),
            _ => smol::block_on(smol::future::or(patient.get_async(key), dropped)),
        };
        match held {
            Ok(held) => {
                assert_eq!(held.as_deref(), Some(key.as_bytes()));
                right += 1;
            }
            Err(_) => failed += 1,
        }
    }
    assert!(failed >= 45 && right > 0, "{failed} late, {right} right");
}

/// Through all of this connections don't become more and more.
#[test]
fn connections_are_bounded_and_end() {
    let Some(server) = server(&[]) else {
        return;
    };
    let before = connections(&server);
    let store = opened(server.port);
    std::thread::scope(|scope| {
        for thread in 0..100 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..20 {
                    let key = format!("memo:{thread}:{round}");
                    store.put(&key, b"value", None).unwrap();
                    let held = smol::block_on(store.get_async(&key)).unwrap();
                    assert!(held.is_some());
                }
            });
        }
    });
    let open = connections(&server) - before;
    assert!((1..=64).contains(&open), "{open} connections");
    let proxy = Proxy::to(server.port);
    let through = hasty(proxy.port);
    proxy.delay(TIMEOUT * 2);
    for _ in 0..5 {
        let _ = through.get(KEY);
        let _ = asked(&through);
    }
    drop((store, through));
    let begun = Instant::now();
    while connections(&server) > before {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} connections stay",
            connections(&server)
        );
    }
}

/// Hundreds of futures on one thread: those for whom there is no connection wait for one.
#[test]
fn many_futures_share_the_connections() {
    let Some(server) = server(&[]) else {
        return;
    };
    let store = opened(server.port);
    let all = (0..500).map(|n| {
        let store = &store;
        async move {
            let key = format!("memo:{n}");
            store.put_async(&key, key.as_bytes(), None).await.unwrap();
            let held = store.get_async(&key).await.unwrap();
            assert_eq!(held.as_deref(), Some(key.as_bytes()));
        }
    });
    smol::block_on(futures::future::join_all(all));
}

/// Who answers something else is not believed, and not asked twice.
#[test]
fn what_is_no_memcached_is_refused() {
    for (answer, what) in [
        (b"VERSION Hazelcast\r\n".as_slice(), "this is Hazelcast"),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "HTTP/1.1 400 Bad Request",
        ),
        (
            b"-ERR unknown command `version`\r\n",
            "-ERR unknown command",
        ),
        (&[b'x'; 5_000], "an answer without an end"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                stream.read_exact(&mut [0; 9]).unwrap();
                stream.write_all(answer).unwrap();
                // Until it is closed there.
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        let store = opened(port);
        for error in [store.get(KEY).unwrap_err(), asked(&store).unwrap_err()] {
            assert_eq!(error.kind(), StoreErrorKind::Refused);
            assert!(error.to_string().contains(what), "{error}");
        }
        thread.join().unwrap();
    }
    assert!(
        opened(1)
            .claim(KEY, b"mine", AMPLE)
            .unwrap_err()
            .kind()
            .is_out_of_reach()
    );
}
