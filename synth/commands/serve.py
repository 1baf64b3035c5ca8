"""`synth serve`: the local page."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from synth.commands.shared import say

app = typer.Typer()


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen on; another than this machine's needs --i-know.")] = (
        "127.0.0.1"
    ),
    i_know: Annotated[
        bool, typer.Option("--i-know", help="Others on the network may reach the page, without encryption.")
    ] = False,
    idle: Annotated[float, typer.Option(min=0, help="Minutes without use until it ends; 0 never ends it.")] = 240,
    browser: Annotated[bool, typer.Option("--open", help="Open the link in your browser.")] = False,
) -> None:
    """Open a page in your browser to add files, run, review and read. Example: synth -C my-icp serve --open"""
    from synth.web.serving import LOOPBACK, LocalServer
    from synth.workspace import init_workspace

    if host not in LOOPBACK and not i_know:
        raise typer.BadParameter(f"{host} may be reached by others, unencrypted. Add --i-know if that is meant.")
    root = context.obj
    if not root.exists() or not any(root.iterdir()):
        init_workspace(root)
    server = LocalServer(root, host, port)
    first = True

    def announce(link: str) -> None:
        nonlocal first
        say(f"Synth is at {link}" if first else f"Opened. The link for another browser: {link}")
        if first:
            say("The link works once. Press Ctrl-C to end.")
        if first and browser:
            webbrowser.open(link)
        first = False

    announce(server.site.door.link)
    server.site.door.announce = announce
    server.run(idle)
