use clap::Parser;

use super::*;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    settings: Settings,
}

fn from_file(text: &str) -> Settings {
    file::parse("hub.toml", text).expect("a settings file")
}

fn flags(arguments: &[&str]) -> Settings {
    Program::parse_from(std::iter::once(&"hub").chain(arguments)).settings
}

#[test]
fn a_flag_beats_the_file_and_the_file_beats_the_default() {
    let file = "listen = '0.0.0.0:9000'\nrequest_timeout = '500ms'\ndatabase_patience = 5\n";
    let config = resolve(flags(&["--listen", "127.0.0.1:1234"]).over(from_file(file))).expect("a config");
    assert_eq!(config.listen.to_string(), "127.0.0.1:1234");
    assert!(config.listen_chosen);
    assert_eq!(config.request_timeout, Duration::from_millis(500));
    assert_eq!(config.database_patience, Duration::from_secs(5));
    assert_eq!(config.max_body_bytes, 1024 * 1024);
}

/// The environment cannot be changed without `unsafe`, so this test is a process of its own for the next.
#[test]
#[ignore = "run by the next test"]
fn prints_its_listen_address() {
    println!("listen={}", load(flags(&[])).expect("a config").listen);
}

#[test]
fn the_environment_beats_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "listen = '127.0.0.1:1'").expect("a file");
    let ask = |listen: Option<&str>| {
        let mut child = std::process::Command::new(std::env::current_exe().expect("this program"));
        child.args(["config::tests::prints_its_listen_address", "--exact", "--ignored", "--nocapture"]);
        child.env("LIENTHONG_CONFIG", &file).env_remove("LIENTHONG_LISTEN");
        child.envs(listen.map(|listen| ("LIENTHONG_LISTEN", listen)));
        String::from_utf8(child.output().expect("its output").stdout).expect("text")
    };
    assert!(ask(None).contains("listen=127.0.0.1:1\n"));
    assert!(ask(Some("127.0.0.1:2")).contains("listen=127.0.0.1:2\n"));
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_known_ones() {
    let fault =
        file::parse("hub.toml", "listen = '0.0.0.0:9000'\n\nlisten_port = 1\n").expect_err("unknown key");
    assert_eq!(fault.code, "SETTING_UNKNOWN");
    assert!(
        fault.en.starts_with("hub.toml, line 3: there is no setting 'listen_port'. Known: database_url, ")
    );
    assert!(!fault.en.contains("config,"));
}

#[test]
fn a_bad_value_is_named_with_its_line() {
    for (text, line) in [
        ("log = 'info'\nlisten = 'here'\n", 2),
        ("request_timeout = 'soon'\n", 1),
        ("log_format = 'xml'\n", 1),
        ("\n\nlisten = \n", 3),
    ] {
        let fault = file::parse("hub.toml", text).expect_err(text);
        assert_eq!(fault.code, "SETTINGS_FILE_INVALID");
        assert!(fault.en.starts_with(&format!("hub.toml, line {line}: ")), "{}", fault.en);
    }
}

#[test]
fn no_secret_is_printed() {
    let settings = flags(&["--database-url", "postgres://hub:swordfish@db/hub"]);
    assert!(!format!("{settings:?}").contains("swordfish"));
    let config = resolve(settings).expect("a config");
    assert!(!format!("{config:#?}").contains("swordfish"));
    let config = resolve(flags(&["--key-secret", "swordfish-and-16-letters"])).expect("a config");
    assert!(!format!("{config:#?}").contains("swordfish"));
    let command = <Program as clap::CommandFactory>::command();
    for argument in command.get_arguments().filter(|argument| argument.get_env().is_some()) {
        assert!(argument.is_hide_env_values_set(), "{} shows its environment value", argument.get_id());
    }
}

#[test]
fn the_help_names_the_defaults_that_hold() {
    let help = <Program as clap::CommandFactory>::command().render_long_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let config = resolve(Settings::default()).expect("a config");
    for default in [
        config.listen.to_string(),
        config.max_body_bytes.to_string(),
        config.database_connections.to_string(),
        format!("{}s", config.database_patience.as_secs()),
        format!("{}s", config.request_timeout.as_secs()),
        format!("{}s", config.shutdown_grace.as_secs()),
        config.log,
    ] {
        assert!(help.contains(&format!("[default: {default}")), "{default} is not in the help");
    }
    assert_eq!(help.matches("[default: ").count(), 24);
}

#[test]
fn what_is_empty_counts_as_absent_and_what_is_out_of_range_is_refused() {
    let config = resolve(flags(&["--database-url", "", "--otlp-endpoint", ""])).expect("a config");
    assert!(config.database_url.is_none() && config.otlp_endpoint.is_none());
    for bad in [
        ["--database-connections", "0"],
        ["--request-timeout", "0"],
        ["--max-body-bytes", "0"],
        ["--key-secret", "short"],
    ] {
        assert_eq!(resolve(flags(&bad)).expect_err("out of range").code, "SETTING_INVALID");
    }
}

#[test]
fn links_begin_at_an_address_and_nothing_else() {
    let config = resolve(flags(&["--public-url", "https://ocop.example.vn/tra-cuu/"])).expect("a config");
    assert_eq!(config.public_url.as_deref(), Some("https://ocop.example.vn/tra-cuu"));
    for bad in [
        "ocop.example.vn",
        "ftp://x",
        "https://",
        "https://u@h",
        "https://h?x",
        "javascript:x",
        "https://h/\"x",
    ] {
        assert_eq!(resolve(flags(&["--public-url", bad])).expect_err(bad).code, "SETTING_INVALID");
    }
}
