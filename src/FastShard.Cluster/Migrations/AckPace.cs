namespace FastShard.Cluster.Migrations;

/// <summary>How fast a target takes what it is sent, measured while there is something on the way.</summary>
internal sealed class AckPace
{
    private const long SampleMillis = 20;

    private long _sampleMillis;
    private long _sampleBytes;
    private long _taken = -1;

    /// <summary>Bytes a millisecond; 0 = not known.</summary>
    public long BytesPerMilli { get; private set; }

    /// <summary>So much was taken by now. True where that is more than before.</summary>
    public bool Note(long nowMillis, long waitingBytes, long takenBytes)
    {
        bool isMore = takenBytes > _taken;
        _taken = takenBytes;
        long passed = nowMillis - _sampleMillis;
        if (waitingBytes == 0 || passed > 10 * SampleMillis)
        {
            // A pause says nothing about the target.
            _sampleMillis = nowMillis;
            _sampleBytes = takenBytes;
        }
        else if (passed >= SampleMillis)
        {
            BytesPerMilli = (BytesPerMilli + ((takenBytes - _sampleBytes) / passed)) / 2;
            _sampleMillis = nowMillis;
            _sampleBytes = takenBytes;
        }
        return isMore;
    }
}
