/**
 * How the client works: no part of its API.
 * <p>
 * A record on its way: {@code Sender} (the caller's thread) checks it, writes it as a
 * line ({@code RecordLine}) and takes room for it ({@code Buffer}); {@code Inbox} hands
 * it to {@code SenderLoop}, the producer's thread. There {@code PartitionWriter} freezes
 * it into a {@code Batch}, {@code Outbox} keeps that, {@code Requests} sends it through
 * {@code Gateways}, {@code Decision} says what the answer means, {@code Settlement} what
 * becomes of it if there is none, and {@code Reporter} tells the caller.
 * {@code Handshake} registers and fences.
 * <p>
 * {@code PartitionWriter} and all below it decide without a clock and without a network.
 */
package org.exactlyonce.client.internals;
