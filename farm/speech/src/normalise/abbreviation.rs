//! Abbreviations, and whether the dot after one may end a sentence.

use super::{Reading, View, one};

/// What the dot after a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dot {
    /// A full stop.
    None,
    /// Part of an abbreviation that never ends a sentence ("Dr.").
    Inner,
    /// Part of an abbreviation that may end one ("etc.").
    MayEnd,
}

/// Written (without the last dot), said, and what its dot is. Only read so when the dot is there,
/// unless it is in [`DOTLESS`].
const TABLE: [(&str, &str, Dot); 62] = [
    ("Mr", "mister", Dot::Inner),
    ("Mrs", "missus", Dot::Inner),
    ("Ms", "miz", Dot::Inner),
    ("Prof", "professor", Dot::Inner),
    ("Gen", "general", Dot::Inner),
    ("Col", "colonel", Dot::Inner),
    ("Capt", "captain", Dot::Inner),
    ("Lt", "lieutenant", Dot::Inner),
    ("Sgt", "sergeant", Dot::Inner),
    ("Gov", "governor", Dot::Inner),
    ("Sen", "senator", Dot::Inner),
    ("Rep", "representative", Dot::Inner),
    ("Rev", "reverend", Dot::Inner),
    ("Hon", "honorable", Dot::Inner),
    ("Pres", "president", Dot::Inner),
    ("Jr", "junior", Dot::MayEnd),
    ("Sr", "senior", Dot::MayEnd),
    ("Mt", "mount", Dot::Inner),
    ("Ft", "fort", Dot::Inner),
    ("Ave", "avenue", Dot::MayEnd),
    ("Blvd", "boulevard", Dot::MayEnd),
    ("Rd", "road", Dot::MayEnd),
    ("Inc", "incorporated", Dot::MayEnd),
    ("Ltd", "limited", Dot::MayEnd),
    ("Co", "company", Dot::MayEnd),
    ("Corp", "corporation", Dot::MayEnd),
    ("Bros", "brothers", Dot::MayEnd),
    ("Dept", "department", Dot::Inner),
    ("dept", "department", Dot::Inner),
    ("Univ", "university", Dot::Inner),
    ("est", "established", Dot::Inner),
    ("Est", "established", Dot::Inner),
    ("e.g", "for example", Dot::Inner),
    ("i.e", "that is", Dot::Inner),
    ("etc", "et cetera", Dot::MayEnd),
    ("vs", "versus", Dot::Inner),
    ("approx", "approximately", Dot::Inner),
    ("Approx", "approximately", Dot::Inner),
    ("al", "al", Dot::MayEnd),
    ("cf", "compare", Dot::Inner),
    ("ca", "circa", Dot::Inner),
    ("fig", "figure", Dot::Inner),
    ("Fig", "figure", Dot::Inner),
    ("vol", "volume", Dot::Inner),
    ("Vol", "volume", Dot::Inner),
    ("pp", "pages", Dot::Inner),
    ("max", "maximum", Dot::MayEnd),
    ("a.m", "A.M.", Dot::MayEnd),
    ("p.m", "P.M.", Dot::MayEnd),
    ("Mon", "Monday", Dot::Inner),
    ("Tue", "Tuesday", Dot::Inner),
    ("Tues", "Tuesday", Dot::Inner),
    ("Wed", "Wednesday", Dot::Inner),
    ("Thu", "Thursday", Dot::Inner),
    ("Thurs", "Thursday", Dot::Inner),
    ("Fri", "Friday", Dot::Inner),
    ("w/o", "without", Dot::None),
    ("w/", "with", Dot::None),
    ("b/c", "because", Dot::None),
    ("aka", "also known as", Dot::None),
    ("PhD", "P.H.D.", Dot::None),
    ("Ph.D", "P.H.D.", Dot::MayEnd),
];
/// Abbreviations also read so without their dot.
const DOTLESS: [&str; 10] = ["Mr", "Mrs", "Ms", "Mt", "vs", "w/o", "w/", "b/c", "aka", "PhD"];

/// What the dot after `core` is.
pub(crate) fn dot_of(core: &str) -> Dot {
    match core {
        // "No." is also a whole sentence; before a number it is one.
        "No" | "no" => return Dot::None,
        "Dr" | "c" => return Dot::Inner,
        "St" => return Dot::MayEnd,
        _ => {}
    }
    if let Some((_, _, dot)) = TABLE.iter().find(|(written, _, _)| *written == core) {
        return *dot;
    }
    // Initials ("J. Smith") and dotted acronyms ("U.S. history").
    let mut letters = core.split('.');
    let initials = letters.all(|part| part.chars().count() == 1)
        && core.chars().all(|c| c == '.' || c.is_alphabetic());
    match initials {
        true if core.len() == 1 && core != "I" && core.chars().all(char::is_uppercase) => {
            Dot::Inner
        }
        true if core.len() > 1 => Dot::MayEnd,
        _ => Dot::None,
    }
}

/// Expands an abbreviation; a few depend on what stands beside them.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let dot = view.has_dot();
    let next_capital = view.core(1).starts_with(char::is_uppercase);
    let previous_capital = view.core(-1).starts_with(char::is_uppercase);
    let next_digit = view.core(1).starts_with(|c: char| c.is_ascii_digit());
    match core {
        "St" if next_capital && !(previous_capital && dot && ends(view)) => return one("saint"),
        "St" if dot => return one("street"),
        "Dr" if next_capital => return one("doctor"),
        "Dr" if dot && previous_capital => return one("drive"),
        "Dr" if dot => return one("doctor"),
        "No" | "no" | "Nr" if dot && next_digit => return one("number"),
        "c" if dot && next_digit => return one("circa"),
        "p" if dot && next_digit => return one("page"),
        _ => {}
    }
    let known = dot || DOTLESS.contains(&core) || core.contains('.');
    let (_, said, _) = TABLE.iter().find(|(written, _, _)| known && *written == core)?;
    one(said)
}

/// Whether a street's name ends here: a comma or the text's end follows.
fn ends(view: &View<'_>) -> bool {
    !view.joins_next() && view.full(0).ends_with(',')
}
