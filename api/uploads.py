"""Forms with one file, kept in a folder of their own until the reply leaves."""

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

import anyio
from fastapi import Request
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.refusals import UnreadableBody
from boundaries.land.importing.frame import Stated
from gis.datums import Datum

MULTIPART = "multipart/form-data"
_FIELDS = 40
Form = TypeVar("Form", bound=BaseModel)


class LayerForm(BaseModel):
    """What any file of shapes is sent with: where its shapes are, and what its numbers mean."""

    layer: str | None = None
    encoding: str | None = Field(None, examples=["gb18030"])
    crs: str | None = Field(None, examples=["EPSG:4547"])
    datum: Datum | None = Field(None, description="of degrees")
    swap: bool = Field(False, description="the second coordinate comes first")

    @property
    def stated(self) -> Stated:
        """What the sender says of the coordinates."""
        return Stated(self.crs, self.datum, self.swap)


@dataclass(frozen=True, slots=True)
class Upload(Generic[Form]):
    """A form that was received whole: its file in a folder of its own, until the reply leaves."""

    path: Path
    form: Form


@asynccontextmanager
async def form_of(request: Request, **limits: int) -> AsyncIterator[FormData]:
    """The parts of a form. Raises UnreadableBody where a text is none in the charset that the form names."""
    async with AsyncExitStack() as stack:
        try:
            parts = await stack.enter_async_context(request.form(**limits))
            for name, value in parts.multi_items():
                for told in (name, value if isinstance(value, str) else value.filename or ""):
                    told.encode()  # half a surrogate pair is no text
        except UnicodeError as error:
            raise UnreadableBody("The form is no text in the charset that it names.") from error
        yield parts


@asynccontextmanager
async def received(
    request: Request, form: type[Form], as_json: tuple[str, ...], what: str
) -> AsyncIterator[Upload[Form]]:
    """The file in the part `file`, and the other parts as `form`, read as `read_form` does.

    Raises UnreadableBody.
    """
    if not request.headers.get("content-type", "").startswith(MULTIPART):
        raise UnreadableBody(f"Send the file as {MULTIPART}, in the part 'file'.")
    with tempfile.TemporaryDirectory(prefix="yiwang-upload-") as folder:
        async with form_of(request, max_files=1, max_fields=_FIELDS) as parts:
            file = parts.get("file")
            if not isinstance(file, UploadFile):
                raise UnreadableBody("The part 'file' with the file is missing.")
            texts = {name: value for name, value in parts.items() if isinstance(value, str)}
            path = Path(folder) / _name(file.filename)
            await anyio.to_thread.run_sync(_copy, file, path)
        yield Upload(path, read_form(form, texts, as_json, what))


def read_form(form: type[Form], parts: Mapping[str, str], as_json: tuple[str, ...], what: str) -> Form:
    """The texts of the other parts as `form`; what is empty counts as left out.

    as_json: the parts that hold JSON. what: says so in the refusal. Raises UnreadableBody.
    """
    values: dict[str, Any] = {name: value for name, value in parts.items() if value != ""}
    try:
        for name in as_json:
            if name in values:
                values[name] = json.loads(values[name])
        return form.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnreadableBody(f"{where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(f"{what}: {error}") from error


def request_body(form: type[BaseModel], *required: str) -> dict[str, Any]:
    """The body of a route that takes such a form with a file, for the contract."""
    schema = form.model_json_schema()
    schema.pop("$defs", None)
    schema["properties"]["datum"] = {"type": "string", "enum": [datum.value for datum in Datum]}
    schema["properties"]["file"] = {"type": "string", "format": "binary"}
    schema["required"] = ["file", *required]
    return {"requestBody": {"required": True, "content": {MULTIPART: {"schema": schema}}}}


def _name(given: str | None) -> str:
    """Only the last part of the name, so that it can lead nowhere else."""
    return PurePosixPath((given or "").replace("\\", "/")).name.strip(". \0")[:200] or "upload"


def _copy(source: UploadFile, target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(source.file, out)
