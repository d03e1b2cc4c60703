//! What `contract.md` names is there.

use std::fs;
use std::path::{Path, PathBuf};

/// What stands in backticks in the second columns of the tables.
fn named(text: &str) -> Vec<&str> {
    let cells = text.lines().filter(|line| line.starts_with("| "));
    let cells = cells.filter_map(|line| line.trim_end_matches('|').rsplit_once("| "));
    let names = cells.flat_map(|(_, cell)| cell.split('`').skip(1).step_by(2));
    names.collect()
}

/// The file of a test, and the test, for `file::module::test`.
fn place(name: &str) -> Option<(PathBuf, &str)> {
    let (file, test) = name.rsplit_once("::")?;
    let path = match file.split_once("::") {
        Some((krate @ ("memo-macros" | "memo-runtime"), module)) => {
            Path::new(krate).join("src").join(module.replace("::", "/"))
        }
        _ => Path::new("tests").join(file.replace("::", "/")),
    };
    let alone = path.with_extension("rs");
    let found = [alone, path.join("main.rs")];
    let found = found.into_iter().find(|path| path.is_file())?;
    Some((found, test))
}

fn is_there(name: &str) -> bool {
    if name.starts_with("ui/") || name.starts_with("ui_store/") {
        let case = Path::new("tests").join(name);
        return case.with_extension("rs").is_file() && case.with_extension("stderr").is_file();
    }
    if ["pass/", "pass_roots/", "pass_store/"]
        .iter()
        .any(|folder| name.starts_with(folder))
    {
        return Path::new("tests").join(name).with_extension("rs").is_file();
    }
    let Some((file, test)) = place(name) else {
        return false;
    };
    let text = fs::read_to_string(file).expect("a test can be read");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let head = format!("fn {test}(");
    let at = lines
        .iter()
        .position(|line| line.trim_start_matches("async ").starts_with(&head));
    // Right above it stands that it is a test.
    at.is_some_and(|at| {
        let above = lines[..at].iter().rev();
        let mut above = above.take_while(|line| line.starts_with("#["));
        above.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

#[test]
fn all_that_it_names_exists() {
    let text = fs::read_to_string("tests/contract.md").expect("the table is there");
    let names = named(&text);
    let missing: Vec<&&str> = names.iter().filter(|name| !is_there(name)).collect();
    assert!(
        missing.is_empty(),
        "contract.md names what isn't there: {missing:#?}"
    );
    assert!(
        names.len() > 200,
        "the tables are not read: {}",
        names.len()
    );
}

#[test]
fn what_is_not_there_is_missed() {
    assert!(is_there("contract::what_is_not_there_is_missed"));
    for name in [
        "contract::named",
        "contract::none",
        "none::at_all",
        "ui/none",
        "pass/none",
    ] {
        assert!(!is_there(name), "{name}");
    }
}
