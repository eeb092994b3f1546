"""The read side: frozen read models, straight from the tables to the shape a page needs. Nothing is written here.

Every function takes the database, then the actor, and sees only what ``scope.visible_to`` lets that actor see.
It may import ``workflow.domain`` and of the storage its tables, statements, values and the database's door.
"""
