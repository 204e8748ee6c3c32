//! The little Chinese that reading aloud needs: words whose characters are read otherwise than
//! alone, common words, and the characters that stand between words. Not a dictionary.

use std::ops::Range;

/// Words with their reading, tones as digits, one syllable a character.
const WORDS: &[(&str, &str)] = &[
    ("为什么", "wei4 shen2 me5"),
    ("什么", "shen2 me5"),
    ("怎么", "zen3 me5"),
    ("多少", "duo1 shao5"),
    ("因为", "yin1 wei4"),
    ("为了", "wei4 le5"),
    ("认为", "ren4 wei2"),
    ("成为", "cheng2 wei2"),
    ("作为", "zuo4 wei2"),
    ("以为", "yi3 wei2"),
    ("称为", "cheng1 wei2"),
    ("变为", "bian4 wei2"),
    ("行为", "xing2 wei2"),
    ("银行", "yin2 hang2"),
    ("行业", "hang2 ye4"),
    ("音乐", "yin1 yue4"),
    ("睡觉", "shui4 jiao4"),
    ("觉得", "jue2 de5"),
    ("长大", "zhang3 da4"),
    ("成长", "cheng2 zhang3"),
    ("生长", "sheng1 zhang3"),
    ("长期", "chang2 qi1"),
    ("长城", "chang2 cheng2"),
    ("波长", "bo1 chang2"),
    ("较长", "jiao4 chang2"),
    ("更长", "geng4 chang2"),
    ("很长", "hen3 chang2"),
    ("长波", "chang2 bo1"),
    ("重新", "chong2 xin1"),
    ("重复", "chong2 fu4"),
    ("还有", "hai2 you3"),
    ("还是", "hai2 shi4"),
    ("地方", "di4 fang5"),
    ("地球", "di4 qiu2"),
    ("土地", "tu3 di4"),
    ("东西", "dong1 xi5"),
    ("我们", "wo3 men5"),
    ("你们", "ni3 men5"),
    ("他们", "ta1 men5"),
    ("它们", "ta1 men5"),
    ("人们", "ren2 men5"),
    ("孩子", "hai2 zi5"),
    ("时候", "shi2 hou5"),
    ("知道", "zhi1 dao4"),
    ("只有", "zhi3 you3"),
    ("心脏", "xin1 zang4"),
    ("处理", "chu3 li3"),
    ("散射", "san3 she4"),
    ("了解", "liao3 jie3"),
    ("得到", "de2 dao4"),
    ("好奇", "hao4 qi2"),
    ("爱好", "ai4 hao4"),
    ("似的", "shi4 de5"),
    ("角色", "jue2 se4"),
    ("便宜", "pian2 yi5"),
    ("分子", "fen1 zi3"),
    ("空间", "kong1 jian1"),
    ("大气层", "da4 qi4 ceng2"),
    ("太阳光", "tai4 yang2 guang1"),
    ("章鱼", "zhang1 yu2"),
    ("咖啡", "ka1 fei1"),
    ("朋友", "peng2 you5"),
    ("喜欢", "xi3 huan5"),
    ("眼睛", "yan3 jing5"),
    ("意思", "yi4 si5"),
    ("事情", "shi4 qing5"),
];
/// Characters that are words by themselves more often than parts of one.
const ALONE: &str =
    "的是在了和有不就也都很会能把被让从对与而但它他她我你这那吗呢吧啊最更又再将并或";

/// A word in the list at the start of a text, with its reading.
pub(crate) fn listed(text: &str) -> Option<(&'static str, &'static str)> {
    WORDS
        .iter()
        .filter(|(word, _)| text.starts_with(word))
        .max_by_key(|(word, _)| word.len())
        .copied()
}

/// Whether a character is a Chinese one.
pub(crate) fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

/// Cuts a run into words: listed words, characters that stand alone, and pairs of what is between.
/// Most Chinese words have two characters.
pub(crate) fn words(run: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut open: Option<Range<usize>> = None;
    while let Some(c) = run[at..].chars().next() {
        let size = c.len_utf8();
        if let Some((word, _)) = listed(&run[at..]) {
            words.extend(open.take());
            words.push(at..at + word.len());
            at += word.len();
            continue;
        }
        let end = at + size;
        if !is_han(c) {
            // Letters and digits run on; everything else is a piece of its own.
            let joins = |r: &Range<usize>| {
                c.is_alphanumeric()
                    && r.end == at
                    && run[r.clone()].chars().all(|c| c.is_alphanumeric() && !is_han(c))
            };
            words.extend(open.take());
            match words.last_mut() {
                Some(last) if joins(last) => last.end = end,
                _ => words.push(at..end),
            }
        } else if ALONE.contains(c) {
            words.extend(open.take());
            words.push(at..end);
        } else {
            match open.take() {
                Some(first) => words.push(first.start..end),
                None => open = Some(at..end),
            }
        }
        at = end;
    }
    words.extend(open);
    words
}
