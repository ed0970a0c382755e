"""The contract with other systems: schemas and WSDL by hand, documented in kk, ru and en."""
