"""Arrays in, arrays out: numerical routines that know nothing of files or windows."""
