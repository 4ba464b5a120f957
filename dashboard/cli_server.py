# ruff: noqa: PLC0415, PLR0917 - commands import what they need when they run; options are many
"""The commands that run, keep and look after a server and its data home."""

import os
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli_files import readable, replacing

PROJECT = Path(__file__).resolve().parents[1]
OWNER_ONLY = 0o600

commands = typer.Typer()  # of the command line as a whole


@commands.command()
def worker(
    parent: Annotated[
        int | None, typer.Option(metavar="PID", help="End when this parent process has ended.")
    ] = None,
) -> None:
    """Train the queued runs, one after the other, until stopped."""
    from dashboard.runs.logs import configure_logging
    from dashboard.runs.worker import Worker
    from dashboard.settings import read_settings

    settings = read_settings()
    configure_logging(settings.log_level)
    Worker(settings, parent).run()


@commands.command()
def watch(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER",
            help="Where new files come; or an address, such as s3://bucket/prefix.",
        ),
    ],
    run: Annotated[
        str, typer.Option("--run", metavar="ID", help="The run whose model scores them.")
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="Who is told: https://ADDRESS takes JSON, mailto:PERSON a mail; repeat for several.",
        ),
    ] = [],  # noqa: B006 - typer wants a list, and nobody changes it
    every: Annotated[float, typer.Option(min=1, help="Seconds from one look to the next.")] = 60,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="Where people open the app.")
    ] = None,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Tell pseudonyms in place of user names.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="End when all that is there has been scored and told.")
    ] = False,
) -> None:
    """Score each new file of a folder or an object store, and tell what was found; a worker or a server has to run."""
    from dashboard.runs.logs import configure_logging
    from dashboard.runs.store import Store
    from dashboard.settings import read_settings
    from dashboard.sharing.delivery import target_of
    from dashboard.sharing.installation_key import installation_key
    from dashboard.sharing.watching import Wish
    from dashboard.sharing.watching import watch as keep_watch

    settings = read_settings()
    configure_logging(settings.log_level)
    wish = Wish(
        place=place,
        run_id=run,
        targets=[target_of(each, settings) for each in to],
        address=address or f"http://{settings.host}:{settings.port}",
        key=installation_key(settings) if pseudonyms else None,
    )
    keep_watch(Store.open(settings), wish, every, once=once)


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the app in a browser.")] = False,
) -> None:
    """Run the app and its worker."""
    from dashboard.cli_listening import check_free
    from dashboard.runs.heap import give_back_what_is_freed
    from dashboard.runs.store import Store
    from dashboard.settings import read_settings

    give_back_what_is_freed()
    settings = read_settings()
    host, port = host or settings.host, settings.port if port is None else port
    check_free(host, port)
    Store.open(settings).close()  # what is wrong with the data home is told before any page
    settings = settings.model_copy(update={"host": host, "port": port})
    os.environ.update(settings.environment())
    os.chdir(PROJECT)  # where .streamlit/config.toml is
    sys.stderr.write(f"Clickwatch is at http://{host}:{port}\n")
    os.environ["STREAMLIT_SERVER_HEADLESS"] = str(not show)  # not headless: it opens a browser
    sys.argv = [str(PROJECT / "app.py")]
    runpy.run_path(sys.argv[0], run_name="__main__")  # in this process, so that signals reach it


@commands.command()
def adopt(
    everybodys: Annotated[
        bool, typer.Option("--all", help="What belongs to others too, not only what is nobody's.")
    ] = False,
) -> None:
    """Print an address that makes datasets and runs belong to the browser that opens it."""
    from dashboard.settings import read_settings
    from dashboard.sharing.adopting import Claim, Claims
    from dashboard.sharing.installation_key import installation_key

    settings = read_settings()
    claim = Claims(installation_key(settings)).write(Claim(everybodys))
    typer.echo(f"http://{settings.host}:{settings.port}/adopt?claim={claim}")
    sys.stderr.write("Open it within ten minutes in the browser that they shall belong to.\n")


@commands.command()
def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT.tar", help="The file to write.")],
) -> None:
    """Write all datasets, runs, reviews and links to one file; the app may go on meanwhile."""
    from dashboard.cli_text import kept_text
    from dashboard.runs.backup import back_up
    from dashboard.settings import read_settings

    with replacing(out) as aside:
        aside.touch(OWNER_ONLY)
        kept = back_up(read_settings(), aside)
    typer.echo(kept_text(kept))


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="BACKUP.tar", help="A file made by backup.")],
) -> None:
    """Bring a backup back into an empty data home."""
    from dashboard.cli_text import kept_text
    from dashboard.runs.backup import restore as bring_back
    from dashboard.settings import read_settings

    typer.echo(kept_text(bring_back(read_settings(), readable(file))))
