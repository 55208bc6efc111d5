using System.Collections;

namespace FastShard.SystemTests.Harness;

/// <summary>Every way in which the server can do its input and output: each system test runs on all of them.</summary>
public sealed class Transports : IEnumerable<object[]>
{
    public const string Epoll = "epoll";
    public const string Pipelines = "pipelines";

    public IEnumerator<object[]> GetEnumerator()
    {
        yield return [Epoll];
        yield return [Pipelines];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
