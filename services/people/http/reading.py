"""What intake answers about applications, as the routes of people ask it: services share no code."""

from collections.abc import Callable, Collection

from shared.runtime.identity import Principal

MayRead = Callable[[Principal, str], bool]  # whether an official is assigned to an application (`pauh.0c0c...`)
DocumentsOf = Callable[[str], Collection[str]]  # the ids of the documents that an application cites
Record = Callable[[Principal, str], None]  # that an official looks at a document of an application; before it is shown
