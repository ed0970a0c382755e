"""What an installation needs beside the two systems themselves."""
