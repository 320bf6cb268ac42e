"""What is wrong with a connector's file: decoded strictly, with every problem at once and the line it stands on."""
