using FastShard.Server.PubSub;

namespace FastShard.Server.Tracking;

/// <summary>
/// What one client asked for with CLIENT TRACKING. Its options change while every shard is held; any holder of a shard
/// reads them.
/// </summary>
internal sealed class Tracker(long clientId, Subscriber own)
{
    // About what a prefix takes besides its bytes, here and in the table of all.
    private const int PrefixBytes = 100;

    private volatile bool _isRedirectBroken;

    public long ClientId { get; } = clientId;

    /// <summary>The client's own receiving side.</summary>
    public Subscriber Own { get; } = own;

    /// <summary>REDIRECT: the id of the client that is told in its place; 0 = itself.</summary>
    public long RedirectId { get; set; }

    /// <summary>That client's receiving side; it may have gone by now.</summary>
    public Subscriber? Redirect { get; set; }

    /// <summary>BCAST: told of every key that begins with one of its prefixes, whether it has read it or not.</summary>
    public bool IsBroadcast { get; set; }

    /// <summary>OPTIN: what it reads is not remembered unless it says so before.</summary>
    public bool IsOptIn { get; set; }

    /// <summary>OPTOUT: what it reads is remembered unless it says otherwise before.</summary>
    public bool IsOptOut { get; set; }

    /// <summary>NOLOOP: not told of what it changes itself.</summary>
    public bool IsNoLoop { get; set; }

    /// <summary>What it said about the command that comes.</summary>
    public CachingChoice Caching { get; set; }

    /// <summary>Something was to be told to the client of REDIRECT, which has gone. Set by any shard.</summary>
    public bool IsRedirectBroken
    {
        get => _isRedirectBroken;
        set => _isRedirectBroken = value;
    }

    /// <summary>Of BCAST; one empty prefix stands for all keys.</summary>
    public List<byte[]> Prefixes { get; } = [];

    /// <summary>Whether a key that it reads now is remembered for it.</summary>
    public bool RemembersReads =>
        !IsBroadcast && (!IsOptIn || Caching == CachingChoice.Yes) && (!IsOptOut || Caching != CachingChoice.No);

    /// <summary>Who is told.</summary>
    public Subscriber Target => Redirect ?? Own;

    /// <summary>About the memory of its prefixes.</summary>
    public long AllocatedBytes
    {
        get
        {
            long bytes = 0;
            foreach (byte[] prefix in Prefixes) bytes += prefix.Length + PrefixBytes;
            return bytes;
        }
    }
}
