"""The command that serves."""

import typer

from regiograph.cli.options import Data, Host, Port
from regiograph.cli.printing import out
from regiograph.settings import Settings, read_settings

app = typer.Typer()


@app.command()
def serve(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Serve a data directory over HTTP."""
    serve_settings(read_settings(data=data, host=host, port=port))


def serve_settings(settings: Settings) -> None:
    """Serves until stopped."""
    import uvicorn

    from api.app import create_app
    from regiograph.elsewhere import editions_of

    editions_of(settings).current()  # a clear word now, not an error page later
    out.print(f"\nServing on http://{settings.host}:{settings.port}/ (Ctrl+C stops)")
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="warning")
