//! Commands as people type them.

use cutline_core::{actor::Platform, plan::Plan};
use proptest::prelude::*;

use super::{
    admin::{AdminCommand, DeadCommand, NAMES, Person},
    *,
};

fn refused(text: &str) -> String {
    parse(text).expect_err(text).message
}

fn job(text: &str) -> Option<JobRef> {
    Some(text.parse().unwrap())
}

#[test]
fn a_plain_sentence_is_a_video() {
    let sentence = "Why octopuses have three hearts";
    assert_eq!(parse(sentence), Ok(Command::Video { sentence: sentence.into() }));
    assert_eq!(parse(&format!("/video  {sentence} ")), parse(sentence));
    assert_eq!(parse("10 facts / 20 seconds"), {
        Ok(Command::Video { sentence: "10 facts / 20 seconds".into() })
    });
    assert!(refused("/video").contains("about"));
}

#[test]
fn a_job_may_be_named_in_any_case_or_not_at_all() {
    assert_eq!(parse("/status"), Ok(Command::Status(None)));
    for text in ["/status k7q2m9", "/STATUS #K7Q2M9", "/status@CutlineBot  K7Q2M9"] {
        assert_eq!(parse(text), Ok(Command::Status(job("K7Q2M9"))), "{text}");
    }
    assert_eq!(parse("/again k7q2m9"), Ok(Command::Again(job("K7Q2M9"))));
    assert!(refused("/cancel the red one").contains("reference"));
    assert!(refused("/cancel !!").contains("not a job reference"));
}

#[test]
fn a_mistyped_verb_is_answered_with_the_nearest() {
    assert!(refused("/stauts").contains("Did you mean /status?"));
    assert!(refused("/cancle K7Q2M9").contains("Did you mean /cancel?"));
    assert!(refused("/xyzzy").contains("/help"));
    assert!(refused("/").contains("/help"));
    assert!(refused("/brand colour #fff").contains("/brand colours"));
    assert!(refused("/admin que").contains("/admin queues"));
}

#[test]
fn the_brand_kit_is_changed_part_by_part() {
    let brand = |text: &str| {
        parse(text).map(|command| match command {
            Command::Brand(brand) => brand,
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(brand("/brand"), Ok(BrandCommand::Show));
    assert_eq!(
        brand("/brand colours #14532d, #fde68a"),
        Ok(BrandCommand::Colours(vec!["#14532d".into(), "#fde68a".into()]))
    );
    assert_eq!(
        brand("/brand ban cheap; on sale, now"),
        Ok(BrandCommand::Ban(vec!["cheap".into(), "on sale, now".into()]))
    );
    assert_eq!(brand("/brand logo \"my logo.png\""), Ok(BrandCommand::Logo("my logo.png".into())));
    assert_eq!(brand("/brand clear"), Ok(BrandCommand::Clear));
    assert!(refused("/brand logo").contains("/brand logo logo.png"));
}

#[test]
fn operators_name_people_by_platform_and_user() {
    let person = || Person { platform: Platform::Discord, user_id: "123".into() };
    assert_eq!(
        parse("/admin plan discord:123 Professional she asked kindly"),
        Ok(Command::Admin(AdminCommand::Plan {
            person: person(),
            plan: Plan::Professional,
            reason: "she asked kindly".into()
        }))
    );
    assert_eq!(
        parse("/admin credits discord:123 -5 \"paid twice\""),
        Ok(Command::Admin(AdminCommand::Credits {
            person: person(),
            amount: -5,
            reason: "paid twice".into()
        }))
    );
    assert_eq!(parse("/admin dead replay all"), {
        Ok(Command::Admin(AdminCommand::Dead(DeadCommand::Replay(None))))
    });
    assert!(refused("/admin account ada").contains("colon"));
    assert!(refused("/admin credits discord:123 0").contains("whole number"));
    assert!(refused("/admin plan discord:123 gold").contains("professional"));
}

#[test]
fn every_example_in_the_table_is_understood() {
    for verb in verbs::ALL {
        assert!(parse(verb.example).is_ok(), "{}", verb.example);
        assert_eq!(parse(&format!("/help {}", verb.name)), Ok(Command::Help(Some(verb))));
    }
}

proptest! {
    #[test]
    fn any_text_is_a_command_or_a_plain_refusal(text in "\\PC{0,200}") {
        match parse(&text) {
            Ok(_) => {}
            Err(error) => prop_assert!(!error.message.is_empty() && error.message.len() < 400),
        }
    }

    #[test]
    fn any_arguments_of_any_verb_too(
        verb in prop::sample::select(verbs::names().collect::<Vec<_>>()),
        sub in prop::sample::select([NAMES, &["", "colours", "ban"]].concat()),
        rest in "[ \\PC\"'\\\\:#;\\n]{0,60}",
    ) {
        for text in [format!("/{verb} {rest}"), format!("/{verb} {sub} {rest}")] {
            if let Err(error) = parse(&text) {
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}
