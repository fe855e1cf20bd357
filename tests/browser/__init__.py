"""The pages in real Chromium against a whole running centre."""
