//! Several processes, as far as a store can tell: several caches of one function, each of which has
//! the body that the test gives it.

use memofn::__private::{AsyncCall, DefaultHasher, Memo, Plain, Step};
use memofn::CacheInfo;
use memofn::store::{Capabilities, Memory};
use std::sync::{Mutex, MutexGuard, mpsc};
use std::time::Duration;

/// A store with ample time, where it isn't time that is tested: a loaded machine may keep threads for long.
pub fn ample() -> Memory {
    let can = Capabilities::new().fenced().invalidations();
    Memory::with(can.timeout(Duration::from_secs(20)))
}

/// For tests that drive the clock, which is the whole process's: one at a time.
#[allow(dead_code)]
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// A function from `u64` to `String` in one process.
#[derive(Clone, Copy)]
pub struct Process(pub &'static Memo<u64, String, DefaultHasher>);

impl Process {
    pub fn call(self, n: u64, body: impl FnOnce() -> String) -> String {
        match self.0.look_up(&&n, Plain) {
            Ok(value) => value,
            Err(computation) => computation.finish(body()),
        }
    }

    pub fn refresh(self, n: u64, body: impl FnOnce() -> String) -> String {
        self.0.refresh(&&n).finish(body())
    }

    pub async fn call_async(self, n: u64, body: impl Future<Output = String>) -> String {
        let mut call = AsyncCall::new();
        let miss = loop {
            match self.0.step(&&n, Plain, call) {
                Ok(value) => return value,
                Err(Step::Run(miss)) => break miss,
                Err(Step::Wait(wait)) => call = wait.await,
            }
        };
        miss.run(body).await
    }

    pub fn get(self, n: u64) -> Option<String> {
        self.0.get(&&n)
    }
    pub fn insert(self, n: u64, value: &str) -> Option<String> {
        self.0.insert(&&n, value.to_owned())
    }
    pub fn remove(self, n: u64) -> Option<String> {
        self.0.remove(&&n)
    }
    pub fn clear(self) {
        self.0.clear();
    }
    pub fn info(self) -> CacheInfo {
        self.0.info()
    }

    /// Begins a call on a thread of its own, which is in the body when this returns. What is given to
    /// the sender is the result.
    pub fn begin(self, n: u64) -> Begun {
        let (give, given) = mpsc::channel();
        let (entered, inside) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            self.call(n, move || {
                entered.send(()).unwrap();
                given.recv().unwrap()
            })
        });
        inside.recv_timeout(Duration::from_secs(60)).unwrap();
        Begun { give, thread }
    }
}

/// A call whose body waits for its result.
pub struct Begun {
    give: mpsc::Sender<String>,
    thread: std::thread::JoinHandle<String>,
}

impl Begun {
    pub fn end(self, value: &str) -> String {
        self.give.send(value.to_owned()).unwrap();
        self.thread.join().unwrap()
    }
}

/// A module with a function, its store `MEMORY`, and processes that call it.
macro_rules! function {
    ($name:ident, $memory:expr $(, $call:ident($($value:expr),*))*) => {
        function!($name, $memory, store: store $(, $call($($value),*))*);
    };
    ($name:ident, $memory:expr, store: $store:ident $(, $call:ident($($value:expr),*))*) => {
        #[allow(dead_code)]
        mod $name {
            use memofn::__private::{CodecBy, Config, DefaultHasher, Memo, Plain, Site, written};
            #[allow(unused_imports)]
            use {$crate::tools::ample, memofn::store::{Capabilities, Memory}};
            use std::sync::LazyLock;
            #[allow(unused_imports)]
            use std::time::Duration;

            pub static MEMORY: LazyLock<Memory> = LazyLock::new(|| $memory);

            fn config() -> Config<u64, String, DefaultHasher> {
                let mut made = Config::<u64, String, DefaultHasher>::plain::<&'static u64>();
                let site = Site {
                    name: stringify!($name),
                    signature: "( n : u64 ) -> String",
                    instance: String::new(),
                    version: 0,
                    number: line!().into(),
                };
                let codec = CodecBy(Plain).codec::<String>();
                made.builder = made.builder
                    .$store(&MEMORY, site, written::<u64>(), codec)
                    $(.$call($($value),*))*;
                made
            }

            pub fn process() -> $crate::tools::Process {
                $crate::tools::Process(Box::leak(Box::new(Memo::new(stringify!($name), config))))
            }

            /// What the store has for this argument.
            pub fn held(n: u8) -> Option<Vec<u8>> {
                MEMORY.contents().into_iter().find_map(|(key, bytes)| (key == address(n)).then_some(bytes))
            }

            /// The key for this argument, once the function was used.
            pub fn address(n: u8) -> String {
                use sha2::Digest;
                let digest = sha2::Sha256::digest([0x91, n]);
                let hash: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
                memofn::store::key_prefix(stringify!($name)).unwrap() + &hash
            }
        }
    };
}
