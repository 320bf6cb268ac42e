"""The documentation as a site: plain HTML that needs no network and no script, from the pages of the repository."""
