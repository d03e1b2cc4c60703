//! What listeners are told, and how soon.

use crate::conforming::opened;
use crate::servers::proxy::Proxy;
use crate::servers::{Server, is_installed, processes, redis_cluster, until};
use memofn::store::redis::Redis;
use memofn::store::{AsyncStore, Listener, Store};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Writes down what it hears: a key, or nothing for what was missed.
#[derive(Default)]
struct Heard(Mutex<Vec<(Option<String>, Instant)>>);

impl Listener for Heard {
    fn changed(&self, key: &str) {
        let now = Instant::now();
        self.0.lock().unwrap().push((Some(key.to_owned()), now));
    }
    fn missed(&self) {
        self.0.lock().unwrap().push((None, Instant::now()));
    }
}

impl Heard {
    fn keys(&self) -> Vec<String> {
        let heard = self.0.lock().unwrap();
        heard.iter().filter_map(|(key, _)| key.clone()).collect()
    }

    fn missed(&self) -> usize {
        let heard = self.0.lock().unwrap();
        heard.iter().filter(|(key, _)| key.is_none()).count()
    }

    fn at(&self, key: &str) -> Option<Instant> {
        let heard = self.0.lock().unwrap();
        { heard.iter() }.find_map(|(heard, at)| (heard.as_deref() == Some(key)).then_some(*at))
    }
}

fn listening(store: &Redis) -> Arc<Heard> {
    let heard = Arc::new(Heard::default());
    store.listen(heard.clone());
    until("it listens", || heard.missed() > 0);
    heard
}

#[test]
fn puts_and_removals_are_told_to_all_and_nothing_else() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let (one, two) = (opened(&server.url()), opened(&server.url()));
    let (first, second, own) = (listening(&one), listening(&one), listening(&two));
    assert!(two.claim("memo:a", b"x", Duration::from_secs(60)).unwrap());
    assert!(two.fill("memo:a", b"x", b"value", None).unwrap());
    assert!(two.remove_if("memo:a", b"value").unwrap());
    two.put("memo:b", b"value", None).unwrap();
    assert!(two.remove("memo:b").unwrap());
    assert!(!two.remove("memo:never").unwrap());
    smol::block_on(two.put_async("memo:c", b"value", None)).unwrap();
    smol::block_on(two.remove_async("memo:c")).unwrap();
    smol::block_on(two.remove_async("memo:end")).unwrap();
    for heard in [&first, &second, &own] {
        until("the last one is heard", || heard.at("memo:end").is_some());
        let expected = [
            "memo:b",
            "memo:b",
            "memo:never",
            "memo:c",
            "memo:c",
            "memo:end",
        ];
        assert_eq!(heard.keys(), expected);
        assert_eq!(heard.missed(), 1);
    }
    // One that comes later can't know what was before it.
    assert_eq!(listening(&one).keys(), Vec::<String>::new());
    assert_eq!(first.missed(), 1);
}

