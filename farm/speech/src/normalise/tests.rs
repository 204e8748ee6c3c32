//! What is said for what is written, one row a case; and that spans survive any input.

use proptest::prelude::*;

use crate::text;

/// Everything said for a text, in one line.
fn said(written: &str, language: &str) -> String {
    text::read(written, language)
        .iter()
        .flat_map(|sentence| &sentence.words)
        .map(|word| word.spoken.join(" "))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Written, said.
const ROWS: &[(&str, &str)] = &[
    // Cardinals
    ("0", "zero"),
    ("7 hills", "seven hills"),
    ("21 days", "twenty-one days"),
    ("100", "one hundred"),
    ("342 steps", "three hundred forty-two steps"),
    ("1,000,000 people", "one million people"),
    ("12,345", "twelve thousand three hundred forty-five"),
    ("8000 stars", "eight thousand stars"),
    ("007", "zero zero seven"),
    ("-15", "minus fifteen"),
    ("−40 outside", "minus forty outside"),
    ("+3", "plus three"),
    ("3.14", "three point one four"),
    ("0.5", "zero point five"),
    (".5", "zero point five"),
    ("-2.75", "minus two point seven five"),
    (
        "99999999999999999999",
        "nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine",
    ),
    // Ordinals and Roman numerals
    ("1st", "first"),
    ("the 2nd", "the second"),
    ("3rd place", "third place"),
    ("the 12th", "the twelfth"),
    ("21st century", "twenty-first century"),
    ("100th", "one hundredth"),
    ("World War II", "World War two"),
    ("Henry VIII", "Henry the eighth"),
    ("Louis XIV", "Louis the fourteenth"),
    ("Chapter IV", "Chapter four"),
    ("I think", "I think"),
    // Years, dates, decades
    ("in 1475", "in fourteen seventy-five"),
    ("born in 1905", "born in nineteen oh five"),
    ("since 2000", "since two thousand"),
    ("in 2009", "in two thousand nine"),
    ("by 2024", "by twenty twenty-four"),
    ("in 1900", "in nineteen hundred"),
    ("in 1066", "in ten sixty-six"),
    ("2000 people, 1500 birds", "two thousand people one thousand five hundred birds"),
    ("1200 miles", "one thousand two hundred miles"),
    ("the 1990s", "the nineteen nineties"),
    ("the '80s", "the eighties"),
    ("the 1800s", "the eighteen hundreds"),
    ("March 5, 2024", "March fifth twenty twenty-four"),
    ("March 5th", "March fifth"),
    ("5 March 2024", "the fifth of March twenty twenty-four"),
    ("the 5 March", "the fifth of March"),
    ("Sept. 2019", "September twenty nineteen"),
    ("Jan. 1", "January first"),
    ("2024-03-05", "March fifth twenty twenty-four"),
    ("3/5/2024", "March fifth twenty twenty-four"),
    ("July 1969", "July nineteen sixty-nine"),
    // Times and ratios
    ("4:30", "four thirty"),
    ("at 4:30 p.m. today", "at four thirty P.M. today"),
    ("4:05pm", "four oh five P.M."),
    ("10am", "ten A.M."),
    ("7 p.m.", "seven P.M."),
    ("9:00", "nine o'clock"),
    ("9:00 am", "nine A.M."),
    ("14:00", "fourteen hundred"),
    ("odds of 3:1", "odds of three to one"),
    // Money
    ("$3.5 million", "three point five million dollars"),
    ("$1", "one dollar"),
    ("$5", "five dollars"),
    ("$3.50", "three dollars and fifty cents"),
    ("$0.99", "ninety-nine cents"),
    ("£5.01", "five pounds and one penny"),
    ("€20", "twenty euros"),
    ("20€", "twenty euros"),
    ("$1,000", "one thousand dollars"),
    ("$5M", "five million dollars"),
    ("$2bn", "two billion dollars"),
    ("$10k", "ten thousand dollars"),
    ("-$5", "minus five dollars"),
    ("$20/month", "twenty dollars per month"),
    ("$5–10", "five to ten dollars"),
    ("$5-$10 million", "five to ten million dollars"),
    ("¥500", "five hundred yen"),
    ("50¢", "fifty cents"),
    // Percent, units
    ("12%", "twelve percent"),
    ("3.5 %", "three point five percent"),
    ("10–15%", "ten to fifteen percent"),
    ("5 km", "five kilometers"),
    ("1 km", "one kilometer"),
    ("5km away", "five kilometers away"),
    ("60 mph", "sixty miles per hour"),
    ("100 km/h", "one hundred kilometers per hour"),
    ("20°C", "twenty degrees Celsius"),
    ("-15°F", "minus fifteen degrees Fahrenheit"),
    ("90°", "ninety degrees"),
    ("3.2 GHz", "three point two gigahertz"),
    ("8GB", "eight gigabytes"),
    ("5'11\"", "five foot eleven"),
    ("10k steps", "ten thousand steps"),
    ("3x faster", "three times faster"),
    ("5-10kg", "five to ten kilograms"),
    ("5 in a row", "five in a row"),
    // Fractions and ranges
    ("1/2", "one half"),
    ("3/4 of it", "three quarters of it"),
    ("2/3", "two thirds"),
    ("½ cup", "one half cup"),
    ("2½", "two and a half"),
    ("1 1/2 cups", "one and a half cups"),
    ("24/7", "twenty-four seven"),
    ("10-15 minutes", "ten to fifteen minutes"),
    ("2019–2021", "twenty nineteen to twenty twenty-one"),
    ("1914-18", "nineteen fourteen to nineteen eighteen"),
    ("555-1234", "five five five one two three four"),
    // Abbreviations
    ("Dr. Smith", "doctor Smith"),
    ("St. Louis", "saint Louis"),
    ("on Main St. today", "on Main street today"),
    ("Mr. and Mrs. Jones", "mister and missus Jones"),
    ("e.g. cats", "for example cats"),
    ("i.e. now", "that is now"),
    ("cats, dogs, etc.", "cats dogs et cetera"),
    ("cats vs. dogs", "cats versus dogs"),
    ("No. 5", "number five"),
    ("no. Five", "no Five"),
    ("Mt. Everest", "mount Everest"),
    ("w/o sugar", "without sugar"),
    // Acronyms and codes
    ("the FBI", "the F.B.I."),
    ("NASA", "nasa"),
    ("the U.S. economy", "the U.S. economy"),
    ("GPUs", "G.P.U.'s"),
    ("H2O", "H. two O."),
    ("COVID-19", "covid nineteen"),
    ("a 3D film", "a three D. film"),
    ("5G", "five G."),
    ("THIS IS LOUD TEXT", "THIS IS LOUD TEXT"),
    // Addresses, tags
    ("example.com", "example dot com"),
    ("https://www.example.org/a", "example dot org slash a"),
    ("me@example.org", "me at example dot org"),
    ("@cutline", "at cutline"),
    ("#ThrowbackThursday", "hashtag Throwback Thursday"),
    ("#0a", "hashtag zero a"),
    ("#Top10Songs", "hashtag Top ten Songs"),
    ("we're #1", "we're number one"),
    // Symbols, quotes, emoji
    ("salt & pepper", "salt and pepper"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("and/or", "and or"),
    ("“Hello,” she said", "Hello she said"),
    ("it’s well-known", "it's well-known"),
    ("cats 🐱 purr 😻!", "cats purr"),
    ("wait… what", "wait what"),
    ("one — two", "one two"),
    ("word—word", "word word"),
];

#[test]
fn numbers_and_signs_are_said_as_people_say_them() {
    let wrong: Vec<String> = ROWS
        .iter()
        .filter(|(written, expected)| said(written, "en") != *expected)
        .map(|(written, expected)| {
            format!("{written:?}: said {:?}, not {expected:?}", said(written, "en"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn british_dates_put_the_day_first() {
    assert_eq!(said("3/5/2024", "en-GB"), "May third twenty twenty-four");
}

#[test]
fn sentences_end_where_people_stop() {
    let count = |written: &str| text::read(written, "en").len();
    assert_eq!(count("Dr. Smith met Mr. Jones. They talked."), 2);
    assert_eq!(count("It costs $3.5 million. Why? Because!"), 3);
    assert_eq!(count("He left at 4:30 p.m. and slept."), 1);
    assert_eq!(count("J. R. R. Tolkien wrote it."), 1);
    assert_eq!(count("We waited… and waited."), 1);
    assert_eq!(count("😀 …"), 0);
}

#[test]
fn every_word_keeps_what_was_written() {
    let written = "On March 5, 2024, $3.5 million 🎉 was “lost”!";
    let words: Vec<&str> = text::read(written, "en")
        .iter()
        .flat_map(|sentence| &sentence.words)
        .map(|word| &written[word.span.clone()])
        .collect();
    assert_eq!(words, ["On", "March", "5,", "2024,", "$3.5", "million", "was", "“lost”!"]);
}

proptest! {
    #[test]
    fn any_text_gives_ordered_spans_and_speakable_words(
        written in "[ -~éñ中文字空🎉—…½€£°'\"]{0,80}",
        language in prop::sample::select(vec!["en", "en-GB", "es", "zh", "ja", "hi"]),
    ) {
        let mut end = 0;
        for word in text::read(&written, language).iter().flat_map(|s| &s.words) {
            prop_assert!(word.span.start >= end, "{word:?}");
            prop_assert!(written.get(word.span.clone()).is_some());
            prop_assert!(!word.spoken.is_empty());
            if language.starts_with("en") {
                let digits = word.spoken.iter().any(|w| w.contains(|c: char| c.is_ascii_digit()));
                prop_assert!(!digits, "{word:?}");
            }
            end = word.span.end;
        }
    }
}
