package org.dfile.store;

/** Everything that one volume offers: its files to whoever serves them, and its part in keeping copies of them. */
public interface LocalStore extends FileStore, ReplicaStore {}
