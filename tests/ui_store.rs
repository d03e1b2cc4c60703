//! As `ui.rs`, for what the feature `store` adds.

#[test]
fn mistakes_are_explained() {
    const EXPECTED: &str = include_str!("ui/RUSTC");
    if option_env!("MEMOFN_REQUIRE_UI").is_none() && !version().starts_with(EXPECTED.trim()) {
        eprintln!("skipped: tests/ui is written for rustc {}", EXPECTED.trim());
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui_store/*.rs");
}

#[test]
fn correct_uses_compile_and_run() {
    trybuild::TestCases::new().pass("tests/pass_store/*.rs");
}

fn version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc tells its version");
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}
