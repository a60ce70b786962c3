package org.dfile.protocol;

import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.dfile.model.Bytes;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.ListId;
import org.dfile.model.StageId;

/** The fields of each bulk message between its header and its bytes, in the order in which they are written. */
final class BulkFields {

    private final Supplier<ActorRefResolver> resolver;

    BulkFields(Supplier<ActorRefResolver> resolver) {
        this.resolver = resolver;
    }

    static FieldWriter writeList(FieldWriter out, ListId list) {
        return out.uuid(list.cluster().value()).number(list.version());
    }

    static ListId readList(FieldReader in) throws DecodeException {
        return new ListId(new ClusterId(in.uuid("cluster")), in.number("list version"));
    }

    // -- changes

    void write(FieldWriter out, FileRequest.Apply apply) {
        writeList(out, apply.list()).text(apply.name().utf8());
        ChangeFields.writeStamp(out, apply.stamp());
        ChangeFields.write(out, apply.change());
        out.text(format(apply.replyTo()));
    }

    FileRequest.Apply readApply(long id, FieldReader in, Bytes bytes) throws DecodeException {
        return new FileRequest.Apply(
                id,
                readList(in),
                FileName.ofUtf8(in.utf8("name")),
                ChangeFields.readStamp(in),
                ChangeFields.read(in, bytes),
                this.<FileReply>resolve(in));
    }

    // -- bytes sent ahead

    void write(FieldWriter out, FileRequest.Stage stage) {
        writeList(out, stage.list())
                .text(stage.name().utf8())
                .uuid(stage.stage().value())
                .number(stage.offset())
                .text(format(stage.replyTo()));
    }

    FileRequest.Stage readStage(long id, FieldReader in, Bytes bytes) throws DecodeException {
        return new FileRequest.Stage(
                id,
                readList(in),
                FileName.ofUtf8(in.utf8("name")),
                new StageId(in.uuid("stage")),
                in.number("offset"),
                bytes,
                this.<FileReply>resolve(in));
    }

    // -- bytes read

    void write(FieldWriter out, FileReply.Contents contents) {
        out.number(contents.version().generation())
                .number(contents.version().seq())
                .number(contents.length())
                .number(contents.offset());
    }

    FileReply.Contents readContents(long id, FieldReader in, Bytes bytes) throws DecodeException {
        return new FileReply.Contents(
                id,
                new FileVersion(in.number("generation"), in.number("seq")),
                in.number("length"),
                in.number("offset"),
                bytes);
    }

    // -- addresses

    private String format(ActorRef<?> ref) {
        return resolver.get().toSerializationFormat(ref);
    }

    private <T> ActorRef<T> resolve(FieldReader in) throws DecodeException {
        return resolver.get().resolveActorRef(in.text("reply address"));
    }
}
