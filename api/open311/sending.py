"""What a client sends: a form, and in it perhaps its key."""

from typing import Annotated

from fastapi import Depends, Request

from api.access import Needs, User, identify_by_key, say_who
from api.context import context_of
from api.refusals import NotAllowed
from api.uploads import form_of

Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a form, each once. Raises UnreadableBody."""
    async with form_of(request, max_files=0, max_fields=60, max_part_size=64 << 10) as parts:
        return {name: value for name, value in parts.items() if isinstance(value, str)}


class NeedsKey(Needs):
    """A role, as everywhere, or the same by the `api_key` of the form."""

    def __call__(self, request: Request, form: Annotated[Form, Depends(read_form)]) -> User:  # type: ignore[override]
        """The asker. Raises NotSignedIn, NotAllowed, WrongKey, OutsideScope, CrossSite."""
        key = form.get("api_key", "")
        if not key or "authorization" in request.headers:
            return super().__call__(request)
        user = identify_by_key(context_of(request), request, key)
        if not user.may(self.role):
            raise NotAllowed(self.role, user.role)
        say_who(request.scope, user)
        return user


Sender = Annotated[User, Depends(NeedsKey("worker"))]
