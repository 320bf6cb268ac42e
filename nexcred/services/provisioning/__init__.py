"""What a program is given: variables and files of credentials, and templates that are filled."""
