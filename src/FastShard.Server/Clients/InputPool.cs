using FastShard.Memory;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Clients;

/// <summary>One worker's spare receive buffers, all of the plain size.</summary>
internal sealed class InputPool : IDisposable
{
    private readonly DefaultObjectPool<NativeBuffer> _pool = new(new Policy(), Limits.PooledObjects);

    public NativeBuffer Take() => _pool.Get();

    public void Return(NativeBuffer buffer) => _pool.Return(buffer);

    public void Dispose()
    {
        // What is pooled is only ever of the plain size; the process ends after this.
    }

    private sealed class Policy : PooledObjectPolicy<NativeBuffer>
    {
        public override NativeBuffer Create() => new(Limits.ReceiveBytes);

        public override bool Return(NativeBuffer buffer)
        {
            buffer.Clear();
            if (buffer.Capacity <= Limits.PooledBufferBytes) return true;
            buffer.Dispose();
            return false;
        }
    }
}
