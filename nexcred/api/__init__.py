"""What `import nexcred` offers to programs."""
