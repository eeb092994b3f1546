"""Official papers: a document drawn into the frame of decree 30 of 2020, as PDF and as DOCX from one model.

Its modules::

    model       what stands on the sheet, as plain values, and where each value comes from
    values      one value of a document in words
    compose     layout + schema + document -> model; what is missing stays visible, nothing is made up
    scores      a score sheet as a table
    pdf, docx   the model drawn
"""
