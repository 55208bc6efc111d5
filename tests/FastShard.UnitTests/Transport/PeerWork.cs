using System.Runtime.ExceptionServices;

namespace FastShard.UnitTests.Transport;

/// <summary>What a peer does on a thread of its own while the test's thread runs the reactor.</summary>
internal sealed class PeerWork<T>
{
    private T? _result;
    private volatile ExceptionDispatchInfo? _failure;
    private volatile bool _isCompleted;

    public PeerWork(Func<T> work)
    {
        new Thread(() =>
        {
            try
            {
                _result = work();
            }
            catch (Exception failure)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            _isCompleted = true;
        })
        { IsBackground = true }.Start();
    }

    public bool IsCompleted => _isCompleted;

    public T Result
    {
        get
        {
            _failure?.Throw();
            return _result!;
        }
    }
}
