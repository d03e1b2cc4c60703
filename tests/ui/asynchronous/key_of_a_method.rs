// `self` is part of the key.
use memofn::memoize;

struct Client;

impl Client {
    #[memoize]
    async fn fetch(&self, n: u32) -> u32 {
        n
    }
}

fn main() {
    drop(Client.fetch(1));
}
