"""One application of several services' routes, with everything around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI

from shared.runtime.http import replies
from shared.runtime.http.documented import documented
from shared.runtime.http.site import Site

DESCRIPTION: Final = (
    "Commands are bodies; what was recorded answers with its position. Whatever is refused is a problem document "
    "(RFC 9457) with a code, in Indonesian or English (`Accept-Language`)."
)


def application(
    site: Site, routers: Sequence[APIRouter], running: Callable[[], AbstractContextManager[None]]
) -> FastAPI:
    """The application. `running` begins with it and ends with it: pipelines, timetables, followers."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with running():
            try:
                yield
            finally:
                site.stop()

    app = FastAPI(
        title="Merit",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.state.site = site
    replies.wire(app)
    for router in routers:
        app.include_router(router)
    app.openapi = documented(app)  # type: ignore[method-assign]
    return app
