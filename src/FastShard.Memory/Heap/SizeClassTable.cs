using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory.Heap;

/// <summary>
/// The classes of one heap: sizes times kinds, each with the page that it allocates from and the list of its other
/// pages with room. A page that loses its last block goes back to the pool at once; the pool keeps a reserve.
/// </summary>
internal sealed unsafe class SizeClassTable : IDisposable
{
    private readonly RegionPool _pool;
    private readonly SizeClass* _classes;
    private readonly PageHeader* _noPage;

    internal SizeClassTable(RegionPool pool)
    {
        _pool = pool;
        _classes = (SizeClass*)NativeMemory.AllocZeroed((nuint)Count, (nuint)sizeof(SizeClass));
        _noPage = (PageHeader*)NativeMemory.AllocZeroed(PageHeader.Bytes);
        // Stands in for "no page yet": full, so that the first request goes the slow way.
        _noPage->FreeHead = PageHeader.None;
        _noPage->Fresh = Region.PageUnits;
        for (int index = 0; index < Count; index++)
        {
            _classes[index].Current = _noPage;
            _classes[index].Units = (ushort)(BytesOf(index) / 8);
        }
        _noPage->Units = 1;
    }

    internal static int Count => (SizeClasses.Count * 2) + IndexSteps.Count;

    /// <summary>The classes whose blocks can move come first.</summary>
    internal static int MovableCount => SizeClasses.Count + IndexSteps.Count;

    internal static int Index(BlockKind kind, int sizeClass) => kind switch
    {
        BlockKind.Entry => sizeClass,
        BlockKind.Index => SizeClasses.Count + sizeClass,
        _ => SizeClasses.Count + IndexSteps.Count + sizeClass,
    };

    internal SizeClass* At(int index) => _classes + index;

    /// <summary>
    /// Bytes of pages that nothing has touched yet: the ends of pages that classes allocate from. All other pages
    /// have been full once.
    /// </summary>
    internal long UntouchedBytes
    {
        get
        {
            long bytes = 0;
            for (int index = 0; index < Count; index++)
            {
                if (!_classes[index].IsUntouched || _classes[index].Current == _noPage) continue;
                int touched = _classes[index].Current->Fresh * 8;
                bytes += (Region.PageBytes - touched) & ~(SystemMemory.PageBytes - 1);
            }
            return bytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Allocate(int index, out ulong reference, out int blockBytes)
    {
        SizeClass* sizeClass = _classes + index;
        PageHeader* page = sizeClass->Current;
        if (!page->HasRoom) page = Refill(sizeClass, index);
        uint place = page->FreeHead;
        byte* start = Region.StartOf(page);
        byte* block;
        if (place != PageHeader.None)
        {
            block = start + (place * 8);
            page->FreeHead = *(ushort*)block;
        }
        else
        {
            place = page->Fresh;
            block = start + (place * 8);
            page->Fresh = (ushort)(place + page->Units);
        }
        page->Used++;
        reference = ((ulong)page->Number << Region.PageUnitBits) | place;
        blockBytes = page->Units * 8;
        return block;
    }

    /// <summary>Frees a block and returns its size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Free(byte* block)
    {
        PageHeader* page = Region.PageOf(block);
        int blockBytes = page->Units * 8;
        *(ushort*)block = page->FreeHead;
        page->FreeHead = (ushort)((nuint)(block - (byte*)Region.Of(block)) / 8 % Region.PageUnits);
        if (--page->Used == 0 || page->State == PageState.Full) FreeSlow(page);
        return blockBytes;
    }

    /// <summary>Gives back the memory behind what was ever used of the pages that classes allocate from.</summary>
    internal void Trim()
    {
        for (int index = 0; index < Count; index++)
        {
            SizeClass* sizeClass = _classes + index;
            PageHeader* page = sizeClass->Current;
            if (sizeClass->IsUntouched || page == _noPage) continue;
            int kept = (page->Fresh * 8 + SystemMemory.PageBytes - 1) & ~(SystemMemory.PageBytes - 1);
            if (kept < Region.PageBytes)
                sizeClass->IsUntouched =
                    SystemMemory.Discard(Region.StartOf(page) + kept, (nuint)(Region.PageBytes - kept));
        }
    }

    /// <summary>Takes a page out of its class's list, for compaction.</summary>
    internal void Unlist(PageHeader* page)
    {
        Invariant.Check(page->State == PageState.Listed);
        SizeClass* sizeClass = _classes + page->Class;
        if (page->Previous != null) page->Previous->Next = page->Next;
        else sizeClass->Listed = page->Next;
        if (page->Next != null) page->Next->Previous = page->Previous;
    }

    /// <summary>Puts a page with room into its class's list.</summary>
    internal void List(PageHeader* page)
    {
        SizeClass* sizeClass = _classes + page->Class;
        page->State = PageState.Listed;
        page->Previous = null;
        page->Next = sizeClass->Listed;
        if (page->Next != null) page->Next->Previous = page;
        sizeClass->Listed = page;
    }

    public void Dispose()
    {
        NativeMemory.Free(_classes);
        NativeMemory.Free(_noPage);
    }

    private static int BytesOf(int index)
    {
        if (index < SizeClasses.Count) return SizeClasses.BytesOf(index);
        index -= SizeClasses.Count;
        if (index < IndexSteps.Count) return IndexSteps.BucketsOf(index) * Bucket.Bytes;
        return SizeClasses.BytesOf(index - IndexSteps.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PageHeader* Refill(SizeClass* sizeClass, int index)
    {
        PageHeader* full = sizeClass->Current;
        PageHeader* page = sizeClass->Listed;
        sizeClass->IsUntouched = false;
        if (page != null) Unlist(page);
        else page = NewPage(sizeClass, index);
        if (full != _noPage) full->State = PageState.Full;
        page->State = PageState.Current;
        sizeClass->Current = page;
        return page;
    }

    private PageHeader* NewPage(SizeClass* sizeClass, int index)
    {
        PageHeader* page = _pool.TakePage(out bool isTouched);
        sizeClass->IsUntouched = !isTouched;
        int first = page->Number % Region.PageCount == 0 ? Region.FirstBlockOffset / 8 : 0;
        page->FreeHead = PageHeader.None;
        page->Fresh = (ushort)first;
        page->Used = 0;
        page->Units = sizeClass->Units;
        page->Class = (byte)index;
        page->Capacity = (ushort)((Region.PageUnits - first) / sizeClass->Units);
        page->Next = null;
        page->Previous = null;
        return page;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeSlow(PageHeader* page)
    {
        if (page->Used > 0)
        {
            List(page);
            return;
        }
        if (page->State == PageState.Listed) Unlist(page);
        else if (page->State == PageState.Current) (_classes + page->Class)->Current = _noPage;
        _pool.ReturnPage(page);
    }

    /// <summary>One class: a block size of one kind.</summary>
    internal struct SizeClass
    {
        internal PageHeader* Current;
        internal PageHeader* Listed;
        internal ushort Units;

        /// <summary>The memory of the current page comes as blocks are taken from it.</summary>
        internal bool IsUntouched;
    }
}
