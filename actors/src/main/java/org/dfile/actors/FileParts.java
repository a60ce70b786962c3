package org.dfile.actors;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.FileName;
import org.dfile.store.Standing;
import org.dfile.store.StoreException;

/** What the actor of a file is made of. Used by it alone. */
record FileParts(
        FileName name,
        FileEnvironment environment,
        StagedPieces pieces,
        FileDisk disk,
        FileReads reads,
        FileStages stages,
        FileRequests requests,
        IncomingBatches incoming,
        BatchShelf shelf,
        FileFetches fetches,
        MachineWrites writes,
        FileRepair repair,
        Mending mending) {

    static FileParts of(FileName name, FileEnvironment environment, ActorContext<OpenFileMessage> context) {
        FileServerSettings settings = environment.settings();
        StagedPieces pieces = new StagedPieces(environment.store());
        FileDisk disk = new FileDisk(name, environment, context, pieces);
        StageTable table = new StageTable(settings.maxStagesPerFile(), settings.maxStagedBytesPerFile());
        FileReads reads = new FileReads(name, environment);
        FileStages stages = new FileStages(name, environment, table, pieces, context.getSelf());
        FileChanges changes = new FileChanges(name, environment, table, pieces);
        IncomingBatches incoming = new IncomingBatches(name, environment, pieces, context.getSelf());
        BatchShelf shelf = new BatchShelf(pieces, environment.io());
        FileFetches fetches = new FileFetches(name, environment, context, incoming, pieces);
        OneWrite oneWrite = new OneWrite();
        return new FileParts(
                name,
                environment,
                pieces,
                disk,
                reads,
                stages,
                new FileRequests(name, environment, reads, changes, stages, disk),
                incoming,
                shelf,
                fetches,
                new MachineWrites(name, environment, context, shelf, oneWrite),
                new FileRepair(name, environment, context, fetches, oneWrite),
                new Mending(name, environment));
    }

    /** The file is open. */
    FileMachine machine(ActorRef<SlotsMessage.Confirmed> confirmed, Standing standing) {
        return new FileMachine(name, environment, confirmed, shelf, writes, fetches, requests, standing);
    }

    FileMail mail(FileMachine machine) {
        return new FileMail(name, environment, machine, requests, stages, incoming, fetches, mending);
    }

    /** While bytes are on their way for a later publish, the file is not idle. */
    boolean isIdle(FileMachine machine) {
        return requests.isEmpty() && incoming.isEmpty() && repair.isIdle() && machine.isQuiet();
    }

    /** Whether somebody waits for something. */
    boolean isBusy() {
        return requests.someWait() || !incoming.isEmpty() || stages.underWay() > 0;
    }

    /** Gives up bytes that were sent ahead long ago. Returns whether some are left. */
    boolean dropIdle(Duration timeout) {
        stages.dropIdle(timeout);
        incoming.dropIdle(timeout);
        return !stages.isEmpty() || !incoming.isEmpty();
    }

    /** Gives back what no stored batch and no state needs. Blocks. */
    void close() {
        pieces.close();
        try {
            writes.close();
        } catch (StoreException e) {
            environment.server().tell(new FileServerMessage.Trouble("closing " + name + ": " + e.getMessage()));
        }
    }
}
