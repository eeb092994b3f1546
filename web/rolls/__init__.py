"""The rolls of kinds as pages show them: what the address asks for, cells in words, tables to take along.

May import the house, the words of pages and the queries; views draw from here.
"""
