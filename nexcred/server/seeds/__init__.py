"""Nexla's `data_credentials` over HTTP, as its SDK and the seeds' page speak it.

`routes` says what there is; each of the others has one part of it. Secrets go in and never come out.
"""

from nexcred.server.seeds.routes import endpoints as endpoints
