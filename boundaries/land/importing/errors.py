"""Why an import stops before or at its commit. What is wrong with single rows is data: see report.py."""

from typing import TYPE_CHECKING, ClassVar

from boundaries.store.errors import Refusal

if TYPE_CHECKING:
    from boundaries.land.importing.report import ImportReport


class UnreadableFile(Refusal):
    """The file cannot be read at all. file: its name; reason: one sentence; hint: what to do."""

    code: ClassVar[str] = "unreadable-file"

    def __init__(self, file: str, reason: str, *, hint: str = "") -> None:
        self.file = file
        self.reason = reason
        self.hint = hint
        super().__init__(f"{file}: {reason}" + (f" ({hint})" if hint else ""))


class UnknownFormat(UnreadableFile):
    """The bytes are none of the formats that are imported."""

    code: ClassVar[str] = "unknown-format"


class UnsafeArchive(UnreadableFile):
    """A zip that would unpack outside its folder, or to far more than it should."""

    code: ClassVar[str] = "unsafe-archive"


class FileTooLarge(UnreadableFile):
    """More bytes, rows or vertices than one import takes."""

    code: ClassVar[str] = "file-too-large"


class LayerNotChosen(UnreadableFile):
    """The file has several layers or sheets, and none, or an unknown one, was named. layers: the names."""

    code: ClassVar[str] = "layer-not-chosen"

    def __init__(self, file: str, layers: tuple[str, ...], *, asked: str | None) -> None:
        self.layers = layers
        self.asked = asked
        what = f"has no layer “{asked}”" if asked else "has several layers"
        super().__init__(file, what, hint="choose one with --layer: " + ", ".join(layers))


class FrameNotStated(Refusal):
    """Nothing says what the coordinates refer to. hints: what the numbers look like, likeliest first."""

    code: ClassVar[str] = "frame-not-stated"

    def __init__(self, reason: str, *, hints: tuple[str, ...]) -> None:
        self.reason = reason
        self.hints = hints
        super().__init__(". ".join((reason, *hints)))


class UnknownFrame(Refusal):
    """The stated CRS does not exist or cannot be used. crs: as stated."""

    code: ClassVar[str] = "unknown-frame"

    def __init__(self, crs: str, reason: str) -> None:
        self.crs = crs
        self.reason = reason
        super().__init__(f"{crs}: {reason}")


class MappingIncomplete(Refusal):
    """A mandatory field has no column. kind, missing: fields; columns: what the file has."""

    code: ClassVar[str] = "mapping-incomplete"

    def __init__(self, kind: str, missing: tuple[str, ...], columns: tuple[str, ...]) -> None:
        self.kind = kind
        self.missing = missing
        self.columns = columns
        fields = ", ".join(missing)
        super().__init__(
            f"{kind} need {fields}, and no column is known to hold it."
            f" The file has: {', '.join(columns) or 'no columns'}. Name it: --map {missing[0]}=<column>"
        )


class UnknownField(Refusal):
    """A mapping names a field that the kind lacks or a column that the file lacks."""

    code: ClassVar[str] = "unknown-field"

    def __init__(self, field: str, column: str, reason: str) -> None:
        self.field = field
        self.column = column
        super().__init__(f"{field}={column}: {reason}")


class UnknownKind(Refusal):
    """No such kind of import. kind: as asked; kinds: those there are."""

    code: ClassVar[str] = "unknown-import-kind"

    def __init__(self, kind: str, kinds: tuple[str, ...]) -> None:
        self.kind = kind
        self.kinds = kinds
        super().__init__(f"“{kind}” is none of {', '.join(kinds)}")


class ImportBlocked(Refusal):
    """The report has findings or refused rows that stop the commit. report: it, as plain values."""

    code: ClassVar[str] = "import-blocked"

    def __init__(self, report: "ImportReport") -> None:
        self._report = report
        self.report = report.to_dict()
        super().__init__("nothing was imported: " + "; ".join(report.reasons_to_stop))

    @property
    def found(self) -> "ImportReport":
        """The report itself."""
        return self._report