/// When a message is there the change is to be seen.
#[test]
fn a_message_comes_after_the_change() {
    struct Looks(Redis, Mutex<Vec<Option<Vec<u8>>>>);
    impl Listener for Looks {
        fn changed(&self, key: &str) {
            // Not as a real one does: this one asks.
            let (store, key) = (self.0.clone(), key.to_owned());
            let held = std::thread::spawn(move || store.get(&key)).join();
            self.1.lock().unwrap().push(held.unwrap().unwrap());
        }
        fn missed(&self) {}
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = opened(&server.url());
    let _connected = listening(&store);
    let looks = Arc::new(Looks(store.clone(), Mutex::default()));
    store.listen(looks.clone());
    for number in 0..100u8 {
        store.put("memo:key", &[number], None).unwrap();
        until("it is heard", || {
            looks.1.lock().unwrap().len() == usize::from(number) + 1
        });
        assert_eq!(
            looks.1.lock().unwrap()[usize::from(number)],
            Some(vec![number])
        );
    }
}

#[test]
fn another_process_is_heard_within_50_ms() {
    let name = "messages::another_process_is_heard_within_50_ms";
    if let Some(url) = processes::role() {
        let store = opened(&url);
        for number in 0..50 {
            std::thread::sleep(Duration::from_millis(2));
            store.remove(&format!("memo:{number}")).unwrap();
            // Both processes are on one machine, with one clock.
            let now = std::time::UNIX_EPOCH.elapsed().unwrap();
            processes::say("removed", now.as_nanos());
        }
        return;
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = opened(&server.url());
    let heard = listening(&store);
    let zero = (Instant::now(), std::time::UNIX_EPOCH.elapsed().unwrap());
    let removed = processes::Process::start(name, &server.url(), &[]).lines("removed");
    assert_eq!(removed.len(), 50);
    until("all are heard", || heard.keys().len() == 50);
    let mut late: Vec<Duration> = removed
        .iter()
        .enumerate()
        .map(|(number, at)| {
            let removed = zero.0 + Duration::from_nanos(at.parse().unwrap()).saturating_sub(zero.1);
            heard
                .at(&format!("memo:{number}"))
                .unwrap()
                .saturating_duration_since(removed)
        })
        .collect();
    late.sort();
    println!(
        "heard after {:?} in the middle, {:?} at most",
        late[25], late[49]
    );
    // The promise, where a process gets a processor: of most of them.
    assert!(late[25] < Duration::from_millis(50), "{late:?}");
}

#[test]
fn after_a_new_connection_something_may_have_been_missed() {
    if !is_installed("redis-server") {
        return;
    }
    let mut server = Server::redis(&[]);
    let store = opened(&server.url());
    let heard = listening(&store);
    for times in 2..5 {
        let cut = server.ask(&["CLIENT KILL TYPE pubsub"]);
        assert!(cut.starts_with(":1"), "{cut}");
        until("it listens again", || heard.missed() == times);
    }
    server.restart();
    until("it listens again", || heard.missed() == 5);
    store.remove("memo:key").unwrap();
    until("messages come", || heard.at("memo:key").is_some());
}

/// A connection whose end nobody tells of: it is asked now and then, and given up.
#[test]
fn a_connection_that_fell_silent_is_made_again() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    let store = opened(&proxy.url()).with_timeout(Duration::from_millis(200));
    let heard = listening(&store);
    proxy.swallow(true);
    let before = proxy.accepted();
    until("it connects again", || proxy.accepted() > before);
    proxy.swallow(false);
    until("it listens again", || heard.missed() > 1);
    opened(&server.url()).remove("memo:key").unwrap();
    until("messages come", || heard.at("memo:key").is_some());
}

/// Any node tells of what was changed at any other.
#[test]
fn a_cluster_tells_at_every_node() {
    if !is_installed("redis-server") {
        return;
    }
    let nodes = redis_cluster();
    let url = |node: &Server| format!("redis-cluster://127.0.0.1:{}", node.port);
    let store = opened(&url(&nodes[0]));
    let heard = listening(&store);
    let other = opened(&url(&nodes[2]));
    let keys: Vec<String> = (0..30).map(|number| format!("memo:{number}")).collect();
    for key in &keys {
        other.remove(key).unwrap();
    }
    until("all are heard", || {
        keys.iter().all(|key| heard.at(key).is_some())
    });
}

/// What others send to the channel does no harm.
#[test]
fn messages_of_strangers() {
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let store = opened(&server.url());
    let heard = listening(&store);
    server.ask(&[
        "PUBLISH memo:inv \"\"",
        "PUBLISH memo:inv \"\\xff\\xfe\"",
        "PUBLISH memo:inv bare",
        "PUBLISH other:inv \"x memo:wrong\"",
        "PUBLISH memo:inv \"who memo:last\"",
    ]);
    until("the last one is heard", || heard.at("memo:last").is_some());
    assert_eq!(heard.keys(), ["", "bare", "memo:last"]);
}
