"""How fast files are read, per format, beside the usual library: `python benchmarks/readers.py`.

One invented talk of an hour (about 9,000 words) is written in each format and read from disk. Ours goes all the way to
numbered lines with language and times; webvtt-py and python-docx stop at cues and paragraphs, so theirs is less work.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent)]

from synth.readers import read  # noqa: E402
from synth.readers.isolation import Reader  # noqa: E402

VOCABULARY = (
    "we close the month and then somebody exports from the warehouse into a sheet because nothing fits with what the "
    "bank says so it takes nine days every time nobody likes it but the price is fine for us honestly"
)
ROUNDS = 5


def talk(turns: int = 300, words: int = 30) -> list[tuple[str, str]]:
    chance = random.Random(1)
    said = (" ".join(chance.choices(VOCABULARY.split(), k=words)).capitalize() + "." for _ in range(turns))
    return [(("Ana Pop", "Jo Ray")[n % 2], text) for n, text in enumerate(said)]


def clock(seconds: int, mark: str = ".") -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}000"


def write_all(folder: Path) -> list[Path]:
    said = talk()
    cues = [(clock(12 * n), clock(12 * n + 11), who, text) for n, (who, text) in enumerate(said)]
    segments = [
        {"start": 12 * n, "end": 12 * n + 11, "text": text, "speaker": who} for n, (who, text) in enumerate(said)
    ]
    texts = {
        "zoom.vtt": "WEBVTT\n\n" + "\n\n".join(f"{n}\n{a} --> {z}\n{w}: {t}" for n, (a, z, w, t) in enumerate(cues, 1)),
        "teams.vtt": "WEBVTT\n\n" + "\n\n".join(f"{a} --> {z}\n<v {w}>{t}</v>" for a, z, w, t in cues),
        "turns.srt": "\n\n".join(
            f"{n}\n{a.replace('.', ',')} --> {z.replace('.', ',')}\n{w}: {t}" for n, (a, z, w, t) in enumerate(cues, 1)
        ),
        "named.txt": "\n".join(f"{who}: {text}" for who, text in said),
        "bold.md": "\n\n".join(f"**{who}:** {text}" for who, text in said),
        "otter.txt": "\n\n".join(f"{who}  {n // 5}:{12 * n % 60:02}  \n{text}" for n, (who, text) in enumerate(said)),
        "whisper.json": json.dumps({"segments": segments}),
        "page.html": "<html><body>" + "".join(f"<p>{who}: {text}</p>" for who, text in said),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    import docx

    document = docx.Document()
    for who, text in said:
        document.add_paragraph(f"{who}: {text}")
    document.save(str(folder / "named.docx"))
    return sorted(folder.iterdir())


def best(run: Callable[[], object]) -> float:
    """Return the seconds of the quickest of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)


def theirs(path: Path) -> Callable[[], object] | None:
    """Return what the usual library does with a file of this kind, None when there is none."""
    if path.suffix in {".vtt", ".srt"}:
        import webvtt

        load = webvtt.read if path.suffix == ".vtt" else webvtt.from_srt
        return lambda: [caption.text for caption in load(str(path))]
    if path.suffix == ".docx":
        import docx

        return lambda: [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    return None


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Reader() as child:
        paths = write_all(Path(folder))
        child.read(paths[0])
        print(f"{'file':14}{'KB':>6}{'ours ms':>10}{'in the child':>14}{'library ms':>12}")
        for path in paths:
            ours, apart = best(lambda path=path: read(path)), best(lambda path=path: child.read(path))  # type: ignore[misc]
            other = theirs(path)
            library = f"{1000 * best(other):12.0f}" if other else f"{'–':>12}"
            size = path.stat().st_size / 1000
            print(f"{path.name:14}{size:6.0f}{1000 * ours:10.0f}{1000 * apart:14.0f}{library}")


if __name__ == "__main__":
    main()
