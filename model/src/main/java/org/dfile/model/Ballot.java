package org.dfile.model;

/**
 * The number under which a host coordinates a slot (I1). Ballots are ordered by round, then host, then life; no two
 * hosts, and no two lives of one host, ever make the same one.
 */
public record Ballot(long round, HostId host, Life life) implements Comparable<Ballot> {

    public Ballot {
        if (round < 1) {
            throw new IllegalArgumentException("round " + round);
        }
    }

    @Override
    public int compareTo(Ballot other) {
        int byRound = Long.compare(round, other.round);
        int byHost = byRound != 0 ? byRound : host.compareTo(other.host);
        return byHost != 0 ? byHost : life.compareTo(other.life);
    }

    @Override
    public String toString() {
        return round + "/" + host + "/" + life;
    }
}
