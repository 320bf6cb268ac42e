"""The way out over HTTP: only to hosts a credential may go to, within one deadline, never followed anywhere else."""
