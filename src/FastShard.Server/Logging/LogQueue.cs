// A bounded queue from many threads to one, without locks: a shard that logs never waits for another or for the disk.
// Each cell carries the ticket of the turn that it is ready for. A producer may fill the cell of ticket t when the
// cell says t, and then says t + 1; the consumer may take it when it says t + 1, and then says t + capacity, which is
// the ticket of the producer that comes round to it next.

using System.Numerics;
using FastShard.Native.Diagnostics;

namespace FastShard.Server.Logging;

internal sealed class LogQueue
{
    private readonly Cell[] _cells;
    private readonly long _mask;
    private long _head;
    private long _tail;

    /// <param name="capacity">Lines that may wait; a power of two.</param>
    public LogQueue(int capacity)
    {
        Invariant.Check(capacity > 1 && BitOperations.IsPow2(capacity));
        _cells = new Cell[capacity];
        _mask = capacity - 1;
        for (int i = 0; i < capacity; i++) _cells[i].Ticket = i;
    }

    /// <summary>False when the queue is full. Any thread.</summary>
    public bool TryEnqueue(in LogLine line)
    {
        long ticket = Volatile.Read(ref _tail);
        while (true)
        {
            ref Cell cell = ref _cells[ticket & _mask];
            // Acquire: what the consumer did with the cell is over once its ticket is seen.
            long ready = Volatile.Read(ref cell.Ticket);
            if (ready < ticket) return false;
            if (ready > ticket)
            {
                ticket = Volatile.Read(ref _tail);
                continue;
            }
            long seen = Interlocked.CompareExchange(ref _tail, ticket + 1, ticket);
            if (seen != ticket)
            {
                ticket = seen;
                continue;
            }
            cell.Line = line;
            // Release: the line is whole before the consumer may look at it.
            Volatile.Write(ref cell.Ticket, ticket + 1);
            return true;
        }
    }

    /// <summary>False when nothing is there. The one consumer only.</summary>
    public bool TryDequeue(out LogLine line)
    {
        ref Cell cell = ref _cells[_head & _mask];
        if (Volatile.Read(ref cell.Ticket) != _head + 1)
        {
            line = default;
            return false;
        }
        line = cell.Line;
        cell.Line = default;
        Volatile.Write(ref cell.Ticket, _head + _cells.Length);
        _head++;
        return true;
    }

    private struct Cell
    {
        public long Ticket;
        public LogLine Line;
    }
}
