use super::*;

fn exit(arguments: &[&str]) -> Option<i32> {
    let arguments = std::iter::once("lienthong").chain(arguments.iter().copied()).map(OsString::from);
    parse(arguments).err().map(|error| error.exit_code())
}

#[test]
fn the_commands_are_well_formed() {
    command().debug_assert();
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    for wrong in
        [&["import"][..], &["serve", "--listen", "here"], &["fly"], &["import", "a", "--as-of", "2025-13-01"]]
    {
        assert_eq!(exit(wrong), Some(2), "{wrong:?}");
    }
    for fine in [&["--help"][..], &["--version"], &["serve", "--help"], &["help", "import"]] {
        assert_eq!(exit(fine), Some(0), "{fine:?}");
    }
    assert_eq!(exit(&["import", "a.xlsx", "b.csv", "--as-of", "2025-11-15", "--json"]), None);
}

fn help_of(name: &str) -> String {
    let mut command = command();
    command.build();
    command.find_subcommand_mut(name).expect("a command").render_long_help().to_string()
}

#[test]
fn serve_tells_of_every_setting_and_import_of_those_that_matter_to_it() {
    let (serve, import) = (help_of("serve"), help_of("import"));
    for setting in ["--config", "--database-url", "--data-dir", "--log-format", "--otlp-endpoint"] {
        assert!(serve.contains(setting) && import.contains(setting), "{setting}");
    }
    for setting in SERVING_ONLY.map(|setting| format!("--{}", setting.replace('_', "-"))) {
        assert!(serve.contains(&setting) && !import.contains(&setting), "{setting}");
    }
}

#[test]
fn every_command_says_what_it_is_for() {
    for sub in command().get_subcommands() {
        assert!(sub.get_about().is_some() && sub.get_long_about().is_some(), "{}", sub.get_name());
    }
}
