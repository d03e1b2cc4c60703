//! The works, and the servers behind them.

use crate::functions;
use crate::race::{Contender, Work};
use crate::servers::{Folder, Server, ask, free_port, is_installed};
use memofn::store;
use redb::ReadableDatabase as _;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;

const LOCAL: &str = "local tier";
const REDIS: &str = "Redis";
const CALLERS: &str = "Redis, async, 64 callers";
const MEMCACHED: &str = "memcached";
const DISK: &str = "disk";

/// How many keys there are, of which each is asked for in turn.
const KEYS: u64 = 1024;
/// Concurrent callers, each with keys of its own: none waits for another's call.
const TASKS: u64 = 64;

type Make = fn(&Server) -> Work;

pub(crate) struct Works {
    pub(crate) list: Vec<Work>,
    redis: Option<Server>,
    memcached: Option<Server>,
    _folder: Folder,
}

impl Works {
    /// With servers for those that are wanted. Their stores are filled.
    pub(crate) fn start(wants: impl Fn(&str) -> bool) -> Self {
        let folder = Folder::new();
        let mut list = Vec::new();
        let redis = [LOCAL, REDIS, CALLERS].into_iter().any(&wants);
        let redis = (redis && is_installed("redis-server")).then(|| Server::redis(&[]));
        if let Some(server) = &redis {
            let url = server.url();
            let engine = store::redis::Redis::open(&url).expect("an address");
            store::redis::configure(engine).expect("nobody has used it");
            functions::REDIS_URL.set(url).expect("set once");
            let works: [(_, Make); 3] =
                [(LOCAL, local), (REDIS, by_redis), (CALLERS, by_redis_async)];
            let wanted = works.into_iter().filter(|(title, _)| wants(title));
            list.extend(wanted.map(|(_, work)| work(server)));
        }
        let memcached = (wants(MEMCACHED) && is_installed("memcached")).then(|| {
            let port = free_port();
            let number = port.to_string();
            let arguments = ["-u", "nobody", "-l", "127.0.0.1", "-p", &number, "-t", "1"];
            Server::start("memcached", port, &arguments)
        });
        list.extend(memcached.as_ref().map(by_memcached));
        if wants(DISK) {
            list.push(by_disk(&folder));
        }
        Self {
            list,
            redis,
            memcached,
            _folder: folder,
        }
    }

    /// Of the servers.
    pub(crate) fn versions(&self) -> Vec<String> {
        let redis = self.redis.as_ref().map(|server| {
            let info = server.ask(&["INFO server"]);
            let version = info
                .lines()
                .find_map(|line| line.strip_prefix("redis_version:"));
            format!("redis-server {}", version.unwrap_or("?").trim())
        });
        let memcached = self.memcached.as_ref().map(|server| {
            let said = server.ask(&["version"]);
            format!("memcached {}", said.trim_start_matches("VERSION ").trim())
        });
        redis.into_iter().chain(memcached).collect()
    }
}

/// Who asks for one key after another, on this thread.
fn in_turn<T>(name: &'static str, mut call: impl FnMut(u64) -> T + 'static) -> Contender {
    // Twice: what is stored is read then.
    for key in (0..KEYS).chain(0..KEYS) {
        black_box(call(key));
    }
    let run = move |calls| {
        let begun = Instant::now();
        for turn in 0..calls {
            black_box(call(turn % KEYS));
        }
        begun.elapsed()
    };
    let run = Box::new(run);
    Contender { name, run }
}

fn local(_: &Server) -> Work {
    let contenders = vec![
        in_turn("memoized, lru, ttl", functions::plain),
        in_turn("by the local tier, lru, ttl", functions::local),
    ];
    Work {
        title: LOCAL,
        unit: 1,
        contenders,
    }
}

/// The keys of a function's results in Redis.
fn redis_keys(connection: &mut redis::Connection, function: &str) -> Vec<String> {
    let prefix = store::key_prefix(function).expect("it was called");
    let mut command = redis::cmd("KEYS");
    let keys = command.arg(format!("{prefix}*")).query(connection);
    let mut keys: Vec<String> = keys.expect("keys");
    assert!(keys.len() as u64 >= KEYS, "{} keys", keys.len());
    keys.truncate(KEYS as usize);
    keys
}

fn connection(server: &Server) -> redis::Connection {
    let client = redis::Client::open(server.url()).expect("an address");
    client.get_connection().expect("a connection")
}

fn by_redis(server: &Server) -> Work {
    let memofn = in_turn("memofn", functions::redis);
    let mut connection = connection(server);
    let keys = redis_keys(&mut connection, "redis");
    let bare = in_turn("`redis`, a bare GET", move |key| {
        let mut command = redis::cmd("GET");
        let held = command.arg(&keys[key as usize]).query(&mut connection);
        let held: Option<Vec<u8>> = held.expect("an answer");
        held.expect("a value")
    });
    let cached = in_turn("`cached`, RedisCache", functions::cached_redis);
    Work {
        title: REDIS,
        unit: 1,
        contenders: vec![bare, memofn, cached],
    }
}

