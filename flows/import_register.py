"""Read the register files, and those of visits, that lie in the drop folders."""

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed, Failed
from pydantic import BaseModel, Field

from outreach.prefect_api import guard_reruns
from tasks.register import IMPORTED, import_dropped, waiting_files


class ImportRegister(BaseModel):
    """How to read the files."""

    force: bool = Field(
        default=False,
        title="Tillåt stora ändringar / Allow large changes",
        description="En fil som ändrar mycket av registret avvisas annars. / Such a file is refused otherwise.",
    )
    partial: bool = Field(
        default=False,
        title="Bara en del av registret / Part of the register only",
        description="Den som saknas i filen räknas då inte som borta. / Who is not in the file is not taken as gone.",
    )


@flow(name="import-register")
def import_register(params: ImportRegister = ImportRegister()) -> Any:  # noqa: B008 - Prefect's form
    """Import every file of students, alumni and visits that lies in its drop folder, and put it away.

    A run that refused a file ends as Failed, so that somebody looks; the other files are imported all the same.
    """
    guard_reruns()
    files = [
        import_dropped(kind, path, force=params.force, partial=params.partial)
        for kind in IMPORTED
        for path in waiting_files(kind)
    ]
    if not files:
        return Completed(name="Nothing to import", message="The drop folder is empty.")
    create_markdown_artifact("\n".join(f"- {file.sentence}" for file in files), key="import-register")
    if refused := [file.sentence for file in files if file.refused]:
        return Failed(name="Refused", message=" ".join(refused))
    return Completed(message=f"{len(files)} files read.")
