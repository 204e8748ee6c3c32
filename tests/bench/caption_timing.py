#!/usr/bin/env python3
"""Mean error of active-word onsets against acoustic onsets.

    tests/bench/caption_timing.py narration.wav words.txt [narration.wav timeline.json]...

Words are lines "start_s end_s word" (as `--example say` prints them) or the JSON of stage `timing`.
Method: whisper-base's own word times (cross-attention alignment) say roughly where a word starts,
independently of ours; within 120 ms of that place the acoustic onset is the 10 ms step with the
steepest rise of energy in dB (5 ms windows). Words whose rise is under 6 dB have no onset that can
be heard (they run into the word before) and are left out; how many is printed. Give the narration
alone, without music. Exits with 1 when the mean is above 60 ms.
"""

import difflib
import json
import re
import sys
from pathlib import Path

import recogniser

LIMIT_MS = 60
NEAR_S = 0.120
RISE_DB_MIN = 6.0
WINDOW_S = 0.005


def our_words(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        spans = json.loads(text)["shots"]
        return [(w["text"], w["start_ms"] / 1000) for span in spans for w in span["words"]]
    rows = [line.split(None, 2) for line in text.splitlines()]
    times = re.compile(r"\d+\.\d+")
    rows = [r for r in rows if len(r) == 3 and times.fullmatch(r[0]) and times.fullmatch(r[1])]
    return [(word, float(start)) for start, _, word in rows]


def bare(word):
    return re.sub(r"[^\w]", "", word.lower())


def onset(energy_db, near_s):
    """The steepest rise near a time, and how steep it is."""
    step = 2
    centre = int(near_s / WINDOW_S)
    reach = int(NEAR_S / WINDOW_S)
    places = range(max(centre - reach, step), min(centre + reach, len(energy_db) - step))
    rises = [(energy_db[p + step] - energy_db[p - step], p) for p in places]
    rise, place = max(rises, default=(0.0, centre))
    return place * WINDOW_S, rise


def main():
    paths = [Path(p) for p in sys.argv[1:]]
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    recogniser.enter()
    import numpy

    model = recogniser.load()
    errors = []
    unheard = 0
    for media, words in zip(paths[::2], paths[1::2]):
        ours = our_words(words)
        _, heard = recogniser.listen(model, media)
        sound = recogniser.samples(media)
        size = int(recogniser.RATE_HZ * WINDOW_S)
        windows = sound[: len(sound) // size * size].reshape(-1, size)
        energy_db = 10 * numpy.log10((windows**2).mean(axis=1) + 1e-7)
        match = difflib.SequenceMatcher(
            a=[bare(w) for w, _ in ours], b=[bare(w) for w, _, _ in heard], autojunk=False
        )
        for block in match.get_matching_blocks():
            for k in range(block.size):
                at_s, rise = onset(energy_db, heard[block.b + k][1])
                if rise < RISE_DB_MIN:
                    unheard += 1
                else:
                    errors.append(ours[block.a + k][1] - at_s)
    millis = numpy.abs(numpy.array(errors)) * 1000
    print(
        f"{len(errors)} onsets measured, {unheard} without an audible one: mean error "
        f"{millis.mean():.0f} ms, median {numpy.median(millis):.0f} ms, 90 % within "
        f"{numpy.percentile(millis, 90):.0f} ms, bias {numpy.mean(errors) * 1000:+.0f} ms"
    )
    sys.exit(bool(millis.mean() > LIMIT_MS))


main()
