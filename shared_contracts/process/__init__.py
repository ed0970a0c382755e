"""A system as a process: settings, duties, guard of the writer, health, journal, commands."""
