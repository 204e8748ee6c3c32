//! Numbers with units: "5 km", "20°C", "60 mph", "12%", "5'11\"", "10k", "3x".

use super::{
    Reading, View,
    number::{Number, cardinal},
    one, words,
};

/// As written, one, many. Case matters: MB is not mb.
const UNITS: [(&str, &str, &str); 75] = [
    ("%", "percent", "percent"),
    ("km/h", "kilometer per hour", "kilometers per hour"),
    ("kmh", "kilometer per hour", "kilometers per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("m/s", "meter per second", "meters per second"),
    ("km/s", "kilometer per second", "kilometers per second"),
    ("mph", "mile per hour", "miles per hour"),
    ("mpg", "mile per gallon", "miles per gallon"),
    ("km²", "square kilometer", "square kilometers"),
    ("km2", "square kilometer", "square kilometers"),
    ("m²", "square meter", "square meters"),
    ("m2", "square meter", "square meters"),
    ("m³", "cubic meter", "cubic meters"),
    ("m3", "cubic meter", "cubic meters"),
    ("cm²", "square centimeter", "square centimeters"),
    ("km", "kilometer", "kilometers"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("nm", "nanometer", "nanometers"),
    ("µm", "micrometer", "micrometers"),
    ("m", "meter", "meters"),
    ("mi", "mile", "miles"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("in", "inch", "inches"),
    ("kg", "kilogram", "kilograms"),
    ("mg", "milligram", "milligrams"),
    ("µg", "microgram", "micrograms"),
    ("g", "gram", "grams"),
    ("t", "ton", "tons"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("L", "liter", "liters"),
    ("l", "liter", "liters"),
    ("ml", "milliliter", "milliliters"),
    ("mL", "milliliter", "milliliters"),
    ("gal", "gallon", "gallons"),
    ("ms", "millisecond", "milliseconds"),
    ("s", "second", "seconds"),
    ("sec", "second", "seconds"),
    ("min", "minute", "minutes"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("W", "watt", "watts"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("GW", "gigawatt", "gigawatts"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("V", "volt", "volts"),
    ("mAh", "milliamp hour", "milliamp hours"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°", "degree", "degrees"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("cal", "calorie", "calories"),
    ("kJ", "kilojoule", "kilojoules"),
    ("dB", "decibel", "decibels"),
    ("psi", "pound per square inch", "pounds per square inch"),
    ("rpm", "revolution per minute", "revolutions per minute"),
    ("fps", "frame per second", "frames per second"),
    ("px", "pixel", "pixels"),
    ("ha", "hectare", "hectares"),
    ("x", "times", "times"),
];
/// Units that are also English words or letters: not taken as units after a space.
const AMBIGUOUS: [&str; 8] = ["in", "t", "x", "V", "s", "l", "ha", "cal"];

/// A unit's name in the singular or plural.
pub(super) fn named(unit: &str, singular: bool) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|(written, _, _)| *written == unit)
        .map(|&(_, one, many)| if singular { one } else { many })
}

/// The next token's name when it is a unit standing apart from its number.
pub(super) fn following(view: &View<'_>, singular: bool) -> Option<&'static str> {
    let next = view.core(1);
    (!AMBIGUOUS.contains(&next)).then(|| named(next, singular))?
}

/// A number with a unit, glued on or standing after it.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    feet_and_inches(view.full(0)).and_then(|said| one(&said)).or_else(|| {
        let (number, suffix) = Number::prefix(view.core(0))?;
        if suffix.is_empty() {
            let unit = following(view, number.is_one()).filter(|_| view.joins_next())?;
            return Some(vec![words(&number.spoken()), words(unit)]);
        }
        if let Some(said) = magnitude(number, suffix) {
            return one(&said);
        }
        one(&format!("{} {}", number.spoken(), named(suffix, number.is_one())?))
    })
}

/// "10k", "3M", "2bn", but "4K" and "8K" are pictures.
fn magnitude(number: Number<'_>, suffix: &str) -> Option<String> {
    let scale = match suffix {
        "k" => "thousand",
        "K" if number.integer > 8 => "thousand",
        "M" | "mn" => "million",
        "bn" | "B" => "billion",
        "tn" => "trillion",
        _ => return None,
    };
    Some(format!("{} {scale}", number.spoken()))
}

/// 5'11" and 6'.
fn feet_and_inches(full: &str) -> Option<String> {
    let full = full.trim_end_matches(['.', ',', ';', '!', '?', ')']);
    let (feet, inches) = full.split_once(['\'', '′', '’'])?;
    let feet: u64 = feet.parse().ok().filter(|&f| f < 100)?;
    let unit = |n| if n == 1 { "foot" } else { "feet" };
    match inches.trim_end_matches(['"', '″', '”']) {
        "" => Some(format!("{} {}", cardinal(feet), unit(feet))),
        inches if inches.len() <= 2 => {
            Some(format!("{} foot {}", cardinal(feet), cardinal(inches.parse().ok()?)))
        }
        _ => None,
    }
}
