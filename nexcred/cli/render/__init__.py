"""What people read: tables and pages. Whatever came from outside is made visible here."""
