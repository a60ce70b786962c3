package org.dfile.model;

import java.time.Duration;

/**
 * Why a request was not served: every outcome that is expected to happen to somebody. {@link #message} names the thing
 * and says what to do. A bug is an exception, not a {@code Failure}.
 */
public sealed interface Failure {

    /** A sentence for people: the thing, what happened, what to do. */
    String message();

    /** Judged on the file's state: a result like any other, remembered by the file for retries. */
    sealed interface Judged extends Failure {}

    record NoSuchFile(FileName name) implements Judged {
        @Override
        public String message() {
            return "no such file: " + name;
        }
    }

    record FileExists(FileName name) implements Judged {
        @Override
        public String message() {
            return "file exists: " + name;
        }
    }

    /** The file was deleted and created again since it was opened: this is another file of the same name. */
    record Replaced(FileName name, long expectedGeneration, long generation) implements Judged {
        @Override
        public String message() {
            return name + " was deleted and created again since it was opened (generation " + expectedGeneration
                    + ", now " + generation + "); open it again";
        }
    }

    /** A change would make the file longer than a file may be. */
    record FileTooLong(FileName name, long length) implements Judged {
        @Override
        public String message() {
            return name + " would have " + length + " bytes; a file has at most " + Limits.MAX_FILE_BYTES;
        }
    }

    /** Not executed: the node has as much to do as it accepts. */
    record Busy(String what, long limit) implements Failure {
        @Override
        public String message() {
            return "busy: " + what + " is at its limit of " + limit + "; try again later";
        }
    }

    /** Not executed: a number of the session before this one has not arrived. */
    record OutOfOrder(FileName name, long number, long expected) implements Failure {
        @Override
        public String message() {
            return "change " + number + " of " + name + " waited in vain for change " + expected + "; send it again";
        }
    }

    /** Unknown: the client said earlier that it no longer wants this outcome. */
    record OutcomeClosed(FileName name, long number) implements Failure {
        @Override
        public String message() {
            return "the outcome of change " + number + " of " + name + " was given up and is not known";
        }
    }

    /**
     * Not executed by this request, but unknown as to requests before it: the file does not remember the session. Who
     * knows that no earlier request with this number can have arrived may send it again with {@code version} as known.
     *
     * @param version of the file's state, also if that is a tombstone
     */
    record SessionLost(FileName name, FileVersion version) implements Failure {
        @Override
        public String message() {
            return name + " no longer remembers this client; whether the change was made is not known: read and decide";
        }
    }

    /** Not executed: the bytes are not those that their checksum was taken of. */
    record ChecksumMismatch(FileName name, long offset, int byteCount) implements Failure {
        @Override
        public String message() {
            return byteCount + " bytes for " + name + " at " + offset
                    + " do not match their checksum; nothing was stored (was the buffer changed before completion?)";
        }
    }

    /** Not executed: the staged bytes are not there, or not all of them. Send them again under a new id. */
    record StageLost(FileName name, StageId stage) implements Failure {
        @Override
        public String message() {
            return "the bytes sent ahead for " + name
                    + " are gone (the node restarted or gave them up); send them again";
        }
    }

    /** The host does not keep this file; sender and host disagree about the host list. */
    record NotAReplica(FileName name, HostId host) implements Failure {
        @Override
        public String message() {
            return "host " + host + " does not keep " + name;
        }
    }

    /** Not executed: the host does not coordinate the file, and could not pass the request on in time. */
    record NotCoordinator(FileName name, HostId host) implements Failure {
        @Override
        public String message() {
            return "host " + host + " does not coordinate " + name
                    + " and found no host that does; ask another replica, or again later";
        }
    }

    /** Two replicas committed different histories of the file; it is stopped until somebody has looked at it (I18). */
    record Diverged(HostId host, FileName name) implements Failure {
        @Override
        public String message() {
            return name + " is stopped: host " + host
                    + " holds another history of it than a replica of the same version; \"dfile doctor "
                    + name + "\" says more";
        }
    }

    /** Not executed: the sender's host list is older than the host's. The newer one comes with the answer. */
    record StaleHostList(HostList newer) implements Failure {
        @Override
        public String message() {
            return "the host list is old; version " + newer.version() + " holds now";
        }
    }

    /** Not executed: the host does not take the host list over, or cannot. It goes on with the one that it has. */
    record HostListRefused(HostId host, String detail) implements Failure {
        @Override
        public String message() {
            return "host " + host + ": " + detail;
        }
    }

    /** Not executed: the cluster keeps this name for itself. */
    record ReservedName(FileName name) implements Failure {
        @Override
        public String message() {
            return "names below " + ReservedNames.PREFIX + " belong to the cluster itself; not changed: " + name;
        }
    }

    /** Not executed: the sender speaks of another cluster. */
    record ForeignCluster(HostId host, ClusterId cluster) implements Failure {
        @Override
        public String message() {
            return "host " + host + " belongs to cluster " + cluster + ", not to this one; check the host list";
        }
    }

    /** Not executed: the node is on its way out. */
    record ShuttingDown(HostId host) implements Failure {
        @Override
        public String message() {
            return "host " + host + " is shutting down";
        }
    }

