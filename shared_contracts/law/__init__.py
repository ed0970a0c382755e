"""The two orders as data: their clauses, our readings of their silences, their words."""
