"""``dossier_schemas/`` read into domain objects: kinds, papers, criteria sets, calendars, sources.

    strict_json     JSON with one meaning; the canonical spelling and its digest
    schemas         the schemas of papers, compiled once; the only home of jsonschema
    schema_subset   what a schema of ours may say, and its plain form without references
    patterns        the patterns of schemas, and the proof that they take linear time
    paper_faults    what is wrong with a paper, and the sentence that says so
    body            a definition's JSON walked by hand, every fault with its place
    loader          kind.json -> DossierKind; checks: what a schema cannot say of a kind
    criteria        score sheets; calendars: holiday tables; sources: the register of citations

Imports ``domain`` only. Files are read here and nowhere deeper; nothing is fetched.
"""
