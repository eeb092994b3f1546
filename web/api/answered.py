"""What answers of the API hold, for the OpenAPI document; the values are made by ``told`` and ``telling``.

Instants are ISO texts with Vietnam's offset. Ends (``due``, ``closes``, ``until``) are exclusive. Here: refusals,
kinds, organisations; dossiers and books have files of their own.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

Facts = dict[str, Any]


class RefusalOut(BaseModel):
    """One unmet condition."""

    code: str
    sentence: str = Field(description="Why, in Vietnamese.")
    facts: Facts
    cleared_by: str | None = Field(description="The role that can clear it.")
    cleared_by_words: str
    until: str | None
    until_words: str
    source: str = Field(description="The citation; its words in source_words.")
    source_words: str
    paper: str | None
    path: str | None = Field(description="JSON pointer of the place in the paper.")


class FaultOut(BaseModel):
    """A place of a request or a paper that is not as described."""

    path: str
    sentence: str
    code: str = ""


class BlockedOut(BaseModel):
    """A dossier of an act that cannot move."""

    dossier: str
    number: str
    refusals: list[RefusalOut]


class Problem(BaseModel):
    """A refusal (RFC 9457). ``code`` is stable; ``detail`` says it in Vietnamese."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: Facts | None = None
    refusals: list[RefusalOut] | None = None
    faults: list[FaultOut] | None = None
    dossiers: list[BlockedOut] | None = None


class Named(BaseModel):
    """A code with its words."""

    code: str
    label: str


class NamedOrganisation(BaseModel):
    """An organisation by id and name."""

    id: str
    name: str
    kind: str | None = None


class Me(BaseModel):
    """Who stands behind the token."""

    person: str
    office: str
    role: str
    organisation: NamedOrganisation
    province: str
    commune: str | None
    scopes: list[str]
    expires: str
    now: str


class KindBrief(BaseModel):
    """A kind of dossier in force."""

    code: str
    version: int
    label: str
    short_label: str
    digest: str
    has_years: bool


class KindList(BaseModel):
    """The kinds in force."""

    items: list[KindBrief]


class StateOut(Named):
    """A state: what it means, who holds the dossier in it."""

    meaning: str
    stage: str | None
    holder: str | None
    working_days: int | None


class TransitionOut(BaseModel):
    """A step."""

    trigger: str
    label: str
    source: str
    target: str
    choices: list[Named]
    authorities: list[str]
    recorders: list[str]
    act: bool
    deadline: str | None
    papers: list[str]
    needs_reason: bool
    citation: str


class PaperRuleOut(BaseModel):
    """A paper of the kind: who files it, where its schema is."""

    code: str
    label: str
    filed_by: list[str]
    filed_in: list[str]
    with_acts: list[str]
    many: bool
    file_required: bool
    file_types: list[str]
    max_files: int
    max_bytes: int
    schema_id: str
    citation: str
    verified: bool


class DateRuleOut(BaseModel):
    """A date of the plan in its own words."""

    code: str
    label: str
    words: str
    source: str
    verified: bool


class KindOut(KindBrief):
    """A kind as it is defined."""

    initial: str
    subject_kinds: list[str]
    opened_by: list[str]
    stages: list[Named]
    states: list[StateOut]
    transitions: list[TransitionOut]
    papers: list[PaperRuleOut]
    deadlines: list[DateRuleOut]
    citation: str


class SchemaOut(BaseModel):
    """The JSON Schema of a paper, references written out."""

    schema_id: str
    document: dict[str, Any]


class OrganisationOut(BaseModel):
    """An organisation in the tree; ``stands``: it exists on the day looked at."""

    id: str
    name: str
    kind: str
    parent_id: str | None
    commune_id: str | None
    valid_from: str | None
    valid_to: str | None
    successor_id: str | None
    stands: bool


class OrganisationPage(BaseModel):
    """A page of organisations."""

    items: list[OrganisationOut]
    after: str | None


class BranchOut(BaseModel):
    """An organisation with what is above and below it, and whom it passed to."""

    node: OrganisationOut
    above: list[OrganisationOut]
    below: list[OrganisationOut]
    successor: OrganisationOut | None
    predecessors: list[OrganisationOut]
