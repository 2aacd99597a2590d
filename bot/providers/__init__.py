"""The hosted services: one protocol (`base`), one way to speak HTTP (`http`), and a package for each service.

A provider translates between Easel's values and a service's wire format, and nothing else: it keeps no state about
jobs, knows no person, and leaves every decision (when to ask again, whether to order again) to its caller.
"""
