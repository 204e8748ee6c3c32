#!/usr/bin/env python3
"""Mean error of active-word onsets against acoustic onsets.

    tests/bench/caption_timing.py WORK_FOLDER...

A work folder is what `cutline-farm render --keep-work` keeps: the checkpoints of stage `voice` name
every clip and its word times. Method: an acoustic onset is where sound starts again after silence,
since only there is the start of a word a matter of fact and not of taste. Silence is at least
80 ms in which no 5 ms window comes within 35 dB of the clip's loudest; the onset is the first window
that does. Each onset is paired with the nearest word start, and every pair counts, also where the
silence was the closure of a stop inside a word; pairs more than 400 ms apart are printed. Captions
change on frames, so half a frame (17 ms) comes on top at most. Exits with 1 when the mean is above
60 ms. Needs nothing but Python.
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


def main():
    errors = []
    for folder in map(Path, sys.argv[1:]):
        for checkpoint in sorted(folder.glob("checkpoints/05-voice-*.json")):
            output = json.loads(checkpoint.read_text())
            for clip in output["output"]["clips"]:
                audio = clip["audio"]
                path = folder / "blobs" / f"{audio['sha256']}.{audio['ext']}"
                starts = [word["start_s"] for word in clip["words"]]
                for onset in onsets(path):
                    error = min((start - onset for start in starts), key=abs)
                    errors.append(error * 1000)
                    if abs(error) > FAR_S:
                        print(f"no word near {onset:.2f} s of shot {clip['shot']} in {folder.name}")
    if not errors:
        print("no onsets found")
        return 1
    absolute = sorted(map(abs, errors))
    mean = sum(absolute) / len(absolute)
    bias = sum(errors) / len(errors)
    print(f"{len(errors)} onsets, mean error {mean:.0f} ms, median {absolute[len(absolute) // 2]:.0f} ms, "
          f"95 % within {absolute[math.ceil(0.95 * len(absolute)) - 1]:.0f} ms, bias {bias:+.0f} ms")
    return 0 if mean <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
