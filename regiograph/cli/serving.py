"""The command that serves."""

import typer

from regiograph.cli.options import Data, Fronts, Host, Port
from regiograph.cli.printing import out
from regiograph.settings import Settings, read_settings

app = typer.Typer()


@app.command()
def serve(data: Data = None, host: Host = None, port: Port = None, fronts: Fronts = None) -> None:
    """Serve a data directory over HTTP."""
    serve_settings(read_settings(data=data, host=host, port=port, fronts=fronts))


def serve_settings(settings: Settings) -> None:
    """Serves until stopped."""
    from api.serving import serve as serve_app
    from regiograph.elsewhere import editions_of

    editions_of(settings).current()  # a clear word now, not an error page later
    out.print(f"\nServing on http://{settings.host}:{settings.port}/ (Ctrl+C stops)")
    serve_app(settings)
