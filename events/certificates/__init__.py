"""Certificates of attendance: given by a mailed link, checked by anybody, of the person nothing kept."""
