"""What password managers keep: an entry with fields, before it is known which connector it is for."""
