using FastShard.Memory;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Clients;

/// <summary>
/// A shard's spare receive buffers, all of the plain size, touched by the holder of the shard only. A buffer comes from
/// the pool of the connection's shard and goes back there, whichever worker moves the connection on: else one worker's
/// pool would run dry while another's overflows.
/// </summary>
internal sealed class InputPool : IDisposable
{
    private readonly DefaultObjectPool<NativeBuffer> _pool = new(new Policy(), Limits.PooledInputs);

    // In front of the pool, which is made for threads that meet: a stack gives back what was used last and is still in
    // the cache.
    private readonly NativeBuffer[] _warm = new NativeBuffer[ReadyGroup.Limit];
    private int _warmCount;
    private int _spare;

    /// <summary>An empty buffer.</summary>
    public NativeBuffer Take()
    {
        if (_warmCount > 0) return _warm[--_warmCount];
        if (_spare > 0) _spare--;
        return _pool.Get();
    }

    /// <summary>Keeps the buffer, or frees it where enough are kept.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (_warmCount < _warm.Length && buffer.Capacity <= Limits.PooledBufferBytes)
        {
            buffer.Clear();
            _warm[_warmCount++] = buffer;
            return;
        }
        if (_spare == Limits.PooledInputs || buffer.Capacity > Limits.PooledBufferBytes)
        {
            buffer.Dispose();
            return;
        }
        _spare++;
        _pool.Return(buffer);
    }

    public void Dispose()
    {
        while (_warmCount > 0 || _spare > 0) Take().Dispose();
    }

    private sealed class Policy : PooledObjectPolicy<NativeBuffer>
    {
        public override NativeBuffer Create() => new(Limits.ReceiveBytes);

        public override bool Return(NativeBuffer buffer)
        {
            buffer.Clear();
            return true;
        }
    }
}
