import pytest

from tests.service.fronts import publish


@pytest.fixture
def data(tmp_path):
    publish(tmp_path, 400)
    return tmp_path
