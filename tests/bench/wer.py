#!/usr/bin/env python3
"""Word error rate of narrations against their scripts, heard by an independent recogniser.

    tests/bench/wer.py narration.wav script.txt [video.mp4 captions.srt]...

A script is plain text, an .srt of the program, or the JSON of stage `script`. Both sides go through
Whisper's English text normaliser (numbers, contractions, spelling, case) before words are compared.
Prints each pair and the rate over all words; exits with 1 when it is above 5 %.
"""

import json
import re
import sys
from pathlib import Path

import recogniser

LIMIT = 0.05


def script_text(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return " ".join(shot["narration"] for shot in json.loads(text)["shots"])
    if path.suffix == ".srt":
        lines = [l for l in text.splitlines() if "-->" not in l and not re.fullmatch(r"\d*", l.strip())]
        return " ".join(lines)
    return text


def same_clock(text):
    """Times in one spelling: "10:30 p.m." and "10.30pm" sound alike."""
    text = re.sub(r"(\d)[.:](\d\d)(?=\s*[ap]\.?m)", r"\1 \2 ", text, flags=re.IGNORECASE)
    return re.sub(r"\s*\b([ap])\.?m\b\.?", r" \1m", text, flags=re.IGNORECASE)


def edits(wanted, heard):
    """Levenshtein distance between two lists of words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
            diagonal, row[j] = row[j], best
    return row[-1]


def main():
    paths = [Path(p) for p in sys.argv[1:]]
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    recogniser.enter()
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    model = recogniser.load()
    errors = total = 0
    for media, script in zip(paths[::2], paths[1::2]):
        wanted = normalise(same_clock(script_text(script))).split()
        said, _ = recogniser.listen(model, media)
        heard = normalise(same_clock(said)).split()
        wrong = edits(wanted, heard)
        errors, total = errors + wrong, total + len(wanted)
        print(f"{media.name}: {wrong} of {len(wanted)} words" + (f"\n  heard: {said}" if wrong else ""))
    rate = errors / max(total, 1)
    print(f"word error rate {rate:.1%} over {total} words (limit {LIMIT:.0%})")
    sys.exit(rate > LIMIT)


main()
