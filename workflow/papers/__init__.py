"""Papers, sheets and calendars as bytes: what is printed or sent out, and spreadsheets that come in.

    workbook            reading a spreadsheet somebody sent: values only, each fault at its cell
    tables_in           tables that people bring: organisations (organisation_sheet), earlier results (result_sheet)
    table_template      the spreadsheet in which they are brought
    criteria_workbook   the spreadsheet in which PV01 publishes a criteria set, out and in

May import the domain, `queries` and `wording`; never storage, services or definitions. Words come from the
messages, the clock and the user are arguments.
"""
