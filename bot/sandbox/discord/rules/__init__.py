"""What Discord refuses in a body (400/50035 with nested errors): messages, components, modals, commands.

Each module checks one kind of body into a `Form`; none changes anything.
"""
