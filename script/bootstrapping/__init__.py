"""`script/bootstrap`: makes what the other scripts need, with nothing but the standard library."""
