"""`make fuzz`: let atheris look for bytes that a parser neither reads nor refuses. What it finds stays in the corpus.

python -m tests.fuzz SECONDS              each target for so long, as many at once as there are processors
python -m tests.fuzz SECONDS TARGET       one of them
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
LARGEST = 16 * 1024


def fuzz_all(seconds: int) -> int:
    """Fuzz every target in a process of its own; return how many came upon something."""
    from tests.fuzz.targets import TARGETS

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda name: (name, _start(name, seconds)), TARGETS)
        failed = [name for name, output in done if _failed(name, output)]
    return len(failed)


def fuzz(target: str, seconds: int) -> None:
    """Fuzz in this process, beginning with the corpus; never returns."""
    import atheris  # of the dependency group `fuzz`

    with atheris.instrument_imports(include=["nexcred"]):
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import TARGETS

    finds = CORPUS / target
    finds.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as learnt:
        for number, seed in enumerate(seeds()[target]):
            Path(learnt, str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=10", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={finds}/", learnt, str(finds)], TARGETS[target])
        atheris.Fuzz()


def _start(name: str, seconds: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.fuzz", str(seconds), name]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _failed(name: str, done: "subprocess.CompletedProcess[str]") -> bool:
    print(f"{name}: {'nothing found' if done.returncode == 0 else 'FOUND'}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode != 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        fuzz(sys.argv[2], int(sys.argv[1]))
    sys.exit(1 if fuzz_all(int(sys.argv[1])) else 0)
