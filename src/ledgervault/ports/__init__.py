"""What use cases ask of the outside: small protocols and the rows they carry."""
