"""The project file `nexcred.toml`: which credentials and variables a project uses. It names them, and trusts nobody."""
