"""Messages as XML: schemas, the codec, the SOAP envelope, and what is said of schema errors."""
