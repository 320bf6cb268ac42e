"""Run a command beside this process, which has something left to do afterwards: files to take away, secrets to mask."""

from functools import partial

from nexcred.child import start
from nexcred.child.mask import SHORTEST, copy_masked
from nexcred.child.signals import Forwarder, end_as
from nexcred.child.temporary_files import TemporaryFiles
from nexcred.cli.app.context import Context
from nexcred.services.provisioning.environment import Environment
from nexcred.services.provisioning.first_option import with_option


def run_beside(
    context: Context, words: list[str], environment: dict[str, str], provided: Environment, *, mask: bool
) -> int:
    """Run it with files that are gone afterwards; the forwarder is first, so that no signal leaves them behind."""
    with Forwarder() as forwarder, TemporaryFiles(environment) as files:
        for variable, file in provided.files.items():
            path = files.write(file.name, file.write(files.folder))
            environment[variable] = str(path.parent if file.in_folder else path)
            words = with_option(words, file.option, path) if file.option else words
        code = start.run_beside(words, environment, forwarder, read=_masking(context, provided) if mask else None)
    return end_as(code)


def _masking(context: Context, provided: Environment) -> "partial[None]":
    if any(len(secret) < SHORTEST for secret in provided.secrets):
        context.streams.warn(f"a secret of fewer than {SHORTEST} bytes is not masked")
    streams = context.streams
    return partial(copy_masked, stdout=streams.stdout.buffer, stderr=streams.stderr.buffer, secrets=provided.secrets)
