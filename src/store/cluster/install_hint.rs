//! Which command installs PostgreSQL on a system; pure.

/// The command, from the content of `/etc/os-release` (none where there is no such file) and the name of
/// the operating system as in `std::env::consts::OS`.
pub(super) fn install_command(os: &str, os_release: Option<&str>) -> &'static str {
    if os == "macos" {
        return "brew install postgresql@17";
    }
    // ID first, then ID_LIKE: `ID=linuxmint`, `ID_LIKE="ubuntu debian"`.
    let release = os_release.unwrap_or_default();
    let families =
        ["ID", "ID_LIKE"].iter().filter_map(|key| value(release, key)).flat_map(str::split_whitespace);
    for family in families {
        match family {
            "debian" | "ubuntu" => return "sudo apt-get install -y postgresql",
            "fedora" | "rhel" | "centos" | "rocky" | "almalinux" => {
                return "sudo dnf install -y postgresql-server";
            }
            "alpine" => return "apk add postgresql17 postgresql17-contrib icu-data-full",
            "arch" => return "sudo pacman -S postgresql",
            "opensuse" | "suse" | "sles" => return "sudo zypper install postgresql-server",
            _ => {}
        }
    }
    if os == "freebsd" {
        "pkg install postgresql17-server"
    } else {
        "see https://www.postgresql.org/download/"
    }
}

fn value<'a>(release: &'a str, key: &str) -> Option<&'a str> {
    release
        .lines()
        .filter_map(|line| line.trim().split_once('='))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::install_command;

    #[test]
    fn each_family_has_its_command() {
        for (os, release, starts) in [
            ("linux", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", "sudo apt-get"),
            ("linux", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "sudo apt-get"),
            ("linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "sudo dnf"),
            ("linux", "ID=fedora\nVERSION_ID=42\n", "sudo dnf"),
            ("linux", "NAME=\"Alpine Linux\"\nID=alpine\n", "apk add"),
            ("linux", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "sudo zypper"),
            ("linux", "ID=manjaro\nID_LIKE=arch\n", "sudo pacman"),
            ("linux", "ID=nixos\n", "see https://"),
            ("macos", "", "brew install"),
            ("freebsd", "", "pkg install"),
        ] {
            let command = install_command(os, Some(release));
            assert!(command.starts_with(starts), "{os} {release:?} gives {command}");
        }
        assert!(install_command("linux", None).starts_with("see https://"));
    }
}
