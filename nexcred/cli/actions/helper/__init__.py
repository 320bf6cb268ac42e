"""What the helpers of other programs do."""
