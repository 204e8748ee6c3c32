#!/usr/bin/env python3
"""Mean error of active-word onsets against acoustic onsets.

    tests/bench/caption_timing.py WORK_FOLDER...

A work folder is what `cutline-farm render --keep-work` keeps. What is measured is what is shown: the
frames on which caption words become active (stage `captions`), against the clips (stage `voice`) where
they lie in the video (stage `timing`). Method: an acoustic onset is where sound starts again after
silence, since only there is the start of a word a matter of fact and not of taste. Silence is at least
80 ms in which no 5 ms window comes within 35 dB of the clip's loudest; the onset is the first window
that does. A shot's onsets are paired with its words in order, no word twice, so that the errors are
least in sum; every pair counts, also where the silence was the closure of a stop inside a word. An onset
with no word left within 400 ms is printed and counts as 400 ms. Exits with 1 when the mean is above 60 ms.
Needs nothing but Python.
"""

import array
import json
import math
import sys
import wave
from pathlib import Path

LIMIT_MS = 60
WINDOW_S = 0.005
SILENCE_S = 0.080
FLOOR_DB = -35.0
FAR_S = 0.400
FPS = 30
SAMPLE_RATE = 48_000


def onsets(path):
    """Seconds at which sound starts after silence, the clip's own start included."""
    with wave.open(str(path)) as clip:
        rate = clip.getframerate()
        samples = array.array("h", clip.readframes(clip.getnframes()))
    step = int(rate * WINDOW_S)
    power = [sum(s * s for s in samples[at:at + step]) / step
             for at in range(0, len(samples) - step, step)]
    loud = max(power, default=0) or 1
    floor = loud * 10 ** (FLOOR_DB / 10)
    quiet, found = SILENCE_S, []
    for index, value in enumerate(power):
        if value < floor:
            quiet += WINDOW_S
        else:
            if quiet >= SILENCE_S:
                found.append(index * WINDOW_S)
            quiet = 0.0
    return found


def paired(found, starts):
    """Errors (start minus onset) of onsets paired with word starts in order; None for no word."""
    # least[j]: the least sum, and its errors, for the onsets so far with words before the j-th.
    least = [(0.0, [])] * (len(starts) + 1)
    for onset in found:
        after = [(least[0][0] + FAR_S, least[0][1] + [None])]
        for index, start in enumerate(starts):
            taken = (least[index][0] + abs(start - onset), least[index][1] + [start - onset])
            left = (least[index + 1][0] + FAR_S, least[index + 1][1] + [None])
            after.append(min(after[index], taken, left, key=lambda one: one[0]))
        least = after
    return least[-1][1]


def stage(folder, name):
    """The output of a stage's checkpoint."""
    found = sorted(folder.glob(f"checkpoints/{name}-*.json"))
    if not found:
        sys.exit(f"{folder} has no checkpoint of {name}: render with --keep-work")
    return json.loads(found[-1].read_text())["output"]


def main():
    errors = []
    for folder in map(Path, sys.argv[1:]):
        spans = {span["shot"]: span for span in stage(folder, "06-timing")["shots"]}
        pages = stage(folder, "07-captions")["pages"]
        for clip in stage(folder, "05-voice")["clips"]:
            audio, shot = clip["audio"], clip["shot"]
            path = folder / "blobs" / f"{audio['sha256']}.{audio['ext']}"
            lies_s = spans[shot]["clip_start_sample"] / SAMPLE_RATE
            found = [lies_s + onset for onset in onsets(path)]
            starts = [word["start_frame"] / FPS
                      for page in pages if page["shot"] == shot for word in page["words"]]
            for onset, error in zip(found, paired(found, starts)):
                errors.append((FAR_S if error is None else error) * 1000)
                if error is None:
                    print(f"no word near {onset:.2f} s (shot {shot}) in {folder.name}")
    if not errors:
        print("no onsets found")
        return 1
    absolute = sorted(map(abs, errors))
    mean = sum(absolute) / len(absolute)
    bias = sum(errors) / len(errors)
    print(f"{len(errors)} onsets, paired with caption words in order: "
          f"mean error {mean:.0f} ms, median {absolute[len(absolute) // 2]:.0f} ms, "
          f"95 % within {absolute[math.ceil(0.95 * len(absolute)) - 1]:.0f} ms, bias {bias:+.0f} ms")
    return 0 if mean <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
