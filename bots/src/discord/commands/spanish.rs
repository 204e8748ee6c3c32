//! What Discord shows of the commands while one is typed, in Spanish. Names stay as they are: they are
//! what help, cards and other chats call them.

use serde_json::Value;

/// Discord's Spanish locales (docs: "Locales").
const LOCALES: [&str; 2] = ["es-ES", "es-419"];

/// English and Spanish. Operators' commands are in English.
const WORDS: [(&str, &str); 34] = [
    ("Make a video of this", "Hacer un vídeo de esto"),
    ("Make a video of one sentence.", "Hacer un vídeo de una frase."),
    (
        "What it should be about, in any language: Why octopuses have three hearts",
        "De qué trata, en cualquier idioma: Por qué los pulpos tienen tres corazones",
    ),
    ("A picture of your own to show in it", "Una imagen tuya que mostrar en él"),
    ("Another picture", "Otra imagen"),
    ("See how a video is coming along.", "Ver cómo va un vídeo."),
    (
        "Its reference, such as K7Q2M9; left out: your latest video",
        "Su referencia, como K7Q2M9; sin ella: tu último vídeo",
    ),
    (
        "Stop making a video; what it cost comes back.",
        "Dejar de hacer un vídeo; lo que costó vuelve.",
    ),
    ("Make another take of the same sentence.", "Hacer otra versión de la misma frase."),
    ("Read what is said in a video.", "Leer lo que se dice en un vídeo."),
    ("Read the captions of a video.", "Leer los subtítulos de un vídeo."),
    (
        "See whose pictures and sounds a video uses.",
        "Ver de quién son las imágenes y los sonidos de un vídeo.",
    ),
    ("Look through your videos, newest first.", "Ver tus vídeos, los más nuevos primero."),
    ("Which page; 1 is the newest", "Qué página; la 1 es la más nueva"),
    (
        "See your plan, what is left of it, and your credits.",
        "Ver tu plan, lo que queda de él y tus créditos.",
    ),
    ("See what other plans offer.", "Ver lo que ofrecen otros planes."),
    (
        "Your logo, colours, and phrases to use or avoid.",
        "Tu logo, tus colores y las frases que usar o evitar.",
    ),
    ("See your brand kit as it is.", "Ver tu marca como está."),
    ("Set one or two colours.", "Elegir uno o dos colores."),
    ("Such as #14532d", "Como #14532d"),
    ("Such as #fde68a", "Como #fde68a"),
    (
        "Set the phrases that every video says or shows.",
        "Elegir las frases que todo vídeo dice o muestra.",
    ),
    (
        "One or more, with semicolons between: Made by hand; Free shipping",
        "Una o más, separadas por punto y coma: Hecho a mano; Envío gratis",
    ),
    ("Set the phrases that no video may say.", "Elegir las frases que ningún vídeo puede decir."),
    (
        "One or more, with semicolons between: cheap; discount",
        "Una o más, separadas por punto y coma: barato; descuento",
    ),
    ("Set your logo.", "Elegir tu logo."),
    ("A PNG, JPEG, WebP or GIF", "Un PNG, JPEG, WebP o GIF"),
    ("Add a product photo; there can be five.", "Añadir una foto de producto; caben cinco."),
    ("Forget your brand kit.", "Olvidar tu marca."),
    ("Get a key for programs of your own.", "Conseguir una clave para tus propios programas."),
    (
        "Use one account in several chats: get a code, or hand one in.",
        "Usar una cuenta en varios chats: pide un código o entrega uno.",
    ),
    (
        "The code that the other chat showed; left out: get a code here",
        "El código que mostró el otro chat; sin él: consigue uno aquí",
    ),
    (
        "See what Cutline can do, or more about one command.",
        "Ver lo que sabe hacer Cutline, o más sobre un comando.",
    ),
    ("More about this command", "Más sobre este comando"),
];

/// Adds Spanish to commands as they are registered.
pub(super) fn add_to(commands: &mut Value) {
    for command in commands.as_array_mut().into_iter().flatten() {
        // A message command is shown by its name alone.
        if command["type"] == 3 {
            translate(command, "name", "name_localizations");
        } else {
            describe(command);
        }
    }
}

fn describe(item: &mut Value) {
    translate(item, "description", "description_localizations");
    for option in item["options"].as_array_mut().into_iter().flatten() {
        describe(option);
    }
}

fn translate(item: &mut Value, field: &str, localised: &str) {
    let english = item[field].as_str().unwrap_or_default();
    if let Some((_, spanish)) = WORDS.iter().find(|(known, _)| *known == english) {
        item[localised] = LOCALES.iter().map(|locale| (*locale, *spanish)).collect();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn untranslated<'a>(item: &'a Value, found: &mut Vec<&'a str>) {
        if item["description_localizations"]["es-419"].is_null() {
            found.extend(item["description"].as_str());
        }
        for option in item["options"].as_array().into_iter().flatten() {
            untranslated(option, found);
        }
    }

    #[test]
    fn everything_but_operators_commands_is_shown_in_spanish_and_fits() {
        let commands = super::super::registration().unwrap();
        let mut found = Vec::new();
        for command in commands.as_array().unwrap().iter().filter(|c| c["name"] != "admin") {
            if command["type"] == 3 {
                let names =
                    json!({"es-ES": "Hacer un vídeo de esto", "es-419": "Hacer un vídeo de esto"});
                assert_eq!(command["name_localizations"], names);
            } else {
                untranslated(command, &mut found);
            }
        }
        assert_eq!(found, Vec::<&str>::new());
        for (_, spanish) in WORDS {
            // docs: "Application Command Structure": 1 to 100, names of message commands 1 to 32.
            assert!((1..=100).contains(&spanish.chars().count()), "{spanish}");
        }
    }
}
