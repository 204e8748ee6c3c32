//! What a script says against what is known: facts are told, and nothing counts as verified that no
//! source carries.

use super::*;

#[test]
fn the_outline_tells_what_is_known_in_every_language_it_has() {
    for (sentence, facts) in [
        (
            "Por qué los gatos siempre caen de pie",
            ["Los gatos giran el cuerpo en el aire.", "Su columna es muy flexible."],
        ),
        (
            "Warum ist der Himmel blau",
            ["Luft streut blaues Licht stärker.", "Rotes Licht kommt durch."],
        ),
        (
            "Pourquoi le ciel est bleu",
            ["L'air diffuse mieux le bleu.", "Le rouge passe tout droit."],
        ),
        ("La storia del caffè", ["Il caffè viene dall'Etiopia.", "Arrivò a Venezia nel 1600."]),
        ("Por que o céu é azul", ["O ar espalha mais a luz azul.", "A luz vermelha passa direto."]),
        ("为什么天空是蓝色的", ["空气分子散射更多的蓝光。", "日落时天空会变成红色。"]),
    ] {
        let mut input = input_of(sentence, 3, None);
        // One that nobody could say in a breath is left out, not cut in two.
        let endless = format!("{} {}", facts[0].trim_end_matches('.'), facts[0].repeat(6));
        let texts = facts.iter().copied().chain([endless.as_str()]);
        let source = Some(crate::providers::Source {
            title: "Wikipedia".into(),
            licence: "CC BY-SA 4.0".into(),
            url: None,
        });
        let fact =
            |text: &str| crate::providers::Fact { text: text.into(), source: source.clone() };
        input.intent.facts = texts.map(fact).collect();
        let lines = outline::write(&input, None);
        let told: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        for (at, fact) in facts.iter().enumerate() {
            let line = lines.iter().find(|line| line.text.contains(fact));
            let line = line.unwrap_or_else(|| panic!("{sentence}: {fact} is not among {told:?}"));
            assert!(line.facts.contains(&(at as u32)), "{sentence}: {line:?}");
        }
        assert!(!told.iter().any(|line| line.contains(&endless)), "{told:?}");
    }
}

#[test]
fn what_nobody_but_the_person_says_is_not_verified() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    let source =
        crate::providers::Source { title: "A book".into(), licence: "CC BY".into(), url: None };
    let fact = |text: &str, source: Option<&crate::providers::Source>| crate::providers::Fact {
        text: text.into(),
        source: source.cloned(),
    };
    for seed in 0..6 {
        let mut input = input_of("Why the moon is made of cheese", seed, Some(&lexicon));
        let verified = |input: &Input| {
            let lines = outline::write(input, Some(&lexicon));
            assemble(input, lines, OUTLINE.into(), Some(&lexicon)).verified
        };
        input.intent.facts = vec![fact("The moon is made of cheese.", None)];
        assert!(!verified(&input), "seed {seed}: the claim is its own source");
        input.intent.facts.push(fact("The moon is a natural satellite.", Some(&source)));
        assert!(!verified(&input), "seed {seed}: the source says nothing of the kind");
        input.intent.facts.push(fact("The moon is made of green cheese.", Some(&source)));
        assert!(verified(&input), "seed {seed}");
    }
}

#[test]
fn what_is_counted_otherwise_than_the_source_counts_it_is_not_verified() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    let source =
        crate::providers::Source { title: "A book".into(), licence: "CC BY".into(), url: None };
    for (claim, says, same) in [
        (
            "Why octopuses have four hearts and blue blood",
            "Octopuses have three hearts and blue blood.",
            false,
        ),
        (
            "Why octopuses have 4 hearts and blue blood",
            "Octopuses have three hearts and blue blood.",
            false,
        ),
        (
            "Why octopuses have four hearts and blue blood",
            "Octopuses have 3 hearts and blue blood.",
            false,
        ),
        (
            "Why octopuses have three hearts and blue blood",
            "Octopuses have three hearts and blue blood.",
            true,
        ),
        ("Why octopuses have 3 hearts", "Octopuses have three hearts.", true),
        ("Why octopuses have three hearts", "Octopuses have 3 hearts.", true),
        ("Why jets have twenty-one engines", "Jets have 21 engines.", true),
        (
            "Por qué los pulpos tienen cuatro corazones y sangre azul",
            "Los pulpos tienen tres corazones y sangre azul.",
            false,
        ),
        ("Por qué los pulpos tienen 3 corazones", "Los pulpos tienen tres corazones.", true),
    ] {
        let mut input = input_of(claim, 1, Some(&lexicon));
        input.intent.facts = [(claim, None), (says, Some(source.clone()))]
            .map(|(text, source)| crate::providers::Fact { text: text.into(), source })
            .into();
        let stated = claim.trim_start_matches("Why ").trim_start_matches("Por qué ");
        assert_eq!(facts::carried_by(stated, &input) == [1], same, "{claim} / {says}");
        assert_eq!(facts::touches(stated, 1, &input), same, "{claim} / {says}");
        let lines = outline::write(&input, Some(&lexicon));
        let script = assemble(&input, lines, OUTLINE.into(), Some(&lexicon));
        assert_eq!(script.verified, same, "{claim} / {says}: {:#?}", script.shots);
    }
}

#[test]
fn a_number_is_the_same_in_digits_and_in_words() {
    let fault = |sentence: &str, line: &str| {
        score::fault(line, &[], 12, &input_of(sentence, 4, None)) == Some("a number nobody gave")
    };
    let octopus = "Why octopuses have three hearts";
    assert!(!fault(octopus, "An octopus has 3 hearts."));
    assert!(!fault(octopus, "An octopus has three hearts."));
    assert!(fault(octopus, "An octopus has four hearts."));
    assert!(fault(octopus, "It beats forty times a minute."));
    assert!(!fault(octopus, "Two of them feed the gills, one the body."));
    assert!(!fault("Why octopuses have 3 hearts", "An octopus has three hearts."));
    let pulpo = "Por qué los pulpos tienen tres corazones";
    assert!(!fault(pulpo, "Un pulpo tiene 3 corazones."));
    assert!(fault(pulpo, "Un pulpo tiene cuatro corazones."));
    assert!(fault(pulpo, "Su corazón late veintiuna veces."));
    let story = "A horror story about a lighthouse keeper";
    assert!(!fault(story, "He heard three knocks on the door."));
    assert!(fault(story, "He heard 3 knocks on the door."));
}