/// 64 callers at once, each of whom asks for his keys in turn.
fn at_once<F>(
    name: &'static str,
    runtime: &Arc<Runtime>,
    call: impl Fn(u64) -> F + Clone + Send + 'static,
) -> Contender
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = Arc::clone(runtime);
    let run = move |calls: u64| {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let call = call.clone();
                runtime.spawn(async move {
                    for turn in 0..calls / TASKS {
                        call(task + TASKS * (turn % (KEYS / TASKS))).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            runtime.block_on(task).expect("no panic");
        }
        begun.elapsed()
    };
    run(KEYS);
    let run = Box::new(run);
    Contender { name, run }
}

fn by_redis_async(server: &Server) -> Work {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    let runtime = Arc::new(runtime.expect("a runtime"));
    let memofn = at_once("memofn", &runtime, |key| async move {
        black_box(functions::redis_async(key).await);
    });
    let keys: Arc<[String]> = redis_keys(&mut connection(server), "redis, async").into();
    let client = redis::Client::open(server.url()).expect("an address");
    let shared = runtime.block_on(client.get_multiplexed_async_connection());
    let shared = shared.expect("a connection");
    let bare = at_once("`redis`, MultiplexedConnection", &runtime, move |key| {
        let (mut shared, keys) = (shared.clone(), Arc::clone(&keys));
        async move {
            let mut command = redis::cmd("GET");
            let held = command.arg(&keys[key as usize]).query_async(&mut shared);
            let held: Option<Vec<u8>> = held.await.expect("an answer");
            black_box(held.expect("a value"));
        }
    });
    let cached = at_once("`cached`, AsyncRedisCache", &runtime, |key| async move {
        black_box(functions::cached_redis_async(key).await.expect("a value"));
    });
    Work {
        title: CALLERS,
        unit: TASKS,
        contenders: vec![bare, memofn, cached],
    }
}

/// A `get` in memcached's text protocol, and nothing else.
struct Bare {
    stream: BufReader<TcpStream>,
    command: Vec<u8>,
    line: String,
}

impl Bare {
    fn get(&mut self, key: &str) -> Option<Vec<u8>> {
        self.command.clear();
        write!(self.command, "get {key}\r\n").ok()?;
        self.stream.get_mut().write_all(&self.command).ok()?;
        self.line.clear();
        self.stream.read_line(&mut self.line).ok()?;
        let length: usize = self.line.trim_end().rsplit(' ').next()?.parse().ok()?;
        let mut bytes = vec![0; length + b"\r\nEND\r\n".len()];
        self.stream.read_exact(&mut bytes).ok()?;
        bytes.truncate(length);
        Some(bytes)
    }
}

fn by_memcached(server: &Server) -> Work {
    let url = format!("memcached://127.0.0.1:{}", server.port);
    let engine = store::memcached::Memcached::open(&url).expect("an address");
    store::memcached::configure(engine).expect("nobody has used it");
    let memofn = in_turn("memofn", functions::memcached);
    let prefix = store::key_prefix("memcached").expect("it was called");
    // `key=… exp=… …`, where a colon is written `%3A`.
    let dump = ask(server.port, &["lru_crawler metadump all"]);
    let keys = dump.lines().filter_map(|line| line.strip_prefix("key="));
    let keys = keys.filter_map(|line| line.split(' ').next());
    let keys = keys.map(|key| key.replace("%3A", ":").replace("%3a", ":"));
    let keys: Vec<String> = keys.filter(|key| key.starts_with(&prefix)).collect();
    assert!(keys.len() as u64 >= KEYS, "{} keys", keys.len());
    let stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut bare = Bare {
        stream: BufReader::new(stream),
        command: Vec::new(),
        line: String::new(),
    };
    let bare = in_turn("a bare `get` over TCP", move |key| {
        bare.get(&keys[key as usize]).expect("a value")
    });
    Work {
        title: MEMCACHED,
        unit: 1,
        contenders: vec![bare, memofn],
    }
}

/// Entries of memofn's file, and of the copy that is read bare.
const ENTRIES: redb::TableDefinition<'_, &str, &[u8]> =
    redb::TableDefinition::new("memofn.entries");

fn by_disk(folder: &Folder) -> Work {
    functions::FOLDER
        .set(folder.path().into())
        .expect("set once");
    let file = folder.path().join("memofn.redb");
    let engine = store::disk::Disk::open(&file);
    // Opened, which a call doesn't wait for.
    engine.flush().expect("a file");
    store::disk::configure(engine.clone()).expect("nobody has used it");
    for key in 0..KEYS {
        functions::disk(key);
    }
    engine.flush().expect("all is in the file");
    let memofn = in_turn("memofn", functions::disk);

    let copy = folder.path().join("copy.redb");
    std::fs::copy(&file, &copy).expect("a copy");
    let database = redb::Database::create(&copy).expect("a database");
    let prefix = store::key_prefix("disk").expect("it was called");
    let keys: Vec<String> = {
        let reading = database.begin_read().expect("a transaction");
        let entries = reading.open_table(ENTRIES).expect("a table");
        let keys = entries.range(prefix.as_str()..).expect("a range");
        let keys = keys.map(|entry| entry.expect("an entry").0.value().to_owned());
        keys.filter(|key| key.starts_with(&prefix)).collect()
    };
    assert!(keys.len() as u64 >= KEYS, "{} keys", keys.len());
    let bare = in_turn("`redb`, a bare get", move |key| {
        let reading = database.begin_read().expect("a transaction");
        let entries = reading.open_table(ENTRIES).expect("a table");
        let held = entries.get(keys[key as usize].as_str()).expect("an answer");
        held.expect("a value").value().to_vec()
    });
    let cached = in_turn("`cached`, RedbCache", functions::cached_disk);
    Work {
        title: DISK,
        unit: 1,
        contenders: vec![bare, memofn, cached],
    }
}
