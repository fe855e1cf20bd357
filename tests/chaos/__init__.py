"""Parts of a busy centre die by kill -9: what must hold for everybody on the line. See docs/chaos.md."""
