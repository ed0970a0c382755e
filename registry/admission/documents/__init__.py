"""The documents of an application: for programs, as PDF in Kazakh and Russian, with signatures."""
