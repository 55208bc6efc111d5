namespace FastShard.Transport;

/// <summary>
/// What a reactor tells its shard, on the dispatching thread, with the shard's token held. Events are edges: the same
/// bytes are announced once, so a handler that leaves bytes behind has to come back for them by itself. An event too
/// many is possible (the call it leads to answers would-block); an event too few is not.
/// </summary>
public interface IReactorHandler
{
    /// <summary>
    /// Bytes, the orderly end or a failure wait. Receive until it answers would-block, or fewer bytes than asked for.
    /// </summary>
    void OnReadable(ByteChannel channel);

    /// <summary>
    /// A send that answered would-block or took fewer bytes than offered can go on; or an outgoing connection is
    /// established, or has failed.
    /// </summary>
    void OnWritable(ByteChannel channel);

    /// <summary>
    /// A peer connected. The handler attaches the socket, here or to another reactor, or disposes of it.
    /// </summary>
    void OnAccept(Listener listener, IncomingSocket socket);
}
