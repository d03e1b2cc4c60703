// A key that is a reference, alone and in a tuple: the cache outlives what it borrows from.
use memofn::memoize;

struct Request {
    path: String,
    host: String,
}

#[memoize(key = &request.path)]
fn length(request: &Request) -> usize {
    request.path.len()
}

#[memoize(key = (n, &request.path, &request.host[..n]))]
fn start(request: &Request, n: usize) -> usize {
    request.path.len() + request.host.len() + n
}

fn main() {
    let request = Request {
        path: "/".to_string(),
        host: "a".to_string(),
    };
    length(&request);
    length_cache_get(&request);
    start(&request, 1);
    start_cache_clear();
}
