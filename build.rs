//! The program embeds these folders: a file added to one of them has it built anew. (cargo knows of
//! changes to embedded files by itself, but not of new ones.)

fn main() {
    for folder in ["migrations", "schema", "demo"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
