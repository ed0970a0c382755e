"""What goes to systems: to whom, by whose threads, and what is believed of their answers."""
