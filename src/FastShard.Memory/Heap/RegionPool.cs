using System.Numerics;
using System.Runtime.CompilerServices;
using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory.Heap;

/// <summary>
/// The regions of one heap: takes them from the system, hands out their pages, and gives memory back. Pages come
/// from the lowest region that has one, so that the higher ones drain. Free pages are kept for reuse while they are
/// few, and so is one region without pages in use; the others are the surplus, and go back to the system a few at a
/// time: a large value's pages all become empty with its last elements, and to unmap one takes as long as to free some
/// hundred elements.
/// </summary>
internal sealed unsafe class RegionPool : IDisposable
{
    // Small heaps stay on small pages so that idle memory is small; then huge pages save the address look-ups.
    private const int RegionsBeforeHugePages = 4;
    private const int ReserveMinPages = 32;
    private const int HeadPageBytes = SystemMemory.PageBytes;

    // What one step gives back at most, and how many regions it looks at for that.
    private const int PagesPerStep = 4;
    private const int RegionsPerStep = 64;

    private readonly nint* _addresses;
    private readonly uint* _evacuating;
    private readonly Stack<int> _freeNumbers = new();
    private ulong[] _withFreePages = new ulong[1];
    private int _firstWithFreePages;
    private int _numbers = 1; // number 0 is never used: reference 0 is "none"
    private int _regions;
    private int _emptyRegions;
    private long _residentPages;
    private long _residentFreePages;
    private int _surplusCursor;
    private bool _cannotDiscard;

    internal RegionPool()
    {
        _addresses = (nint*)SystemMemory.Map(Region.MaxNumbers * sizeof(long));
        _evacuating = (uint*)SystemMemory.Map(Region.MaxNumbers * sizeof(uint));
        if (_addresses == null || _evacuating == null) throw new InsufficientMemoryException();
    }

    /// <summary>Address of each region (or lone block) by number. Never moves.</summary>
    internal nint* Addresses => _addresses;

    /// <summary>One bit for each page under evacuation, by region number. Never moves.</summary>
    internal uint* Evacuating => _evacuating;

    internal int RegionCount => _regions;

    /// <summary>Bytes that may be resident: pages touched and not given back, and the regions' heads.</summary>
    internal long MappedBytes => (_residentPages * Region.PageBytes) + ((long)_regions * HeadPageBytes);

    /// <summary>
    /// A page that belongs to no class; the caller sets its class. Tells whether its memory was there before, else
    /// it will come as it is touched.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The system gives no more regions.</exception>
    internal PageHeader* TakePage(out bool isTouched)
    {
        Region* region = FindRegionWithFreePage();
        if (region->FreePages == uint.MaxValue) _emptyRegions--;
        uint resident = region->FreePages & region->ResidentPages;
        int place = BitOperations.TrailingZeroCount(resident != 0 ? resident : region->FreePages);
        uint bit = 1u << place;
        isTouched = resident != 0;
        if (isTouched)
        {
            _residentFreePages--;
        }
        else
        {
            region->ResidentPages |= bit;
            _residentPages++;
            if (region->ResidentPages == uint.MaxValue && region->WasHuge != region->IsHuge) MakeHuge(region);
        }
        region->FreePages &= ~bit;
        if (region->FreePages == 0) SetHasFreePages(region->Number, false);
        PageHeader* page = Region.PageAt(region, place);
        page->Number = (uint)((region->Number * Region.PageCount) + place);
        return page;
    }

    /// <summary>Takes back a page with no block in use.</summary>
    internal void ReturnPage(PageHeader* page)
    {
        Region* region = Region.Of(page);
        uint bit = 1u << (int)(page->Number % Region.PageCount);
        Invariant.Check((region->FreePages & bit) == 0);
        page->State = PageState.Free;
        _evacuating[region->Number] &= ~bit;
        region->FreePages |= bit;
        _residentFreePages++;
        SetHasFreePages(region->Number, true);
        if (region->FreePages == uint.MaxValue) _emptyRegions++;
    }

    /// <summary>There is more memory without use than is kept.</summary>
    internal bool HasSurplus => _emptyRegions > 1 || (_residentFreePages > ReservePages && !_cannotDiscard);

    /// <summary>Gives a little of the surplus back.</summary>
    internal void GiveBackSome()
    {
        for (int seen = 0; seen < RegionsPerStep && HasSurplus; seen++)
        {
            _surplusCursor = _surplusCursor > 1 ? _surplusCursor - 1 : _numbers - 1;
            if (!HasFreePages(_surplusCursor)) continue;
            Region* region = (Region*)_addresses[_surplusCursor];
            if (region->FreePages == uint.MaxValue && _emptyRegions > 1)
            {
                _emptyRegions--;
                UnmapRegion(region);
                return;
            }
            int pagesLeft = PagesPerStep;
            if (_residentFreePages > ReservePages && !DiscardSome(region, ReservePages, ref pagesLeft))
                _surplusCursor++; // it has more
            if (pagesLeft < PagesPerStep) return;
        }
    }

