//! The rules, each with its reason and a test that breaks it.

/// Words that may not stand in a folder, except in the files that are made for them.
const WORDS: [WordRule; 8] = [
    WordRule {
        folder: "crates/server/src/",
        except: &SERVER_BINARY,
        word: "keyhaven_storage_sql",
        because: "only the binary chooses the storage backend",
    },
    WordRule {
        folder: "crates/server/src/",
        except: &SERVER_BINARY,
        word: "anyhow",
        because: "the library has typed errors",
    },
    WordRule {
        folder: "crates/core/src/",
        except: &[],
        word: "std::env",
        because: "core has no environment",
    },
    WordRule {
        folder: "crates/core/src/",
        except: &[],
        word: "Instant::now",
        because: "core has no clock",
    },
    WordRule {
        folder: "crates/core/src/",
        except: &[],
        word: "std::fs",
        because: "core has no I/O",
    },
    WordRule {
        folder: "crates/client/src/",
        except: &[],
        word: "std::env",
        because: "client has no environment",
    },
    WordRule {
        folder: "crates/client/src/",
        except: &[],
        word: "Instant::now",
        because: "client has no clock",
    },
    WordRule {
        folder: "web/",
        except: &[],
        word: "inner_html",
        because: "all text goes through text nodes, so that none of it can become markup",
    },
];

/// The sources of the `keyhaven` program, which chooses what its library does not know.
const SERVER_BINARY: [&str; 1] = ["crates/server/src/bin/"];

#[derive(Debug)]
struct WordRule {
    folder: &'static str,
    except: &'static [&'static str],
    word: &'static str,
    because: &'static str,
}

/// Whether any rule is about this file.
pub(super) fn concerns(path: &str) -> bool {
    let ours = !path.starts_with("xtask/src/sources/");
    ours && [".rs", ".ts", ".js", ".mjs", ".html", ".css", "package-lock.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// Every line that breaks a rule.
pub(super) fn broken(path: &str, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut explained = false;
    for (index, line) in text.lines().enumerate() {
        let mut report = |what: &str| broken.push(format!("{path}:{}: {what}", index + 1));
        if path.ends_with("package-lock.json") {
            if line.trim_start().starts_with("\"resolved\"") {
                report("a lock file names a registry: every machine has its own");
            }
            continue;
        }
        if path.ends_with(".rs") && starts_tests(line) {
            break;
        }
        let comment = line.trim_start().starts_with("//");
        if !comment {
            for rule in WORDS
                .iter()
                .filter(|rule| rule.is_about(path) && line.contains(rule.word))
            {
                report(&format!("`{}`: {}", rule.word, rule.because));
            }
        }
        if ["TODO", "FIXME"]
            .iter()
            .any(|mark| line.contains(mark) && !line.contains(&format!("{mark}(#")))
        {
            report("an open point names its issue, as in TODO(#12)");
        }
        if exposes(path, line) && !explained && !line.contains("// EXPOSE:") {
            report("a secret is exposed without a line `// EXPOSE:` that says why");
        }
        // A reason holds for its paragraph: formatting may spread one expression over many lines.
        explained = !line.trim().is_empty() && (explained || line.contains("// EXPOSE:"));
    }
    broken
}

/// How often secrets leave their newtypes in this file.
pub(super) fn exposures(path: &str, text: &str) -> usize {
    text.lines()
        .take_while(|line| !starts_tests(line))
        .filter(|line| exposes(path, line))
        .count()
}

fn exposes(path: &str, line: &str) -> bool {
    let shipped = path.ends_with(".rs") && !is_test(path);
    shipped && !line.trim_start().starts_with("//") && line.contains(".expose_secret()")
}

/// Tests come last in a file and may do what they like.
fn starts_tests(line: &str) -> bool {
    line.starts_with("mod tests")
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.starts_with("fuzz/")
        || path.contains("/tests/")
        || path.ends_with("tests.rs")
}

impl WordRule {
    fn is_about(&self, path: &str) -> bool {
        let excepted = self.except.iter().any(|start| path.starts_with(start));
        path.starts_with(self.folder) && !excepted && !is_test(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_where_it_is_forbidden_and_only_there() {
        for rule in &WORDS {
            let line = format!("let x = {}();", rule.word);
            let inside = format!("{}room.rs", rule.folder);
            assert_eq!(
                broken(&inside, &line),
                [format!("{inside}:1: `{}`: {}", rule.word, rule.because)]
            );
            for allowed in rule
                .except
                .iter()
                .map(|path| (*path).to_owned())
                .chain(["xtask/src/room.rs".to_owned()])
            {
                assert_eq!(broken(&allowed, &line), Vec::<String>::new());
            }
            assert_eq!(broken(&inside, &format!("// {line}")), Vec::<String>::new());
            assert_eq!(
                broken(&inside, &format!("#[cfg(test)]\nmod tests {{\n{line}")),
                Vec::<String>::new()
            );
        }
    }

    #[test]
    fn an_exposed_secret_needs_its_reason() {
        let path = "crates/core/src/room.rs";
        let bare = "let x = key.expose_secret();";
        assert_eq!(broken(path, bare).len(), 1);
        for justified in [
            format!("// EXPOSE: the cipher takes bytes.\n{bare}"),
            format!("// EXPOSE: the cipher takes\n// bytes.\nlet y = 1;\n{bare}"),
            format!("{bare} // EXPOSE: the cipher takes bytes."),
        ] {
            assert_eq!(broken(path, &justified), Vec::<String>::new());
            assert_eq!(exposures(path, &justified), 1);
        }
        assert_eq!(
            broken(path, &format!("// EXPOSE: this.\n{bare}\n\n{bare}")).len(),
            1
        );
    }

    #[test]
    fn open_points_name_their_issue() {
        assert_eq!(broken("web/src/room.rs", "// TODO: later").len(), 1);
        assert_eq!(
            broken("web/src/room.rs", "// TODO(#12): later"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn lock_files_name_no_registry() {
        let lock = "{\n  \"resolved\": \"https://registry.example/a.tgz\"\n}";
        assert_eq!(broken("tests/browser/package-lock.json", lock).len(), 1);
    }
}
