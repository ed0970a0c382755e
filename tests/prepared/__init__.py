"""Processes of both systems, begun by fork from one that has imported them already.

A process of the Registry or of the SEZ spends most of its first second on imports, and the tests
begin some hundreds. What is begun here is a process like any other, with its own session,
environment, folder and files; only its modules are there before its first line. Commands are begun
in the ordinary way by `make demo`, by the supervisor's tests and wherever a test asks how a
process begins.
"""