    /** Not executed: the volume is listed but empty, so it must not speak about what it had. */
    record Amnesiac(HostId host, VolumeId volume) implements Failure {
        @Override
        public String message() {
            return "host " + host + " has an empty directory in place of volume " + volume
                    + "; put the disk back, or replace it as the operations page says";
        }
    }

    /**
     * What the host knows of the file beside its bytes is damaged: it cannot say what state the file is in, nor that there
     * is no such file. Not executed; of requests before this one nothing is known.
     */
    record FileAmnesiac(HostId host, FileName name, String reason) implements Failure {
        @Override
        public String message() {
            return "host " + host + " has lost the record of " + name + " and cannot say what was in it: " + reason
                    + "; other files go on; restore the data folder of the host from a backup, as the operations page"
                    + " says";
        }
    }

    /** Records of some files of the host are damaged, so it cannot tell all its names. */
    record RecordsDamaged(HostId host, String reason) implements Failure {
        @Override
        public String message() {
            return "host " + host + " cannot tell all its names, records are damaged: " + reason
                    + "; \"dfile scrub\" lists what is";
        }
    }

    /**
     * Not executed: host and sender are of builds that do not understand each other.
     *
     * @param version of the host's program
     * @param protocol that the host speaks
     * @param offered that the sender speaks
     */
    record OtherProtocol(HostId host, String version, int protocol, int offered) implements Failure {
        @Override
        public String message() {
            return "host " + host + " runs DFile " + version + ", which speaks protocol " + protocol
                    + "; this program speaks protocol " + offered
                    + ": use the program that brought the cluster up, or take it down and bring it up with this one";
        }
    }

    /** Not executed: no room. Reading and deleting go on. */
    record VolumeFull(HostId host, long neededBytes, long freeBytes) implements Failure {
        @Override
        public String message() {
            return "the volume of host " + host + " is full: " + neededBytes + " bytes needed, " + freeBytes
                    + " free above the reserve; delete files or add space";
        }
    }

    /** The disk failed; the node stops. Unknown, if it concerns a change. */
    record StorageFailed(HostId host, String detail) implements Failure {
        @Override
        public String message() {
            return "the disk of host " + host + " failed: " + detail + "; the node stops, look at its log";
        }
    }

    /** Bytes on disk do not match their checksum; they were not served. */
    record CorruptData(HostId host, FileName name, long offset, String reason) implements Failure {
        @Override
        public String message() {
            return name + " is damaged on host " + host + " at offset " + offset + ": " + reason;
        }
    }

    /** A message that cannot be what it claims to be. */
    record Malformed(String detail) implements Failure {
        @Override
        public String message() {
            return "malformed message: " + detail;
        }
    }

    /** Not executed: an administrative message without the right token. */
    record NotAuthorised(HostId host, String what) implements Failure {
        @Override
        public String message() {
            return "host " + host + " refused " + what + ": the admin token is missing or wrong";
        }
    }

    /** Unknown, if it concerns a change: no answer within the deadline. */
    record TimedOut(String what, HostId host, HostAddress address, Duration deadline) implements Failure {
        @Override
        public String message() {
            return "no answer from host " + host + " (" + address + ") within " + deadline.toMillis() + " ms: " + what;
        }
    }

    /** Hosts hear the client but cannot answer it. */
    record NoReturnPath(HostAddress client, HostAddress host) implements Failure {
        @Override
        public String message() {
            return "host " + host + " cannot reach this client at " + client
                    + "; set the canonical host of the client to an address that hosts can dial";
        }
    }

    /** No host of the cluster answered. */
    record ClusterUnreachable(String tried, Duration deadline) implements Failure {
        @Override
        public String message() {
            return "no host answered within " + deadline.toMillis() + " ms; tried " + tried
                    + "; is the cluster up (dfile status)?";
        }
    }

    /** The client has as many bytes or calls under way as it accepts. Nothing was sent. */
    record ClientBusy(String what, long limit) implements Failure {
        @Override
        public String message() {
            return "too much under way: " + what + " at the client's limit of " + limit
                    + "; wait for earlier calls to complete";
        }
    }

    /** More than one call returns. Nothing was changed. */
    record TooLongToHold(FileName name, String what, long limit) implements Failure {
        @Override
        public String message() {
            return what + " of " + name + " has more than the client's limit of " + limit
                    + " bytes; read it in parts or as a stream";
        }
    }

    /** A long write stopped in the middle: this many leading bytes are acknowledged, of the rest nothing is known. */
    record PartlyWritten(FileName name, long acknowledgedBytes, Failure cause) implements Failure {
        @Override
        public String message() {
            return "only the first " + acknowledgedBytes + " bytes for " + name + " are acknowledged: "
                    + cause.message();
        }
    }

    /** The listing lacks hosts, so names may be missing. */
    record ListingIncomplete(String missingHosts) implements Failure {
        @Override
        public String message() {
            return "the listing is not complete, no answer from: " + missingHosts;
        }
    }

    /** The file system was closed with this call under way. Unknown, if it concerns a change. */
    record ClientClosed(String what) implements Failure {
        @Override
        public String message() {
            return "the file system was closed: " + what;
        }
    }

    /** A local file could not be read or written. */
    record LocalFileFailed(String path, String detail) implements Failure {
        @Override
        public String message() {
            return "local file " + path + ": " + detail;
        }
    }
}
