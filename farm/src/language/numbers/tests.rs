//! Numbers as people write them.

use cutline_speech::text;
use proptest::prelude::*;

use super::*;

fn values(text: &str, language: &str) -> Vec<f64> {
    numbers(text, language).into_iter().map(|number| number.value).collect()
}

/// How our own voice says a number in English.
fn english(n: u32) -> String {
    // With its thousands set apart, nobody takes it for a year.
    let mut digits = n.to_string();
    if let Some(thousands) = digits.len().checked_sub(3).filter(|at| *at > 0) {
        digits.insert(thousands, ',');
    }
    let words = text::read(&digits, "en").into_iter().flat_map(|sentence| sentence.words);
    words.flat_map(|word| word.spoken).collect::<Vec<_>>().join(" ")
}

/// A number in Spanish, by the rules of the Real Academia (Ortografía, § 8.2.1).
fn spanish(n: u32) -> String {
    match (n / 1000, n % 1000) {
        (0, 0) => "cero".into(),
        (0, n) => spanish_below_thousand(n),
        (thousands, n) => {
            // “Uno” loses its end before “mil”, and is not said at all.
            let many = match spanish_below_thousand(thousands) {
                one if one == "uno" => String::new(),
                many if many.ends_with("veintiuno") => many.replace("veintiuno", "veintiún "),
                many if many.ends_with("uno") => format!("{} ", &many[..many.len() - 1]),
                many => format!("{many} "),
            };
            format!("{many}mil {}", spanish_below_thousand(n)).trim_end().into()
        }
    }
}

fn spanish_below_thousand(n: u32) -> String {
    const SMALL: &str = "- uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece \
        catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós \
        veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve";
    const TENS: &str = "- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa";
    const HUNDREDS: &str = "- ciento doscientos trescientos cuatrocientos quinientos seiscientos \
        setecientos ochocientos novecientos";
    let nth = |words: &str, n: u32| words.split_whitespace().nth(n as usize).unwrap().to_owned();
    match (n / 100, n % 100) {
        (0, 0) => String::new(),
        (0, n @ 1..30) => nth(SMALL, n),
        (0, n) if n.is_multiple_of(10) => nth(TENS, n / 10),
        (0, n) => format!("{} y {}", nth(TENS, n / 10), nth(SMALL, n % 10)),
        (1, 0) => "cien".into(),
        (hundreds, rest) => format!("{} {}", nth(HUNDREDS, hundreds), spanish_below_thousand(rest))
            .trim_end()
            .into(),
    }
}

/// Said in the middle of a sentence and at its start, in digits and in words, it is the number.
fn comes_back(n: u32) -> Result<(), TestCaseError> {
    for (words, language) in [(english(n), "en"), (spanish(n), "es")] {
        let (start, end) =
            if language == "en" { ("They have", "hearts") } else { ("Tienen", "días") };
        let capital = words[..1].to_uppercase() + &words[1..];
        for said in [format!("{start} {words} {end}."), format!("{capital} {end}: {start} más.")] {
            // A “one” in words is no number.
            let wanted = if n == 1 { vec![] } else { vec![f64::from(n)] };
            prop_assert_eq!(values(&said, language), wanted, "{}", said);
        }
        let digits = format!("{start} {n} {end}.");
        prop_assert_eq!(values(&digits, language), [f64::from(n)], "{}", digits);
    }
    Ok(())
}

#[test]
fn every_number_of_up_to_four_digits_comes_back_from_its_words() {
    for n in 0..10_000 {
        comes_back(n).unwrap();
    }
}

proptest! {
    #[test]
    fn a_number_comes_back_from_its_words(n in 0..1_000_000_u32) {
        comes_back(n)?;
    }

    #[test]
    fn no_text_breaks_it_and_every_number_stands_where_it_says(
        text in prop_oneof!["\\PC{0,60}", "([0-9]{0,4}[.,\u{a0} ]?){0,12}", wordy()],
    ) {
        for language in ["en", "es", "zh"] {
            for number in numbers(&text, language) {
                prop_assert!(!text[number.span].is_empty());
                prop_assert!(number.value.is_finite());
            }
        }
    }
}

/// Words of numbers in any order.
fn wordy() -> impl Strategy<Value = String> {
    const WORDS: &str = "zero o one nine twenty twenty-one third hundred thousand million billion \
        and point 3 1,000 cero uno nueve veintiún treinta y cien mil millón millones coma avos";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    prop::collection::vec(prop::sample::select(words), 0..60).prop_map(|words| words.join(" "))
}

#[test]
fn numbers_are_read_as_people_write_them() {
    // More digits than are read; one is no number by itself.
    let pi = format!("Three point{} four four", " one".repeat(30));
    for (text, language, wanted) in [
        ("An octopus has three hearts and 9 brains.", "en", &[3.0, 9.0][..]),
        ("Twenty-one of one hundred and five.", "en", &[21.0, 105.0]),
        ("One thousand, or 1,000, or 1000.", "en", &[1000.0, 1000.0, 1000.0]),
        ("About 1.4 billion, 1.1 million, 3 hundred.", "en", &[1.4e9, 1.1e6, 300.0]),
        ("It is 3.5 or three point five.", "en", &[3.5, 3.5]),
        (&pi, "en", &[3.111_111_111_111_111, 4.0, 4.0]),
        ("1,234,567.8 and 12.03.2020", "en", &[1_234_567.8, 12.0, 3.0, 2020.0]),
        ("No one is the one; thousands of tens. O captain!", "en", &[]),
        ("The third heart, the second, two thirds.", "en", &[2.0]),
        ("Ten, five", "en", &[10.0, 5.0]),
        ("Un pulpo tiene tres corazones y una boca.", "es", &[3.0]),
        ("Treinta y un mil, 31.000, 31\u{a0}000.", "es", &[31e3, 31e3, 31e3]),
        ("Unos 20 millones, 3,5 millones, miles de peces.", "es", &[20e6, 3.5e6]),
        ("Mide 2,5 metros y 300 kilos.", "es", &[2.5, 300.0]),
        ("章鱼有3颗心", "zh", &[3.0]),
        ("Drei Herzen, 9 Gehirne", "de", &[9.0]),
    ] {
        assert_eq!(values(text, language), wanted, "{text}");
    }
}
