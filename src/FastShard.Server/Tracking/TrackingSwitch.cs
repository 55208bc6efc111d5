using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Commands;
using FastShard.Server.PubSub;

namespace FastShard.Server.Tracking;

/// <summary>CLIENT TRACKING: reads what is asked for, refuses what does not go together, and does it.</summary>
internal static class TrackingSwitch
{
    public static void Run(ref CommandContext context)
    {
        var wish = new Wish();
        if (!TryRead(ref context, wish)) return;
        Connection client = context.Client();
        TrackingDirectory directory = client.Server.Tracking;
        if (context.ArgIs(2, "OFF"u8))
        {
            directory.Remove(client);
            context.Reply.Ok();
        }
        else if (!context.ArgIs(2, "ON"u8))
        {
            context.Reply.Error(Errors.Syntax);
        }
        else if (Refusal(client.Tracker, wish) is { } refusal)
        {
            context.Reply.Error("ERR " + refusal);
        }
        else
        {
            Begin(client, wish, directory);
            context.Reply.Ok();
        }
    }

    private static bool TryRead(ref CommandContext context, Wish wish)
    {
        for (int index = 3; index < context.ArgCount; index++)
        {
            bool hasMore = index + 1 < context.ArgCount;
            if (context.ArgIs(index, "BCAST"u8)) wish.IsBroadcast = true;
            else if (context.ArgIs(index, "OPTIN"u8)) wish.IsOptIn = true;
            else if (context.ArgIs(index, "OPTOUT"u8)) wish.IsOptOut = true;
            else if (context.ArgIs(index, "NOLOOP"u8)) wish.IsNoLoop = true;
            else if (hasMore && context.ArgIs(index, "PREFIX"u8)) wish.Prefixes.Add(context.Arg(++index).ToArray());
            else if (hasMore && context.ArgIs(index, "REDIRECT"u8))
            {
                if (!TryReadRedirect(ref context, ++index, wish)) return false;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        return true;
    }

    private static bool TryReadRedirect(ref CommandContext context, int index, Wish wish)
    {
        if (wish.RedirectId != 0)
        {
            context.Reply.Error("ERR A client can only redirect to a single other client"u8);
            return false;
        }
        if (!context.TryGetInteger(index, out long id)) return false;
        wish.RedirectId = id;
        foreach (Connection client in context.Server().AllConnections())
        {
            if (client.Id == id) wish.Redirect = client;
        }
        if (wish.Redirect is not null) return true;
        context.Reply.Error("ERR The client ID you want redirect to does not exist"u8);
        return false;
    }

    private static string? Refusal(Tracker? tracker, Wish wish)
    {
        if (!wish.IsBroadcast && wish.Prefixes.Count > 0) return "PREFIX option requires BCAST mode to be enabled";
        if (tracker is not null && tracker.IsBroadcast != wish.IsBroadcast)
        {
            return "You can't switch BCAST mode on/off before disabling tracking for this client, and then "
                + "re-enabling it with a different mode.";
        }
        if (wish.IsBroadcast && (wish.IsOptIn || wish.IsOptOut))
            return "OPTIN and OPTOUT are not compatible with BCAST";
        if (wish.IsOptIn && wish.IsOptOut) return "You can't specify both OPTIN mode and OPTOUT mode";
        if (tracker is not null && ((wish.IsOptIn && tracker.IsOptOut) || (wish.IsOptOut && tracker.IsOptIn)))
        {
            return "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then "
                + "re-enabling it with a different mode.";
        }
        return wish.IsBroadcast ? Overlap(tracker, wish.Prefixes) : null;
    }

    private static string? Overlap(Tracker? tracker, List<byte[]> prefixes)
    {
        const string Rule = "Prefixes for a single client must not overlap.";
        for (int index = 0; index < prefixes.Count; index++)
        {
            foreach (byte[] existing in tracker?.Prefixes ?? [])
            {
                if (Overlaps(prefixes[index], existing))
                {
                    return $"Prefix '{Text(prefixes[index])}' overlaps with an existing prefix '{Text(existing)}'. "
                        + Rule;
                }
            }
            for (int other = index + 1; other < prefixes.Count; other++)
            {
                if (Overlaps(prefixes[index], prefixes[other]))
                {
                    return $"Prefix '{Text(prefixes[index])}' overlaps with another provided prefix "
                        + $"'{Text(prefixes[other])}'. {Rule}";
                }
            }
        }
        return null;
    }

    private static bool Overlaps(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.StartsWith(other) || other.StartsWith(one);

    private static string Text(byte[] prefix) => Encoding.Latin1.GetString(prefix);

    private static void Begin(Connection client, Wish wish, TrackingDirectory directory)
    {
        client.Subscriber ??= new Subscriber(client);
        Tracker tracker = client.Tracker ??= new Tracker(client.Id, client.Subscriber);
        tracker.IsBroadcast = wish.IsBroadcast;
        tracker.IsOptIn = wish.IsOptIn;
        tracker.IsOptOut = wish.IsOptOut;
        tracker.IsNoLoop = wish.IsNoLoop;
        tracker.Caching = CachingChoice.None;
        tracker.RedirectId = wish.RedirectId;
        tracker.Redirect = wish.Redirect is null ? null : wish.Redirect.Subscriber ??= new Subscriber(wish.Redirect);
        tracker.IsRedirectBroken = false;
        tracker.Prefixes.AddRange(wish.Prefixes);
        if (wish.IsBroadcast && tracker.Prefixes.Count == 0) tracker.Prefixes.Add([]);
        // What other shards answer or change of a key, its own shard would not know of.
        client.Server.Spread.SettleAll(client.Worker.NowMillis, keepsCopies: false);
        directory.Put(tracker);
    }

    private sealed class Wish
    {
        public bool IsBroadcast { get; set; }

        public bool IsOptIn { get; set; }

        public bool IsOptOut { get; set; }

        public bool IsNoLoop { get; set; }

        public long RedirectId { get; set; }

        public Connection? Redirect { get; set; }

        public List<byte[]> Prefixes { get; } = [];
    }
}
