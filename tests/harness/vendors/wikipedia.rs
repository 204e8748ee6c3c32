//! Wikipedia: search with extracts through the action API (mediawiki.org, API:Query, TextExtracts;
//! the user-agent policy).

use serde_json::{Value, json};

use super::{Asked, Reply, State};

/// What an article begins with.
const EXTRACT: &str = "An octopus (pl.: octopuses) is a soft-bodied mollusc with eight limbs. It has three \
    hearts, and its blood is blue because of copper. Two branchial hearts pump blood through the gills. \
    Most octopuses crawl along the sea bed rather than swim. The systemic heart stops while the";

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    let agent = asked.header("user-agent").unwrap_or_default();
    if !agent.contains("Cutline/") || !agent.contains('@') {
        return state.complain(asked, "a user agent with a contact is required");
    }
    if !asked.key().is_empty() {
        return state.complain(asked, "a key was sent where none is needed");
    }
    let known = [
        "action",
        "format",
        "formatversion",
        "redirects",
        "generator",
        "gsrsearch",
        "gsrlimit",
        "gsrnamespace",
        "prop",
        "inprop",
        "ppprop",
        "exintro",
        "explaintext",
        "exchars",
        "exlimit",
        "maxlag",
        "meta",
    ];
    let fits = asked.path == "/w/api.php"
        && asked.param("action") == Some("query")
        && asked.param("format") == Some("json")
        && asked.query.iter().all(|(name, _)| known.contains(&name.as_str()));
    if !fits {
        return state.complain(asked, "an unrecognized parameter");
    }
    if asked.param("meta").is_some() {
        return Reply::json(200, &json!({"query": {"general": {"sitename": "Wikipedia"}}}));
    }
    let number = |name: &str, most: u32| {
        asked
            .param(name)
            .and_then(|value| value.parse::<u32>().ok())
            .is_some_and(|n| (1..=most).contains(&n))
    };
    if !number("exchars", 1_200) || !number("exlimit", 20) || asked.param("exintro").is_none() {
        return state.complain(asked, "a limit of the extracts is not as it should be");
    }
    let words = asked.param("gsrsearch").unwrap_or_default().to_lowercase();
    if words.is_empty() {
        return state.complain(asked, "a search needs words");
    }
    let pages: Vec<Value> = if words.contains("octopus") {
        vec![
            json!({"pageid": 2, "ns": 0, "title": "Octopus (disambiguation)", "index": 1,
                "extract": "Octopus may refer to many things.", "pageprops": {"disambiguation": ""}}),
            json!({"pageid": 1, "ns": 0, "title": "Octopus", "index": 2, "extract": EXTRACT,
                "fullurl": "https://en.wikipedia.org/wiki/Octopus"}),
        ]
    } else {
        vec![json!({"pageid": 3, "ns": 0, "title": "List of unrelated films", "index": 1,
            "extract": "This is a list of films that nobody asked for here."})]
    };
    Reply::json(200, &json!({"batchcomplete": true, "query": {"pages": pages}}))
}
