//! `skip` leaves arguments out of the key; what is skipped need be neither `Hash` nor `Clone`.
#![deny(warnings, unused)]
use memofn::memoize;

struct Connection {
    offset: u32,
}

trait Log {
    fn log(&self, text: &str);
}

struct Silent;

impl Log for Silent {
    fn log(&self, _: &str) {}
}

#[memoize(skip(connection))]
fn load(connection: &Connection, id: u32) -> u32 {
    connection.offset + id
}

#[memoize(skip(log, temperature))]
fn logged(n: u32, log: &dyn Log, text: &str, temperature: Option<f64>) -> u32 {
    log.log(text);
    n + text.len() as u32 + u32::from(temperature.is_some())
}

// An owned argument that isn't `Clone` goes into the body.
#[memoize(skip(connection))]
fn consumed(connection: Connection, n: u32) -> u32 {
    connection.offset + n
}

#[memoize(skip(a, b,))]
fn constant(a: u32, mut b: u32) -> u32 {
    b += 1;
    a + b
}

struct Server {
    connection: Connection,
}

impl Server {
    // All instances share the results.
    #[memoize(skip(self))]
    fn fetch(&self, id: u32) -> u32 {
        self.connection.offset + id
    }

    #[memoize(skip(self, verbose))]
    fn close(self, id: u32, verbose: bool) -> u32 {
        self.connection.offset + id + u32::from(verbose)
    }

    #[memoize(skip(self))]
    fn boxed(self: Box<Self>, id: u32) -> u32 {
        self.connection.offset + id
    }

    #[memoize(skip(self))]
    fn shared(self: std::sync::Arc<Self>, id: u32) -> u32 {
        self.connection.offset + id
    }

    #[memoize(skip(self))]
    fn pinned(self: std::pin::Pin<&Self>, id: u32) -> u32 {
        self.connection.offset + id
    }

    #[memoize(skip(parent))]
    fn below(parent: &Self, id: u32) -> u32 {
        parent.connection.offset + id
    }
}

fn server(offset: u32) -> Server {
    Server {
        connection: Connection { offset },
    }
}

pub(crate) fn main() {
    assert_eq!(load(&Connection { offset: 10 }, 1), 11);
    assert_eq!(load(&Connection { offset: 20 }, 1), 11);
    assert_eq!(load_uncached(&Connection { offset: 20 }, 1), 21);
    assert_eq!(load_cache_get(1), Some(11));
    assert_eq!(load_cache_refresh(&Connection { offset: 30 }, 1), 31);
    assert_eq!(load_cache_insert(1, 41), Some(31));
    assert_eq!(load_cache_remove(1), Some(41));
    assert_eq!((load_cache_info().hits, load_cache_info().misses), (1, 1));

    assert_eq!(logged(1, &Silent, "ab", None), 3);
    assert_eq!(logged(1, &Silent, "ab", Some(0.5)), 3);
    assert_eq!(logged_cache_get(1, "ab"), Some(3));

    assert_eq!(consumed(Connection { offset: 1 }, 2), 3);
    assert_eq!(consumed(Connection { offset: 2 }, 2), 3);

    assert_eq!((constant(1, 2), constant(3, 4)), (4, 4));
    assert_eq!(constant_cache_get(), Some(4));

    assert_eq!((server(10).fetch(1), server(20).fetch(1)), (11, 11));
    assert_eq!(Server::fetch_cache_get(1), Some(11));
    assert_eq!(server(20).fetch_cache_refresh(1), 21);
    assert_eq!(Server::fetch_cache_remove(1), Some(21));
    assert_eq!(
        (server(10).close(1, false), server(20).close(1, true)),
        (11, 11)
    );
    assert_eq!(Server::close_cache_get(1), Some(11));
    assert_eq!(
        (Box::new(server(10)).boxed(1), Box::new(server(20)).boxed(1)),
        (11, 11)
    );
    assert_eq!(
        (
            std::sync::Arc::new(server(10)).shared(1),
            Server::shared_cache_info().misses
        ),
        (11, 1)
    );
    assert_eq!(
        (
            std::pin::Pin::new(&server(10)).pinned(1),
            Server::pinned_cache_get(1)
        ),
        (11, Some(11))
    );
    assert_eq!(
        (Server::below(&server(10), 1), Server::below(&server(20), 1)),
        (11, 11)
    );
    assert_eq!(Server::below_cache_get(1), Some(11));
}
