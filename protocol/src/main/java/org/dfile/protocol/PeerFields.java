package org.dfile.protocol;

import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.PeerMessage;
import org.dfile.protocol.peer.TransferReply;

/** The fields of bulk messages between hosts, as {@link BulkFields} has those of clients. */
final class PeerFields {

    private PeerFields() {}

    // -- batches

    static void write(FieldWriter out, FilePeerMessage.AcceptMail mail) {
        writeHead(out, mail).text(mail.name().utf8());
        FileMessage.Accept accept = mail.accept();
        write(out, accept.ballot());
        write(out, accept.before());
        write(out, accept.id());
    }

    static FilePeerMessage.AcceptMail readAcceptMail(FieldReader in, Bytes bytes) throws DecodeException {
        return new FilePeerMessage.AcceptMail(
                BulkFields.readList(in),
                new HostId(in.text("from")),
                FileName.ofUtf8(in.utf8("name")),
                new FileMessage.Accept(readBallot(in), readStateId(in), readStateId(in)),
                bytes);
    }

    // -- bytes ahead of a batch

    static void write(FieldWriter out, FilePeerMessage.PieceMail mail) {
        writeHead(out, mail).text(mail.name().utf8()).uuid(mail.piece().value());
    }

    static FilePeerMessage.PieceMail readPieceMail(FieldReader in, Bytes bytes) throws DecodeException {
        return new FilePeerMessage.PieceMail(
                BulkFields.readList(in),
                new HostId(in.text("from")),
                FileName.ofUtf8(in.utf8("name")),
                new PieceId(in.uuid("piece")),
                bytes);
    }

    // -- ranges of a transfer

    static void write(FieldWriter out, TransferReply.Range range) {
        out.uuid(range.transfer()).number(range.part()).number(range.offset());
    }

    static TransferReply.Range readRange(FieldReader in, Bytes bytes) throws DecodeException {
        return new TransferReply.Range(
                in.uuid("transfer"), Math.toIntExact(in.number("part")), in.number("offset"), bytes);
    }

    // -- parts

    private static FieldWriter writeHead(FieldWriter out, PeerMessage message) {
        return BulkFields.writeList(out, message.list()).text(message.from().text());
    }

    private static void write(FieldWriter out, Ballot ballot) {
        out.number(ballot.round())
                .text(ballot.host().text())
                .number(ballot.life().listVersion())
                .number(ballot.life().bootCount());
    }

    private static Ballot readBallot(FieldReader in) throws DecodeException {
        return new Ballot(
                in.number("round"),
                new HostId(in.text("host")),
                new Life(in.number("list version"), in.number("boot count")));
    }

    private static void write(FieldWriter out, StateId id) {
        out.number(id.version().generation())
                .number(id.version().seq())
                .raw(id.hash().bytes());
    }

    private static StateId readStateId(FieldReader in) throws DecodeException {
        return new StateId(
                new FileVersion(in.number("generation"), in.number("seq")),
                ChainHash.of(in.raw(ChainHash.BYTE_COUNT, "hash")));
    }
}
