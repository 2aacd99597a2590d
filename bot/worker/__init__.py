"""What goes on while nobody types: jobs are taken from state to state, cards kept true, results delivered."""