    /// <summary>Gives back the memory of free pages, of so many at most; true when few enough are left.</summary>
    internal bool Trim(int pagesMax)
    {
        for (int number = _numbers - 1; number > 0; number--)
        {
            if (!HasFreePages(number)) continue;
            if (_residentFreePages <= ReservePages / 4) return true;
            if (!DiscardSome((Region*)_addresses[number], ReservePages / 4, ref pagesMax)) return false;
        }
        return true;
    }

    /// <summary>A number for a block outside the regions, so that a reference can name it.</summary>
    internal int TakeNumber(byte* address)
    {
        if (!_freeNumbers.TryPop(out int number))
        {
            number = _numbers++;
            if (number >= Region.MaxNumbers) throw new InsufficientMemoryException();
            if (number / 64 >= _withFreePages.Length) Array.Resize(ref _withFreePages, _withFreePages.Length * 2);
        }
        _addresses[number] = (nint)address;
        return number;
    }

    internal void ReturnNumber(int number)
    {
        _addresses[number] = 0;
        _freeNumbers.Push(number);
    }

    public void Dispose()
    {
        for (int number = 1; number < _numbers; number++)
        {
            nint address = _addresses[number];
            // Numbers of lone blocks are returned by their owners before; what is left are regions.
            if (address != 0 && ((Region*)address)->Number == number)
                SystemMemory.Unmap((byte*)address, Region.Bytes);
        }
        SystemMemory.Unmap((byte*)_addresses, Region.MaxNumbers * sizeof(long));
        SystemMemory.Unmap((byte*)_evacuating, Region.MaxNumbers * sizeof(uint));
    }

    private long ReservePages => Math.Max(ReserveMinPages, (_residentPages - _residentFreePages) / 32);

    private Region* FindRegionWithFreePage()
    {
        for (int word = _firstWithFreePages; word < _withFreePages.Length; word++)
        {
            if (_withFreePages[word] == 0) continue;
            _firstWithFreePages = word;
            int number = (word * 64) + BitOperations.TrailingZeroCount(_withFreePages[word]);
            return (Region*)_addresses[number];
        }
        return MapRegion();
    }

    private Region* MapRegion()
    {
        byte* address = SystemMemory.Map(Region.Bytes, Region.Bytes);
        if (address == null) throw new InsufficientMemoryException();
        bool huge = _regions >= RegionsBeforeHugePages && SystemMemory.AdviseHugePages(address, Region.Bytes);
        Region* region = (Region*)address;
        region->Number = TakeNumber(address);
        region->FreePages = uint.MaxValue;
        // The first touch of a huge page brings in all of it.
        region->ResidentPages = huge ? uint.MaxValue : 0;
        region->WasHuge = region->IsHuge = (byte)(huge ? 1 : 0);
        if (huge)
        {
            _residentPages += Region.PageCount;
            _residentFreePages += Region.PageCount;
        }
        _regions++;
        _emptyRegions++;
        SetHasFreePages(region->Number, true);
        return region;
    }

    private void UnmapRegion(Region* region)
    {
        int number = region->Number;
        _residentFreePages -= region->ResidentFreeCount;
        _residentPages -= BitOperations.PopCount(region->ResidentPages);
        _regions--;
        SetHasFreePages(number, false);
        _evacuating[number] = 0;
        SystemMemory.Unmap((byte*)region, Region.Bytes);
        ReturnNumber(number);
    }

    // False when more pages would have gone, had the budget allowed it.
    private bool DiscardSome(Region* region, long keptPages, ref int pagesMax)
    {
        for (uint pages = region->FreePages & region->ResidentPages; pages != 0; pages &= pages - 1)
        {
            if (_residentFreePages <= keptPages) return true;
            if (pagesMax == 0) return false;
            pagesMax--;
            DiscardPage(region, pages & ~(pages - 1));
        }
        return true;
    }

    private void DiscardPage(Region* region, uint bit)
    {
        int place = BitOperations.TrailingZeroCount(bit);
        // The first page of the region keeps its head.
        int skip = place == 0 ? HeadPageBytes : 0;
        byte* start = (byte*)region + (place * Region.PageBytes) + skip;
        // Or the system would sooner or later fill the gap again to join it all to one huge page.
        if (region->IsHuge != 0)
        {
            region->IsHuge = 0;
            SystemMemory.AdviseSmallPages((byte*)region, Region.Bytes);
        }
        if (!SystemMemory.Discard(start, (nuint)(Region.PageBytes - skip)))
        {
            _cannotDiscard = true; // locked memory: asking again and again would not help
            return;
        }
        region->ResidentPages &= ~bit;
        _residentPages--;
        _residentFreePages--;
    }

    private static void MakeHuge(Region* region)
    {
        region->IsHuge = 1;
        _ = SystemMemory.AdviseHugePages((byte*)region, Region.Bytes);
    }

    private bool HasFreePages(int number) => (_withFreePages[number / 64] >> (number % 64) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetHasFreePages(int number, bool has)
    {
        ulong bit = 1UL << (number % 64);
        if (has)
        {
            _withFreePages[number / 64] |= bit;
            _firstWithFreePages = Math.Min(_firstWithFreePages, number / 64);
        }
        else
        {
            _withFreePages[number / 64] &= ~bit;
        }
    }
}
