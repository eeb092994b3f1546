"""Which papers can be printed, and what each is made from: the books gathered into the sheets of ``papers.official``.

    surroundings   the dossier around a paper: names, offices, who stands above whom
    filed          a paper that stands in a dossier
    happenings     what hoso itself writes about an event: the receipt, the notice of a return
    files          a paper as PDF or DOCX, with the name of the file

Doors (pages, command line) call these with the house and the actor; everything is read through the same scope.
"""
