//! How do I leave out a connection?
//!
//! A connection, a logger or a client is needed to compute a result but does not decide it: leave it out of the key
//! with `skip`. Where only a part of an argument decides, say which with `key`.

use std::cell::Cell;

use memofn::memoize;

/// Stands for a database connection: can't be compared, hashed, cloned or shared between threads.
struct Connection {
    queries: Cell<u32>,
}

impl Connection {
    fn query(&self, id: u32) -> String {
        self.queries.set(self.queries.get() + 1);
        format!("user{id}")
    }
}

/// The key is `id`. Whichever connection is at hand is used if there is something to compute.
#[memoize(skip(connection), policy = "lru", capacity = 1000)]
fn user_name(connection: &Connection, id: u32) -> String {
    connection.query(id)
}

struct Request {
    user: u32,
    path: String,
    /// Different in every request: with it in the key nothing would ever be found.
    id: u64,
}

/// The key is an expression over the arguments: here two fields, one of them brought to one spelling.
#[memoize(key = (request.user, request.path.to_lowercase()))]
fn may_read(connection: &Connection, request: &Request) -> bool {
    println!("    (request {} asks the database)", request.id);
    connection.query(request.user).ends_with('7') || request.path.starts_with("/public")
}

fn main() {
    let (first, second) = (
        Connection {
            queries: Cell::new(0),
        },
        Connection {
            queries: Cell::new(0),
        },
    );

    println!("skip(connection)");
    println!("  user_name(first, 7)  = {}", user_name(&first, 7));
    println!("  user_name(second, 7) = {}", user_name(&second, 7));
    println!(
        "  queries: first {}, second {}",
        first.queries.get(),
        second.queries.get()
    );

    // Helpers that look up, store or forget take the arguments that are in the key; those that run the body take all.
    println!(
        "  user_name_cache_get(7)     = {:?}",
        user_name_cache_get(7)
    );
    println!(
        "  user_name_cache_insert(..) = {:?}",
        user_name_cache_insert(7, "renamed".into())
    );
    println!("  user_name(second, 7)       = {}", user_name(&second, 7));
    println!(
        "  user_name_cache_refresh(..) = {}",
        user_name_cache_refresh(&second, 7)
    );

    println!("\nkey = (request.user, request.path.to_lowercase())");
    for (id, path) in [
        (1, "/Reports/May"),
        (2, "/reports/may"),
        (3, "/reports/june"),
    ] {
        let request = Request {
            user: 7,
            path: path.to_owned(),
            id,
        };
        println!("  may_read(7, {path:?}) = {}", may_read(&first, &request));
    }
    println!("  {}", may_read_cache_info());
}
