"""From a case to an explained differential."""
