"""A real server for the tests: `python serve.py <port> <queries folder>`, settings from the environment."""

import sys
from pathlib import Path

import uvicorn

from api.app import create_app
from api.serving import ExpressProtocol
from regiograph.settings import read_settings

if __name__ == "__main__":
    app = create_app(read_settings(), Path(sys.argv[2]))
    uvicorn.run(app, port=int(sys.argv[1]), http=ExpressProtocol, log_level="warning")
