use super::*;

fn read(url: &str) -> Address {
    Address::read(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn tcp(host: &str, port: u16) -> Place {
    Place::Tcp(host.to_owned(), port)
}

#[test]
fn a_node_is_read_with_its_login_and_database() {
    let address = read("redis://memo:p%40ss%2f%25@cache.example.org:6380/3");
    assert_eq!(address.kind, Kind::Node);
    assert_eq!(address.places, [tcp("cache.example.org", 6380)]);
    assert_eq!(address.login.user.as_deref(), Some("memo"));
    assert_eq!(address.login.password.as_deref(), Some("p@ss/%"));
    assert_eq!(address.database, 3);

    let plain = read("valkey://localhost");
    assert_eq!(plain.places, [tcp("localhost", 6379)]);
    assert!(plain.login == Login::default() && plain.database == 0);

    // The password alone, as some providers write it.
    assert_eq!(read("redis://:pw@h").login.password.as_deref(), Some("pw"));
    assert_eq!(read("redis://pw@h").login.password.as_deref(), Some("pw"));
    assert_eq!(
        read("redis://u:p:w@h").login.password.as_deref(),
        Some("p:w")
    );
    assert_eq!(read("redis://[::1]:7000/").places, [tcp("::1", 7000)]);
    assert_eq!(read("redis://[::1]").places, [tcp("::1", 6379)]);
}

#[test]
fn a_socket_is_a_path() {
    let address = read("unix:///run/redis.sock?db=2&user=u&password=a%26b");
    assert_eq!(address.places, [Place::Unix("/run/redis.sock".into())]);
    assert_eq!(address.database, 2);
    assert_eq!(address.login.user.as_deref(), Some("u"));
    assert_eq!(address.login.password.as_deref(), Some("a&b"));
    assert_eq!(address.to_string(), "unix:///run/redis.sock?db=2");
}

#[test]
fn clusters_and_sentinels_have_several_hosts() {
    let cluster = read("redis-cluster://u:pw@a:7001,b,c:7003");
    assert_eq!(cluster.kind, Kind::Cluster);
    assert_eq!(
        cluster.places,
        [tcp("a", 7001), tcp("b", 6379), tcp("c", 7003)]
    );
    assert_eq!(cluster.to_string(), "redis-cluster://a:7001,b:6379,c:7003");

    let sentinel =
        read("redis-sentinel://pw@a,b:5/my%20master/4?sentinel_user=s&sentinel_password=t");
    let master = "my master".to_owned();
    assert_eq!(sentinel.kind, Kind::Sentinel { master });
    assert_eq!(sentinel.places, [tcp("a", 26379), tcp("b", 5)]);
    assert_eq!(sentinel.database, 4);
    assert_eq!(sentinel.sentinel_login.user.as_deref(), Some("s"));
    assert_eq!(sentinel.sentinel_login.password.as_deref(), Some("t"));
}

#[test]
fn what_can_not_be_read_is_told_without_the_login() {
    for (url, told) in [
        ("", "write it as"),
        ("hunter2", "write it as"),
        ("hunter2://h", "write it as"),
        ("http://u:hunter2@h", "write it as"),
        ("redis://u:hunter2@h:99999", "`99999` is no port"),
        ("redis://u:hunter2@h:0", "`0` is no port"),
        ("redis://u:hunter2", "the port is none"),
        ("redis://u:hunter2@", "a host is missing"),
        ("redis://u:hunter2@h/x", "database"),
        ("redis://u:hunter2@h/-1", "database"),
        ("redis://u:hunter2@h#x", "`#`"),
        ("redis://u:hunter2#@h", "`#`"),
        ("redis://u:hunter2?@h", "port"),
        ("redis://u:hunter2/@h", "port"),
        ("redis://u:hunter2@h?hunter2", "`?`"),
        ("redis://u:hunter2%4@h", "hexadecimal"),
        ("redis://u:hunter2%ff@h", "login"),
        ("redis://u:hunter2@a,b", "redis-cluster"),
        ("redis://u:hunter2@[::1", "`]`"),
        ("redis://u:hunter2@h h", "no host has"),
        ("redis-cluster://u:hunter2@h/1", "no database but 0"),
        ("redis-sentinel://u:hunter2@h", "name of the master"),
        ("redis-sentinel://u:hunter2@h/m?x=hunter2", "sentinel_user"),
        ("redis-ring://u:hunter2@h", "write it as"),
        ("unix://", "path"),
        ("unix:///s?hunter2=1", "`db`"),
    ] {
        match Address::read(url) {
            Ok(read) => panic!("{url} was read as {read}"),
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains(told), "{url}: {error}");
                assert!(!error.contains("hunter2"), "{url}: {error}");
            }
        }
    }
}

#[test]
fn shown_it_has_no_login() {
    let shown = read("redis://memo:hunter2@h:1/2").to_string();
    assert_eq!(shown, "redis://h:1/2");
    let sentinel = read("redis-sentinel://u:hunter2@h/m?sentinel_password=hunter2");
    assert_eq!(sentinel.to_string(), "redis-sentinel://h:26379/m");
}

#[cfg(not(feature = "redis-tls-rustls"))]
#[test]
fn tls_needs_its_feature() {
    assert!(Address::read("rediss://h").is_err_and(|error| error.0.contains("redis-tls-rustls")));
}

#[cfg(feature = "redis-tls-rustls")]
#[test]
fn tls_is_read() {
    assert!(read("rediss://h").tls && read("valkeys-cluster://h").tls && !read("redis://h").tls);
    assert_eq!(
        read("rediss-cluster://h").to_string(),
        "rediss-cluster://h:6379"
    );
}
