//! The farm's command line. Everything is in [`cutline_farm::cli`].

fn main() -> std::process::ExitCode {
    cutline_farm::cli::main()
}
