"""The page of `nexcred ui`: HTML made here, a little CSS and JavaScript beside it, and nothing from elsewhere.

`gate` lets one browser in, `handling` says what every request to it goes through, `site` is what they share. A screen
is a file here and a file in `templates/`. Secrets go in and never come out.
"""
