"""Is the portal alive, and can it do its work: for load balancers, supervisors and monitors."""
