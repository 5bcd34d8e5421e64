"""Remembers which statuses the API answers with, and compares them with its OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse

Seen = tuple[str, str, int]

seen: set[Seen] = set()
compared: set[Seen] = set()


class RecordStatuses:
    """Middleware that remembers the route, the method and the status of each response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")  # of the browsable API: 200 for 204
        if request.resolver_match is not None and not page:
            method = "GET" if request.method == "HEAD" else str(request.method)
            seen.add((request.resolver_match.route.replace("^", ""), method, response.status_code))
        return response


def undocumented() -> list[str]:
    """Return the statuses seen since the last call that the description of their operation does not have."""
    new = seen - compared
    compared.update(new)
    known = documented() if new else {}
    return sorted(
        f"{method} {route} answered {status}"
        for route, method, status in new
        if status not in known.get((route, method), {status})
    )


@lru_cache
def documented() -> dict[tuple[str, str], set[int]]:
    """Return the documented statuses of each operation, by the route and the method.

    Operations without a documented error are those of a host, which nobody has described.
    """
    try:
        from drf_spectacular.generators import SchemaGenerator
    except ImportError:  # or REST framework is missing
        return {}
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    generator = SchemaGenerator()
    generator._initialise_endpoints()
    found = {
        (route.replace("^", ""), method): {int(status) for status in paths[path][method.lower()]["responses"]}
        for path, route, method, _view in generator._get_paths_and_endpoints()
        if method.lower() in paths.get(path, {})
    }
    return {operation: known for operation, known in found.items() if max(known) >= 400}
