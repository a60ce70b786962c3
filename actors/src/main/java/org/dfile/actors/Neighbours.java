package org.dfile.actors;

import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.TransferSettings;

/**
 * What connects the files of a node to the rest of it.
 *
 * @param roles which slots this host leads, as far as it knows
 * @param slots who leads slots, and confirms that it does
 * @param links to other hosts
 * @param transfers bounds of what is given to and fetched from other hosts
 */
public record Neighbours(SlotRoles roles, ActorRef<SlotsMessage> slots, PeerLinks links, TransferSettings transfers) {}
